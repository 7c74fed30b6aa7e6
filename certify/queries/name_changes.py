"""Requests for another name: a person's own, and those that wait for a coordinator."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Certification, NameChange
from certify.policy import Actor, may
from certify.queries.sight import reached_by
from certify.scheme.words import NameChangeState, RoleName

MOST = 100


def requests_of(session: Session, person: str) -> Sequence[NameChange]:
    """What a person asked for, the latest first."""
    return session.scalars(
        select(NameChange)
        .where(NameChange.person_id == person)
        .order_by(NameChange.asked_at.desc(), NameChange.id)
        .limit(MOST)
    ).all()


def waiting(session: Session, actor: Actor, on: date) -> tuple[NameChange, ...]:
    """The requests that wait where the actor coordinates, the oldest first."""
    here = frozenset({RoleName.COORDINATOR})
    reach = reached_by(actor, here, on, module=Certification.module, country=Certification.country)
    rows = session.scalars(
        select(NameChange)
        .join(NameChange.certification)
        .where(NameChange.state == NameChangeState.ASKED, reach)
        .options(joinedload(NameChange.person), joinedload(NameChange.certification))
        .order_by(NameChange.state_since, NameChange.id)
        .limit(MOST)
    )
    return tuple(one for one in rows if may(actor, "name_change.see", one, on))
