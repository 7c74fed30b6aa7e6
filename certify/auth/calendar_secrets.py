"""Secret calendar addresses: one a person, told once, stored as a fingerprint, ended at once."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from certify.auth.sessions import hashed
from certify.models import CalendarFeed, Person


def open_feed(session: Session, person_id: str, at: datetime) -> str:
    """A new secret for a person's calendar; the one before stops working."""
    close_feed(session, person_id, at)
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(person_id=person_id, secret_hash=hashed(secret), created_at=at))
    return secret


def close_feed(session: Session, person_id: str, at: datetime) -> bool:
    """End the address that works; False when there was none."""
    ending = update(CalendarFeed).where(
        CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None)
    )
    ended = session.execute(
        ending.values(revoked_at=at).returning(CalendarFeed.id),
        execution_options={"synchronize_session": False},
    )
    return bool(ended.all())


def feed_of(session: Session, person_id: str) -> CalendarFeed | None:
    """The person's address that works, without its secret."""
    asked = select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return session.scalar(asked.order_by(CalendarFeed.created_at.desc()).limit(1))


def reader_of(session: Session, secret: str) -> tuple[CalendarFeed, Person] | None:
    """The address that a secret opens, and whose it is; None of an ended one or a closed account."""
    asked = (
        select(CalendarFeed)
        .join(CalendarFeed.person)
        .where(
            CalendarFeed.secret_hash == hashed(secret),
            CalendarFeed.revoked_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )
    feed = session.scalar(asked)
    return (feed, feed.person) if feed else None
