"""Whether the clockwork is late or holds back: since when, what it means, and whom to tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.models import SchedulerRound
from certify.reminders.guard import Held
from certify.reminders.rounds import beat_of
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import RoleName
from certify.workflows.grants import holders

TOLD = 3  # administrators that are named
WHY_HELD: Mapping[str, Sentence] = {
    Held.BACK: say("The time lies before that of the last round."),
    Held.APART: say("The time jumped: more passed by the clock than really did, or less."),
    Held.HOST: say("The clock of the machine and that of the database differ by more than five minutes."),
    Held.WAITING: say("The time jumped a short while ago."),
}


@dataclass(frozen=True)
class Lateness:
    """What a coordinator is told of it."""

    title: Sentence
    since: datetime | None  # None: no round was ever taken
    what: Sentence
    tell: tuple[str, ...]


def lateness(session: Session, on: date) -> Lateness | None:
    """None while all is well."""
    beat = beat_of(session)
    if beat.last is None:
        return Lateness(say("The clockwork has never run."), None, _WAITS, _administrators(session, on))
    if beat.is_late:
        return Lateness(
            say("The clockwork is late."), beat.last.begun_at, _WAITS, _administrators(session, on)
        )
    if beat.last.held_by:
        since = held_since(session)
        return Lateness(say("The clockwork holds back."), since, _HELD, _administrators(session, on))
    return None


_WAITS = say(
    "Reminders, deadlines and letters that fall due wait until it runs; what people do on pages goes on as "
    "usual, and nothing is lost."
)
_HELD = say(
    "The time seems wrong, so it makes no move and sends no reminder by itself; letters owed before still "
    "go, and nothing is lost."
)


def held_since(session: Session) -> datetime | None:
    """The first round of those that held back without a break until the last one."""
    good = select(func.max(SchedulerRound.slot)).where(SchedulerRound.held_by.is_(None)).scalar_subquery()
    asked = select(func.min(SchedulerRound.begun_at)).where(
        SchedulerRound.held_by.is_not(None), func.coalesce(SchedulerRound.slot > good, True)
    )
    return session.scalar(asked)


def _administrators(session: Session, on: date) -> tuple[str, ...]:
    asked = holders((RoleName.ADMINISTRATOR,), on).limit(TOLD)
    return tuple(person.name for person in session.scalars(asked))
