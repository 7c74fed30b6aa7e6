"""What happens in a month: ToT days, workshops and visits of the countries in an actor's reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Activity, ActivityPerson
from certify.policy import Actor
from certify.queries.activities import phase
from certify.queries.board import ROLES
from certify.queries.sight import reached_by
from certify.scheme.dates import add_months
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows.activity import day_of

KINDS = (ActivityKind.TOT_EVENT, ActivityKind.WORKSHOP, ActivityKind.VISIT)
MOST = 1000  # activities of one month; more are narrowed by module and country


@dataclass(frozen=True)
class Entry:
    """One activity on one of its days."""

    activity: Activity
    place: str
    people: tuple[str, ...]
    phase: str
    part: tuple[int, int] | None  # which of how many days


@dataclass(frozen=True)
class Month:
    """A month with the days on which something happens, and whether some had to be left out."""

    first: date
    days: tuple[tuple[date, tuple[Entry, ...]], ...]
    too_many: bool

    @property
    def before(self) -> str:
        """The month before, as an address writes it."""
        return f"{add_months(self.first, -1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after."""
        return f"{add_months(self.first, 1):%Y-%m}"


def month_of(
    session: Session,
    actor: Actor,
    at: datetime,
    edition: Edition,
    *,
    first: date,
    module: str = "",
    country: str = "",
    kind: str = "",
) -> Month:
    """Everything that is held in the month from `first` on, day by day; void activities are left out."""
    following = add_months(first, 1)
    reach = reached_by(actor, ROLES, at.date(), module=Activity.module, country=Activity.country)
    asked = select(Activity).where(
        Activity.kind.in_([ActivityKind(kind)] if kind in KINDS else KINDS),
        # What began so long ago that it cannot last into the month is not even looked at.
        Activity.held_on > first - timedelta(days=_longest(edition)),
        Activity.held_on < following,
        Activity.last_on >= first,
        Activity.state != ActivityState.VOID,
        reach,
    )
    if module:
        asked = asked.where(Activity.module == module)
    if country:
        asked = asked.where(Activity.country == country)
    rows = session.scalars(
        asked.options(
            joinedload(Activity.cohort),
            joinedload(Activity.enterprise),
            selectinload(Activity.people).joinedload(ActivityPerson.person),
        )
        .order_by(Activity.held_on, Activity.id)
        .limit(MOST + 1)
    ).all()
    found: dict[date, list[Entry]] = {}
    for row in rows[:MOST]:
        for on, entry in _entries(row, at):
            if first <= on < following:
                found.setdefault(on, []).append(entry)
    days = tuple((on, tuple(entries)) for on, entries in sorted(found.items()))
    return Month(first, days, too_many=len(rows) > MOST)


def _longest(edition: Edition) -> int:
    """The most days that one activity may span in any module."""
    return max(int(number(edition, "days_span_max", module=module)) for module in edition.modules)


def _entries(activity: Activity, at: datetime) -> Iterator[tuple[date, Entry]]:
    days = [date.fromisoformat(one["on"]) for one in activity.facts.get("days") or ()] or [activity.held_on]
    people = tuple(one.person.name for one in activity.people)
    today = day_of(activity, at)
    for n, on in enumerate(sorted(days), 1):
        part = (n, len(days)) if len(days) > 1 else None
        yield on, Entry(activity, _place(activity), people, phase(activity, today, day=on), part)


def _place(activity: Activity) -> str:
    if activity.enterprise is not None:
        return activity.enterprise.name
    return activity.cohort.name if activity.cohort is not None else ""
