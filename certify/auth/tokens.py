"""Bearer tokens: a program acts with its person's rights, within the scopes that the token carries.

All of it runs on real time, never on the domain's clock. Only the SHA-256 of a token is stored.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, request
from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from certify.auth.marks import PROGRAMS
from certify.auth.sessions import end_sign_ins, hashed
from certify.clock import real_now
from certify.models import ApiToken, db
from certify.models.store import own_tx

SCOPES = ("read", "write", "decide")  # each includes those before
PREFIX = "certify_"  # so that a token that lies about is recognised, by people and by scanners
TOUCH_EVERY = timedelta(minutes=5)
LONGEST_TOKEN = 200


class ScopeTooSmall(Exception):
    """The token may not do this, though its person might. Answered with 403, which names the scope."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed


@dataclass(frozen=True)
class Bearer:
    """The program that asks: for whom, and how far it may go."""

    token_id: str
    person_id: str
    scopes: tuple[str, ...]


def is_program(path: str) -> bool:
    """Whether an address belongs to the interface for programs: a token opens it, a cookie never does."""
    return path.startswith(PROGRAMS)


def bearer() -> Bearer | None:
    """Whose token this request carries; None without one, or when it is not in force."""
    if "bearer" not in g:
        g.bearer = _read(request.headers.get("Authorization", ""))
    found: Bearer | None = g.bearer
    return found


def require_scope(needed: str) -> None:
    """Go on only if the token reaches so far. Raises ScopeTooSmall."""
    found = bearer()
    if found is None or needed not in reach(found.scopes):
        raise ScopeTooSmall(needed)
    g.scope = max(scope_taken(), needed, key=SCOPES.index)


def scope_taken() -> str:
    """How far the token had to reach for what this request has done."""
    taken: str = g.get("scope", SCOPES[0])
    return taken


def reach(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes with all that they include."""
    highest = max((SCOPES.index(scope) for scope in scopes if scope in SCOPES), default=-1)
    return frozenset(SCOPES[: highest + 1])


def open_token(
    session: Session, person_id: str, at: datetime, *, name: str, scopes: Iterable[str], days: int
) -> str:
    """A new token, told this once; `days` is how long it lasts."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        token_hash=hashed(token),
        person_id=person_id,
        name=name,
        scopes=[scope for scope in SCOPES if scope in reach(scopes)],
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return token


def revoke_token(session: Session, token_id: str, at: datetime, *, person_id: str | None = None) -> bool:
    """End a token from the next request on; False where there is none (of that person) to end."""
    ending = update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    if person_id is not None:
        ending = ending.where(ApiToken.person_id == person_id)
    return session.scalar(ending.values(revoked_at=at).returning(ApiToken.id)) is not None


def end_access(session: Session, person_id: str, at: datetime) -> int:
    """End whatever opens the account to a browser or a program; how many tokens could still be used."""
    end_sign_ins(session, person_id, at)
    return revoke_tokens(session, person_id, at)


def revoke_tokens(session: Session, person_id: str, at: datetime) -> int:
    """End all tokens of a person from the next request on; how many could still be used."""
    usable = (ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
    in_force = session.scalar(select(func.count(ApiToken.id)).where(*usable)) or 0
    ending = update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    session.execute(ending.values(revoked_at=at))
    return in_force


def tokens_of(session: Session, person_id: str) -> list[ApiToken]:
    """The person's tokens that were not revoked, the latest first; those that ran out are still told."""
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )
    return list(rows)


def token_of(session: Session, person_id: str, token_id: str) -> ApiToken | None:
    """One of the person's tokens that was not revoked."""
    return next((one for one in tokens_of(session, person_id) if one.id == token_id), None)


def _read(header: str) -> Bearer | None:
    """One query whatever is wrong with the token, so that its answer's cost tells nothing."""
    at = real_now()
    row = db.session.scalar(
        select(ApiToken)
        .options(joinedload(ApiToken.person))
        .where(ApiToken.token_hash == hashed(_token_in(header)))
    )
    in_force = row is not None and row.revoked_at is None and at < row.expires_at
    if row is None or not in_force or row.person.disabled_at is not None:
        return None
    found = Bearer(row.id, row.person_id, tuple(row.scopes))
    if row.last_used_at is None or at - row.last_used_at >= TOUCH_EVERY:
        _touch(row.id, at)
    return found


def _token_in(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return token.strip()[:LONGEST_TOKEN] if scheme.lower() == "bearer" else ""


def _touch(token_id: str, at: datetime) -> None:
    stale = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= at - TOUCH_EVERY)
    try:
        with own_tx() as session:
            session.execute(update(ApiToken).where(ApiToken.id == token_id, stale).values(last_used_at=at))
    except OperationalError:
        return  # a full disk must not keep programs from reading; the next request touches again
