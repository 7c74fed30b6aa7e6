"""The story's letters: what is days old has long arrived; the latest are left for the real outbox."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from certify.models import Message

RECENT = timedelta(days=4)


def post_old_letters(session: Session, now: datetime) -> None:
    """Mark every message of the story as sent on its day, but for the latest days'."""
    session.execute(
        update(Message)
        .where(Message.created_at < now - RECENT, Message.state == "owed")
        .values(state="sent", sent_at=Message.created_at, attempts=1)
    )
