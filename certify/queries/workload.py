"""How much waits in a queue and for how long: the count, the oldest, the median age, and its shape."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.scheme.rules.case import number
from certify.scheme.types import Edition

MEASURED = 1000


@dataclass(frozen=True)
class Bar:
    """How many have waited from so many days to so many; `last` is None for all that wait longer."""

    first: int
    last: int | None
    count: int


@dataclass(frozen=True)
class Workload:
    """A queue in figures; days are whole days of waiting."""

    count: int
    oldest_days: int
    median_days: int
    bars: tuple[Bar, ...]


def workload_of(
    session: Session,
    waiting: ColumnElement[bool],
    edition: Edition,
    at: datetime,
    *,
    module: str | None = None,
    country: str | None = None,
) -> Workload:
    """The cases that fit, counted by the days on which the edition reminds of a decision.

    The last bar begins where a decision is due: by the number of the module and country where the queue
    is narrowed to them.
    """
    due = int(number(edition, "decision_days", module=module, country=country))
    edges = [*(step for step in reminder_days(edition, "decision-due") if step < due), due]
    older = [
        func.coalesce(func.sum(case((Certification.state_since <= at - timedelta(days=n), 1), else_=0)), 0)
        for n in edges
    ]
    row: Any = session.execute(
        select(func.count(Certification.id), func.min(Certification.state_since), *older).where(waiting)
    ).one()
    count, oldest, *past = row
    return Workload(
        count=count,
        oldest_days=_days(oldest, at),
        median_days=_median_days(session, waiting, count, at),
        bars=_bars(edges, [count, *past]),
    )


def reminder_days(edition: Edition, id: str) -> tuple[int, ...]:
    """On which days from its anchor the edition reminds of something; none if it does not."""
    return next((one.offset_days for one in edition.reminders if one.id == id), ())


def _bars(edges: list[int], past: list[int]) -> tuple[Bar, ...]:
    counts = [after - before for after, before in zip(past, [*past[1:], 0], strict=True)]
    firsts, lasts = [0, *edges], [*(n - 1 for n in edges), None]
    return tuple(Bar(*one) for one in zip(firsts, lasts, counts, strict=True))


def _median_days(session: Session, waiting: ColumnElement[bool], count: int, at: datetime) -> int:
    """The middle one's waiting time; of an even number the longer waiting of the two in the middle.

    At most MEASURED are passed over to reach it: of a queue over twice as long, the time is that of the
    one so far behind the longest waiting, thus rather too long than too short.
    """
    if not count:
        return 0
    middle = session.scalar(
        select(Certification.state_since)
        .where(waiting)
        .order_by(Certification.state_since, Certification.id)
        .offset(min((count - 1) // 2, MEASURED))
        .limit(1)
    )
    return _days(middle, at)


def _days(since: datetime | None, at: datetime) -> int:
    return (at - since).days if since is not None else 0
