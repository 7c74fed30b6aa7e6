"""The clockwork as its administrator sees it: rounds, what falls due, what does not get through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from certify.models import DuePoint, Message, SchedulerRound
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sorting import Sorting, by
from certify.reminders.outbox import GIVEN_UP

SORTING = Sorting(Message.id, {"day": by(Message.created_at, latest_first=True)}, "-day")
ROUNDS = 15
MOST = 10_000  # that are counted of anything
WEEK = timedelta(days=7)
_ON_THEIR_WAY = ("owed", "sending")


@dataclass(frozen=True)
class Waiting:
    """How many messages did not go; MOST stands for any number from there on."""

    owed: int
    failed: int  # given up after a week of tries
    bounced: int = 0  # the mail server knows nobody there


@dataclass(frozen=True)
class Lately:
    """Of the last week: how many were overtaken before they went. Of now: since when the oldest is due."""

    superseded: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Ahead:
    """How many due points fall due within a day and within a week."""

    day: int
    week: int


def is_given_up(message: Message) -> bool:
    """Whether it is tried no more, unless somebody asks for it."""
    return message.state in GIVEN_UP


def waiting(session: Session) -> Waiting:
    """Those on their way, given up, and refused."""
    states = (Message.state.in_(_ON_THEIR_WAY), Message.state == "failed", Message.state == "bounced")
    found: Any = session.execute(select(*map(_number, states))).one()
    return Waiting(*found)


def lately(session: Session, at: datetime) -> Lately:
    """What became of letters that did not go in their time."""
    overtaken = _number(Message.state == "superseded", Message.due_at >= at - WEEK, Message.due_at <= at)
    oldest = select(func.min(Message.due_at)).where(Message.state == "owed", Message.due_at <= at)
    superseded, oldest_at = session.execute(select(overtaken, oldest.scalar_subquery())).one()
    return Lately(superseded, oldest_at)


def ahead(session: Session, at: datetime) -> Ahead:
    """What the clock will look at, as it is planned now."""
    until = (at + timedelta(days=1), at + WEEK)
    open_ = (DuePoint.settled_at.is_(None), DuePoint.reminder != "")
    numbers = (_number(*open_, DuePoint.due_at <= each, column=DuePoint.id) for each in until)
    found: Any = session.execute(select(*numbers)).one()
    return Ahead(*found)


def last_rounds(session: Session) -> Sequence[SchedulerRound]:
    """The latest first."""
    return session.scalars(select(SchedulerRound).order_by(SchedulerRound.slot.desc()).limit(ROUNDS)).all()


def stuck_page(
    session: Session, *, sort: str = "", cursor: str | None = None, limit: int = PAGE
) -> Page[Message]:
    """Messages that were tried and did not go: given up, refused, or tried again later."""
    stuck = Message.state.in_((*_ON_THEIR_WAY, *GIVEN_UP)) & Message.last_error.is_not(None)
    asked, order = SORTING.applied(select(Message).where(stuck), sort)
    return read_page(session, asked, order=order, cursor=cursor, allowed=lambda _message: True, limit=limit)


def _number(*conditions: ColumnElement[bool], column: object = Message.id) -> ColumnElement[int]:
    found = select(column).where(*conditions).limit(MOST).subquery()  # type: ignore[call-overload]
    return select(func.count()).select_from(found).scalar_subquery()
