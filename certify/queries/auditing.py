"""What an auditor begins with: what happened last, what was decided, and the files that wait for it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from certify.models import Certification
from certify.queries.audit import Asked, Line, events_page
from certify.queries.tasks import Asking, in_reach
from certify.scheme.words import CertificationState, RoleName

DECISIONS = frozenset({"grant", "refuse", "recognise", "suspend", "reinstate", "withdraw"})
FIRST = 5  # of each, on one desk; the whole lists are a step away


@dataclass(frozen=True)
class Beginning:
    """The first lines of the log, the latest decisions, the files to read before they are decided."""

    latest: tuple[Line, ...]
    decisions: tuple[Line, ...]
    files: tuple[Certification, ...]


def beginning(asking: Asking) -> Beginning | None:
    """All of it as far as the auditor's grants reach; None for everybody else."""
    here = in_reach(asking.reach, RoleName.AUDITOR)
    if here is None:
        return None
    waiting = (
        select(Certification)
        .where(Certification.state == CertificationState.RECOMMENDED, here)
        .options(joinedload(Certification.holder))
    )
    oldest = waiting.order_by(Certification.state_since, Certification.id).limit(FIRST)
    return Beginning(
        _events(asking, Asked()),
        _events(asking, Asked(moves=DECISIONS)),
        tuple(asking.session.scalars(oldest, dict(asking.given))),
    )


def _events(asking: Asking, asked: Asked) -> tuple[Line, ...]:
    return events_page(asking.session, asking.actor, asking.at, asked, limit=FIRST).items
