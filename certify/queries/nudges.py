"""Whom nudges about some things would reach, as the page that asks "to all of them?" shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.policy import Actor, may
from certify.queries.certifications import with_readers
from certify.queries.holds import Hold
from certify.queries.stalled import Held, StallFilters, stalls_among
from certify.workflows.addressees import Addressee, Waiting, addressees, read_ahead
from certify.workflows.dossier import day_of
from certify.workflows.nudging import Nudged, outcomes_of


@dataclass(frozen=True)
class ToNudge:
    """One thing that waits, and what would become of nudges to those on whom it does."""

    held: Held
    meant: tuple[Addressee, ...]
    outcomes: tuple[Nudged, ...]
    is_own: bool  # it waits for the one who would nudge, and nobody nudges themselves

    @property
    def reached(self) -> tuple[str, ...]:
        """Who would get a message."""
        return tuple(one.to.name for one in self.outcomes if one.is_new)

    @property
    def earlier(self) -> tuple[Nudged, ...]:
        """Who got one today already."""
        return tuple(one for one in self.outcomes if not one.is_new)

    @property
    def above(self) -> tuple[str, ...]:
        """Who is told of the same case by what stands above."""
        told = {one.to.id for one in self.outcomes}
        return tuple(one.name for one in self.meant if one.id not in told)


def to_nudge(
    session: Session, ids: Iterable[str], actor: Actor, at: datetime, *, on: str = ""
) -> tuple[ToNudge, ...]:
    """The things among these that the actor may nudge about; `on` narrows to one person or enterprise."""
    asked, waiting_now = [], stalls_among(session, ids, at)
    cases = select(Certification).where(Certification.id.in_({held.case.id for held in waiting_now}))
    session.scalars(with_readers(cases)).unique().all()  # fills in what the rights ask of each
    for held in waiting_now:
        if may(actor, "stall.nudge", held.case, day_of(held.case, at)):
            waits = [waiting(held, hold) for hold in held.holds if StallFilters(on=on).fits(hold)]
            asked.append((held, waits))
    read_ahead(session, [one for _, waits in asked for one in waits], at)
    found = [(held, addressees(session, waits, at)) for held, waits in asked]
    others = {held.id: tuple(one for one in all_ if one.id != actor.id) for held, all_ in found}
    outcomes = outcomes_of(session, [one for meant in others.values() for one in meant], at)
    return tuple(
        ToNudge(
            held,
            others[held.id],
            tuple(each for each in outcomes if each.to.waiting.thing is held.thing),
            is_own=len(others[held.id]) < len(all_),
        )
        for held, all_ in found
    )


def waiting(held: Held, hold: Hold) -> Waiting:
    """A hold as far as a nudge asks."""
    return Waiting(held.thing, hold.who, hold.since, hold.people, hold.enterprise, hold.activity, hold.apart)


def meant_by(found: Iterable[ToNudge]) -> tuple[Addressee, ...]:
    """As `nudge` takes them."""
    return tuple(one for each in found for one in each.meant)


def reached(found: Iterable[ToNudge]) -> int:
    """How many messages it would be."""
    return sum(len(one.reached) for one in found)
