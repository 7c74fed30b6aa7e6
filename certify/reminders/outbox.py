"""The outbox: owed messages are claimed one by one, sent after their commit, and tried again until they go.

Rows are exactly once; delivery is at least once, with the same Message-ID when a crash falls between
sending and marking (RELIABILITY.md, Outbox). Leases and back-off run on the database's clock.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from certify.clock import real_now
from certify.models import Message
from certify.models.store import own_tx
from certify.reminders.delivery import Courier, ServerDown, Undeliverable, courier
from certify.reminders.links import LIFETIMES, make_link
from certify.reminders.texts import letter_of

log = logging.getLogger(__name__)

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LEASE = timedelta(minutes=10)
LAST_TRY = len(BACK_OFF) + 7 * 24  # then hourly for seven days


@dataclass(frozen=True)
class Claimed:
    """A message as it was claimed, with the path of the link that was made for it."""

    id: str
    kind: str
    name: str
    email: str
    language: str
    params: Mapping[str, Any]
    link: str | None


def deliver_owed(at: datetime, limit: int = 50) -> int:
    """Send up to `limit` messages that are due at the domain's instant; returns how many went.

    Ends early when the mail server cannot be reached: the rest waits for the next round.
    """
    sent = 0
    with courier() as post:
        for _ in range(limit):
            message = _claim(at)
            if message is None:
                break
            try:
                sent += _send(post, message)
            except ServerDown as down:
                log.warning("the mail server cannot be reached: %s", down)
                break
    return sent


def _send(post: Courier, message: Claimed) -> bool:
    try:
        post.send(letter_of(message), key=message.id)
    except (ServerDown, Undeliverable) as error:
        _put_back(message.id, str(error))
        if isinstance(error, ServerDown):
            raise
        return False
    _mark(message.id, state="sent", sent_at=real_now(), last_error=None)
    return True


def _claim(at: datetime) -> Claimed | None:
    """Take the next due message for this process, by a conditional update; None when none is left."""
    with own_tx() as session:
        now = database_now(session)
        while True:
            found = session.scalar(
                select(Message.id).where(_due(at, now)).order_by(Message.due_at, Message.id).limit(1)
            )
            if found is None:
                return None
            taken = session.scalar(
                update(Message)
                .where(Message.id == found, _due(at, now))
                .values(state="sending", claimed_at=now, attempts=Message.attempts + 1)
                .returning(Message.id)
                .execution_options(synchronize_session=False)
            )
            if taken is not None:
                return _claimed(session, session.get_one(Message, taken))


def _claimed(session: Session, row: Message) -> Claimed:
    link = None
    # A purpose that nobody knows must not hold up every message behind it: the letter goes without a link.
    if row.link_purpose in LIFETIMES and row.link_subject is not None:
        link = make_link(session, purpose=row.link_purpose, subject=row.link_subject, email=row.email)
    return Claimed(
        id=row.id,
        kind=row.kind,
        name=row.name,
        email=row.email,
        language=row.language,
        params=dict(row.params),
        link=link,
    )


def _put_back(message_id: str, error: str) -> None:
    """Keep a message that did not go, with the reason; after a week of tries it is failed for good."""
    state = case((Message.attempts >= LAST_TRY, "failed"), else_="owed")
    _mark(message_id, state=state, last_error=error[:500])


def _mark(message_id: str, **values: Any) -> None:
    """Note how sending ended; of a message that was erased meanwhile nothing."""
    ours = update(Message).where(Message.id == message_id, Message.state == "sending")
    with own_tx() as session:
        session.execute(ours.values(**values).execution_options(synchronize_session=False))


def send_again(session: Session, message_id: str) -> bool | None:
    """Try a message anew that was given up. False: it was not; None: there is no such message."""
    taken = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.state == "failed")
        .values(state="owed", attempts=0, claimed_at=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None and session.get(Message, message_id) is None:
        return None
    return taken is not None


def _due(at: datetime, now: datetime) -> ColumnElement[bool]:
    waited = or_(
        Message.claimed_at.is_(None),
        *(
            and_(Message.attempts == tries, Message.claimed_at <= now - pause)
            for tries, pause in enumerate(BACK_OFF, start=1)
        ),
        and_(Message.attempts > len(BACK_OFF), Message.claimed_at <= now - BACK_OFF[-1]),
    )
    abandoned = and_(Message.state == "sending", Message.claimed_at <= now - LEASE)
    return or_(and_(Message.state == "owed", Message.due_at <= at, waited), abandoned)


def database_now(session: Session) -> datetime:
    """One clock for every process: PostgreSQL's own; on SQLite all processes share the machine's."""
    if session.get_bind().dialect.name == "postgresql":
        now: datetime = session.scalars(select(func.clock_timestamp())).one()
        return now
    return real_now()
