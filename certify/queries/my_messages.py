"""The messages that were sent to a person, readable here even when the mail never came."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Message
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sorting import Sorting, by
from certify.workflows.notices import DIGEST

SORTING = Sorting(Message.id, {"day": by(Message.created_at, latest_first=True)}, "-day")


def message_page(
    session: Session, person_id: str, *, sort: str = "", cursor: str | None = None, limit: int = PAGE
) -> Page[Message]:
    """One page of a person's messages, the newest first unless the oldest are asked for.

    A digest is an envelope: what lay in it is listed, and it is not.
    """
    own = select(Message).where(Message.recipient_id == person_id, Message.origin != DIGEST)
    asked, order = SORTING.applied(own, sort)
    return read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        allowed=lambda _message: True,  # a message is its recipient's, whatever it is about
        limit=limit,
    )


def inside(session: Session, message: Message) -> Sequence[Message]:
    """What lay in a digest; nothing in any other message."""
    if message.origin != DIGEST:
        return ()
    asked = select(Message).where(Message.digest_id == message.id)
    return session.scalars(asked.order_by(Message.due_at, Message.id)).all()


def own_message(session: Session, person_id: str, message_id: str) -> Message | None:
    """One message, if it was sent to the person."""
    return session.scalar(select(Message).where(Message.id == message_id, Message.recipient_id == person_id))
