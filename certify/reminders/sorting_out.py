"""What becomes of the messages that one person is owed: pure, from wishes and the hour there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from certify.reminders.hours import is_quiet, last_reading, next_reading
from certify.reminders.wishes import Wishes
from certify.scheme.dates import day_in
from certify.workflows.notices import MOVE

AT_MOST = 3  # messages of the clock that come one by one; more of them at once are one letter


@dataclass(frozen=True)
class Owed:
    """A message that nobody has let go yet."""

    id: str
    kind: str
    origin: str
    due_at: datetime


@dataclass
class SortedOut:
    """The ids of what is muted, goes now, goes in one digest of that slot, or waits until then."""

    muted: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    digest: list[str] = field(default_factory=list)
    slot: str = ""
    later: list[str] = field(default_factory=list)
    until: datetime | None = None


def sort_out(owed: Sequence[Owed], wishes: Wishes, zone: str, at: datetime) -> SortedOut:
    """Muted first, then what waits, then one by one or together."""
    found = SortedOut(muted=[one.id for one in owed if wishes.mutes(one.kind)])
    wished = [one for one in owed if not wishes.mutes(one.kind)]
    if wishes.is_daily:
        _daily(found, wished, wishes, zone, at)
    else:
        _singly(found, wished, wishes, zone, at)
    return found


def _daily(found: SortedOut, owed: list[Owed], wishes: Wishes, zone: str, at: datetime) -> None:
    """What was due by the last hour of the digest; the rest, and what was missed at night, by the next."""
    hour = time(wishes.digest_hour)
    slot = last_reading(at, hour, zone)
    quiet = wishes.quiet is not None and is_quiet(at, zone, wishes.quiet)
    due = [one.id for one in owed if one.due_at <= slot and not quiet]
    found.later, found.until = _but(owed, due), next_reading(at, hour, zone)
    if len(due) > 1:
        found.digest, found.slot = due, day_in(slot, zone).isoformat()
    else:
        found.now = due


def _singly(found: SortedOut, owed: list[Owed], wishes: Wishes, zone: str, at: datetime) -> None:
    """News goes at once; what the clock owes waits until morning, and comes together when it is much."""
    of_clock = [one.id for one in owed if one.origin != MOVE]
    found.now = _but(owed, of_clock)
    if wishes.quiet is not None and is_quiet(at, zone, wishes.quiet):
        found.later, found.until = of_clock, next_reading(at, wishes.quiet[1], zone)
    elif len(of_clock) > AT_MOST:
        found.digest, found.slot = of_clock, f"{at:%Y-%m-%dT%H:%M}"
    else:
        found.now += of_clock


def _but(owed: list[Owed], ids: list[str]) -> list[str]:
    taken = set(ids)
    return [one.id for one in owed if one.id not in taken]
