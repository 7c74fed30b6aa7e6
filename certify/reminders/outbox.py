"""The outbox: owed messages are claimed one by one, sent after their commit, and tried again until they go.

Rows are exactly once; delivery is at least once, with the same Message-ID when a crash falls between
sending and marking (RELIABILITY.md, Outbox). Leases and back-off run on the database's clock.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from certify.clock import real_now
from certify.models import Message, Person
from certify.models.store import own_tx
from certify.reminders import refusing
from certify.reminders.categories import category_of, is_optional
from certify.reminders.delivery import Courier, Refused, ServerDown, Undeliverable, courier
from certify.reminders.links import LIFETIMES, OPT_OUT, make_link, opt_out_subject
from certify.reminders.reasons import is_for_nothing, items_of
from certify.reminders.texts import Item, letter_of

log = logging.getLogger(__name__)

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LEASE = timedelta(minutes=10)
GIVEN_UP = ("failed", "bounced")
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
    way_out: str | None = None
    items: tuple[Item, ...] = ()


def deliver_owed(at: datetime, limit: int = 50, *, is_sure: bool = True) -> int:
    """Send up to `limit` messages that are due at the domain's instant; returns how many went.

    Ends early when the mail server cannot be reached: the rest waits for the next round. While nobody is
    sure of the time, no message is given up because its own is over.
    """
    sent = 0
    with courier() as post:
        for _ in range(limit):
            message = _claim(at, is_sure)
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
        if isinstance(error, Refused):
            _bounce(message, str(error))
        else:
            _put_back(message.id, str(error))
        if isinstance(error, ServerDown):
            raise
        return False
    except Exception as error:
        # A letter that cannot be written must not stop those behind it: it is shown, and tried again.
        log.exception("message %s could not be made a letter", message.id)
        _put_back(message.id, f"{type(error).__name__}: {error}")
        return False
    _mark(message.id, state="sent", sent_at=real_now(), last_error=None)
    return True


def _claim(at: datetime, is_sure: bool) -> Claimed | None:
    """Take the next due message for this process, by a conditional update; None when none is left."""
    with own_tx() as session:
        now = database_now(session)
        while True:
            columns = select(
                Message.id,
                Message.email,
                Message.not_after,
                Message.origin,
                Message.point_id,
                Message.recipient_id,
            ).where(_due(at, now))
            found = session.execute(columns.order_by(Message.due_at, Message.id).limit(1)).first()
            if found is None:
                return None
            given = _instead(session, found, at if is_sure else None, now) or {
                "state": "sending",
                "claimed_at": now,
                "attempts": Message.attempts + 1,
            }
            taken = session.scalar(
                update(Message)
                .where(Message.id == found.id, _due(at, now))
                .values(**given)
                .returning(Message.id)
                .execution_options(synchronize_session=False)
            )
            if taken is not None and given["state"] == "sending":
                return _claimed(session, session.get_one(Message, taken))


def _instead(session: Session, found: Any, over_at: datetime | None, now: datetime) -> dict[str, Any] | None:
    """What becomes of a due message that is not sent: its time is over, or nobody is at its address.

    Also when what it was owed for was taken back while it was in other hands, when a digest has nothing
    left, and when a reminder's reader has no account in use any more.
    """
    is_over = over_at is not None and found.not_after is not None and found.not_after <= over_at
    if is_over or is_for_nothing(session, found):
        return {"state": "superseded"}
    refused = refusing.refused_lately(session, found.email, now)
    return {"state": "bounced", "last_error": refused.error} if refused else None


def _claimed(session: Session, row: Message) -> Claimed:
    link = None
    # A purpose that nobody knows must not hold up every message behind it: the letter goes without a link.
    if row.link_purpose in LIFETIMES and row.link_subject is not None:
        link = make_link(session, purpose=row.link_purpose, subject=row.link_subject, email=row.email)
    items = items_of(session, row)
    return Claimed(
        id=row.id,
        kind=row.kind,
        name=row.name,
        email=row.email,
        language=row.language,
        params={**row.params, "n": len(items)} if items else dict(row.params),
        link=link,
        way_out=_way_out(session, row),
        items=items,
    )


def _way_out(session: Session, row: Message) -> str | None:
    """A link by which the reader does without such messages, where they may."""
    if row.recipient_id is None or not is_optional(row.kind):
        return None
    subject = opt_out_subject(row.recipient_id, category_of(row.kind))
    return make_link(session, purpose=OPT_OUT, subject=subject, email=row.email)


def _bounce(message: Claimed, error: str) -> None:
    """Nobody is there: this one is not tried again, and nothing else goes to that address for a while."""
    with own_tx() as session:
        refusing.note(session, message.email, database_now(session), error)
    _mark(message.id, state="bounced", last_error=error[:500])


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
    """Try a message anew that was given up or refused: at the address that its reader has by now.

    Any mark on that address is forgotten. False: it was neither; None: there is no such message.
    """
    by_now = select(Person.email).where(Person.id == Message.recipient_id).scalar_subquery()
    email = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.state.in_(GIVEN_UP))
        .values(
            state="owed",
            attempts=0,
            claimed_at=None,
            not_after=None,
            email=func.coalesce(by_now, Message.email),
        )
        .returning(Message.email)
        .execution_options(synchronize_session=False)
    )
    if email is None:
        return None if session.get(Message, message_id) is None else False
    refusing.forget(session, email)
    return True


def waiting_letters(session: Session, at: datetime) -> list[Message]:
    """What a round at an instant would send, the oldest first."""
    due = select(Message).where(_due(at, database_now(session)))
    return list(session.scalars(due.order_by(Message.due_at, Message.id)))


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
    let_go = and_(Message.state == "owed", Message.due_at <= at, Message.released_at.is_not(None))
    return or_(and_(let_go, waited), abandoned)


def not_gone() -> ColumnElement[bool]:
    """Messages that wait to be sent: owed, or in a digest that is still owed."""
    return or_(Message.state == "owed", _inside("owed"))


def was_sent() -> ColumnElement[bool]:
    """Messages that were sent, by themselves or in a digest."""
    return or_(Message.state == "sent", _inside("sent"))


def _inside(state: str) -> ColumnElement[bool]:
    digest = aliased(Message)
    lies_in = exists().where(digest.id == Message.digest_id, digest.state == state)
    return and_(Message.state == "bundled", lies_in)


def database_now(session: Session) -> datetime:
    """One clock for every process: PostgreSQL's own; on SQLite all processes share the machine's."""
    if session.get_bind().dialect.name == "postgresql":
        now: datetime = session.scalars(select(func.clock_timestamp())).one()
        return now
    return real_now()
