"""Signed-in browsers: the cookie holds a random token, the row its hash, and an ended row is signed out.

All of it runs on real time, never on the domain's clock (RELIABILITY.md, Accounts).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask import session as cookie
from flask_login import UserMixin, current_user, login_user
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from certify.clock import real_now
from certify.models import Person, SignIn, db
from certify.models.store import own_tx

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)

# In this order, for a browser also names those that it descends from.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in browser of this request, as Flask-Login carries it."""

    token: str
    sign_in_id: str
    person_id: str

    def get_id(self) -> str:
        """What the cookie holds: the token, never the person's id."""
        return self.token


def open_sign_in(session: Session, person_id: str, at: datetime) -> SignedIn:
    """A new row with a new token; the browser's earlier row ends, so that no token outlives a sign-in."""
    earlier = cookie.get("_user_id")
    if earlier:
        session.execute(
            update(SignIn)
            .where(SignIn.token_hash == hashed(earlier), SignIn.ended_at.is_(None))
            .values(ended_at=at)
        )
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=hashed(token),
        person_id=person_id,
        created_at=at,
        seen_at=at,
        user_agent=(request.user_agent.string or "")[:200],
        address=(request.remote_addr or "")[:60],
    )
    session.add(row)
    session.flush()
    return SignedIn(token=token, sign_in_id=row.id, person_id=person_id)


def carry(signed_in: SignedIn) -> None:
    """Give this browser the new token; whatever its cookie held before is dropped."""
    cookie.clear()
    login_user(signed_in)


def load(token: str) -> SignedIn | None:
    """The signed-in browser of a cookie's token, or None when it ended, ran out or the person is disabled."""
    at = real_now()
    row = db.session.scalar(
        select(SignIn).options(joinedload(SignIn.person)).where(SignIn.token_hash == hashed(token))
    )
    if row is None or not is_open(row, at) or row.person.disabled_at is not None:
        return None
    if at - row.seen_at >= TOUCH_EVERY:
        _touch(row.id, at)
    return SignedIn(token=token, sign_in_id=row.id, person_id=row.person_id)


def is_open(row: SignIn, at: datetime) -> bool:
    """Whether a row still signs its browser in: not ended, 60 minutes idle and 12 hours at most."""
    return row.ended_at is None and at - row.seen_at < IDLE and at - row.created_at < LONGEST


def end_sign_ins(
    session: Session, person_id: str, at: datetime, *, only: str | None = None, but: str | None = None
) -> None:
    """End the person's open rows: all, `only` one of them, or all `but` one."""
    ending = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if only is not None:
        ending = ending.where(SignIn.id == only)
    if but is not None:
        ending = ending.where(SignIn.id != but)
    session.execute(ending.values(ended_at=at))


def just_ended(session: Session, person_id: str, at: datetime) -> dict[str, Any]:
    """Which browsers of a person that could still be used ended at that instant, to open them again."""
    rows = session.scalars(
        select(SignIn.id).where(
            SignIn.person_id == person_id,
            SignIn.ended_at == at,
            SignIn.seen_at > at - IDLE,
            SignIn.created_at > at - LONGEST,
        )
    )
    return {"rows": sorted(rows), "ended_at": at.isoformat()}


def open_sign_ins(session: Session, person: Person, at: datetime) -> list[SignIn]:
    """The person's browsers that are signed in now, the latest first."""
    rows = session.scalars(
        select(SignIn)
        .where(
            SignIn.person_id == person.id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > at - IDLE,
            SignIn.created_at > at - LONGEST,
        )
        .order_by(SignIn.created_at.desc(), SignIn.id)
    )
    return list(rows)


def this_sign_in() -> SignedIn | None:
    """The signed-in browser of this request."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def browser_of(row: SignIn) -> str:
    """The browser as its owner knows it, such as "Firefox, Android"; what it sent when that is unknown."""
    named = [
        next((shown for sign, shown in known.items() if sign in row.user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, named)) or row.user_agent[:60]


def hashed(token: str) -> str:
    """What is stored of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _touch(sign_in_id: str, at: datetime) -> None:
    try:
        with own_tx() as session:
            session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))
    except OperationalError:
        # A full disk must not keep people from reading (RELIABILITY.md R10); the next request touches again.
        return
