"""A command that is sent twice is made once: the key's row comes first, in the command's own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certify.models import Base, IdempotencyKey, prepared
from certify.models.prepared import connection_of

REMEMBERED = timedelta(days=7)  # real time; docs/api.md tells it
SWEPT_AT_ONCE = 20  # old keys that go with each new one, so that no command is slow


_KEYS: Table = Base.metadata.tables[IdempotencyKey.__tablename__]
_FORGOTTEN = _KEYS.c.created_at <= bindparam("remembered", type_=_KEYS.c.created_at.type)
_SWEEP = delete(_KEYS).where(
    _KEYS.c.id.in_(
        select(_KEYS.c.id)
        .where(_FORGOTTEN)
        .order_by(_KEYS.c.created_at)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)  # another command is deleting those: never wait for it
    )
)
_KEEP = update(_KEYS).where(_KEYS.c.person_id == bindparam("its_person"), _KEYS.c.key == bindparam("its_key"))
_GIVEN = ("person_id", "key", "target", "body_sha256", "created_at")
_AS_NEW: dict[str, Any] = {"status": None, "headers": {}, "body": "", "scope": "", "rights": []}


def _take(insert: Any) -> Any:
    """A row of one's own; one that is there is taken only when it is remembered no longer."""
    wanted = insert(_KEYS).values({name: bindparam(name) for name in _GIVEN})
    return wanted.on_conflict_do_update(
        index_elements=[_KEYS.c.person_id, _KEYS.c.key],
        set_={**{name: wanted.excluded[name] for name in _GIVEN}, **_AS_NEW},
        where=_FORGOTTEN,
    ).returning(_KEYS.c.id)


_TAKE = {"sqlite": _take(sqlite.insert), "postgresql": _take(postgresql.insert)}


@dataclass(frozen=True)
class Asked:
    """A command as its sender named it: whose key, and what was asked with it."""

    person_id: str
    key: str
    target: str  # method and path
    body_sha256: str


@dataclass(frozen=True)
class Answered:
    """What a command was answered with, as it goes out, and goes out again, and what it took to get it."""

    status: int
    headers: Mapping[str, str]
    body: str
    scope: str = ""
    rights: Sequence[Sequence[str]] = ()  # action, kind of thing, id


class KeyReused(Exception):
    """The key was used for something else before. Answered with 422."""


def claim(session: Session, asked: Asked, at: datetime) -> Answered | None:
    """Take the key, and go on with None; or the answer of the request that took it first.

    A second request at the same moment waits: on PostgreSQL here, at the unique key, until the first
    one is committed or rolled back; on SQLite before it, at the lock of the file. Raises KeyReused.
    A key that is no longer remembered is taken anew.
    """
    prepared.write(session, _SWEEP, {"remembered": at - REMEMBERED})
    taken = prepared.read(
        session,
        _TAKE[connection_of(session).dialect.name],
        {
            "person_id": asked.person_id,
            "key": asked.key,
            "target": asked.target,
            "body_sha256": asked.body_sha256,
            "created_at": at,
            "remembered": at - REMEMBERED,
        },
    )
    return None if taken else _earlier(session, asked)


def keep(session: Session, asked: Asked, answered: Answered) -> None:
    """Store the answer beside the key, to be given again."""
    prepared.write(
        session,
        _KEEP,
        {
            "its_person": asked.person_id,
            "its_key": asked.key,
            "status": answered.status,
            "headers": dict(answered.headers),
            "body": answered.body,
            "scope": answered.scope,
            "rights": [list(right) for right in answered.rights],
        },
    )


def forget(session: Session, at: datetime) -> int:
    """Delete the keys that are remembered no longer; how many there were."""
    gone = session.connection().execute(delete(_KEYS).where(_FORGOTTEN), {"remembered": at - REMEMBERED})
    return gone.rowcount


def _earlier(session: Session, asked: Asked) -> Answered:
    row = session.scalars(select(IdempotencyKey).filter_by(person_id=asked.person_id, key=asked.key)).one()
    if (row.target, row.body_sha256) != (asked.target, asked.body_sha256):
        raise KeyReused(asked.key)
    assert row.status is not None  # key and answer are committed together
    return Answered(row.status, row.headers, row.body, row.scope, row.rights)
