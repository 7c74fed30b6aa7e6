"""The messages that were sent to a person, readable here even when the mail never came."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Message
from certify.queries.paging import PAGE, Order, Page, read_page


def message_page(
    session: Session, person_id: str, *, cursor: str | None = None, limit: int = PAGE
) -> Page[Message]:
    """One page of a person's messages, the newest first."""
    return read_page(
        session,
        select(Message).where(Message.recipient_id == person_id),
        order=Order(Message.created_at, Message.id, descending=True),
        cursor=cursor,
        allowed=lambda _message: True,  # a message is its recipient's, whatever it is about
        limit=limit,
    )


def own_message(session: Session, person_id: str, message_id: str) -> Message | None:
    """One message, if it was sent to the person."""
    return session.scalar(select(Message).where(Message.id == message_id, Message.recipient_id == person_id))
