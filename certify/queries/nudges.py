"""Whom nudges about some cases would reach, as the page that asks "to all of them?" shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Certification
from certify.policy import Actor, may
from certify.queries.holds import Hold
from certify.queries.stalled import StallFilters, stalls_among
from certify.workflows.dossier import day_of
from certify.workflows.nudging import Addressee, Waiting, addressees


@dataclass(frozen=True)
class ToNudge:
    """One case with those on whom it waits, and whom a nudge would reach."""

    case: Certification
    holds: tuple[Hold, ...]
    reached: tuple[Addressee, ...]


def to_nudge(
    session: Session, ids: Iterable[str], actor: Actor, at: datetime, *, on: str = ""
) -> tuple[ToNudge, ...]:
    """The cases among these that the actor may nudge about; `on` narrows to one person or enterprise."""
    found = []
    for case, holds in stalls_among(session, ids, at):
        if may(actor, "stall.nudge", case, day_of(case, at)):
            meant = tuple(filter(StallFilters(on=on).fits, holds))
            found.append(ToNudge(case, meant, addressees(session, case, map(waiting, meant), actor, at)))
    return tuple(found)


def waiting(hold: Hold) -> Waiting:
    """A hold as far as a nudge asks."""
    return Waiting(hold.who, hold.since, hold.people, hold.enterprise, hold.activity)


def by_case(found: Sequence[ToNudge]) -> Mapping[str, Sequence[Addressee]]:
    """As `nudge` takes them."""
    return {one.case.id: one.reached for one in found}


def reached(found: Iterable[ToNudge]) -> int:
    """How many messages it would be."""
    return sum(len(one.reached) for one in found)
