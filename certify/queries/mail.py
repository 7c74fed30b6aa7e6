"""The mail that waits, and that which does not get through."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.models import Message
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sorting import Sorting, by

SORTING = Sorting(Message.id, {"day": by(Message.created_at, latest_first=True)}, "-day")
_UNSENT = ("owed", "sending", "failed")


@dataclass(frozen=True)
class Waiting:
    """How many messages are where."""

    owed: int
    failed: int


def is_given_up(message: Message) -> bool:
    """Whether it is tried no more, unless somebody asks for it."""
    return message.state == "failed"


def waiting(session: Session) -> Waiting:
    """Those that are not sent: on their way, and given up."""
    asked = (
        select(Message.state, func.count().label("n"))
        .where(Message.state.in_(_UNSENT))
        .group_by(Message.state)
    )
    counted = {row.state: row.n for row in session.execute(asked)}
    return Waiting(counted.get("owed", 0) + counted.get("sending", 0), counted.get("failed", 0))


def stuck_page(
    session: Session, *, sort: str = "", cursor: str | None = None, limit: int = PAGE
) -> Page[Message]:
    """Messages that were tried and did not go: given up, or tried again later."""
    stuck = Message.state.in_(_UNSENT) & Message.last_error.is_not(None)
    asked, order = SORTING.applied(select(Message).where(stuck), sort)
    return read_page(session, asked, order=order, cursor=cursor, allowed=lambda _message: True, limit=limit)
