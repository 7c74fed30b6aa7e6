"""A command that is sent twice is made once: the key's row comes first, in the command's own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certify.models import IdempotencyKey

REMEMBERED = timedelta(days=7)  # real time; docs/api.md tells it
SWEPT_AT_ONCE = 20  # old keys that go with each new one, so that no command is slow


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
    forget(session, at, at_most=SWEPT_AT_ONCE)
    session.execute(delete(IdempotencyKey).where(*_its_row(asked), _is_old(at)))
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(IdempotencyKey) if postgres else sqlite.insert(IdempotencyKey)
    taken = session.scalar(
        insert.values(
            person_id=asked.person_id,
            key=asked.key,
            target=asked.target,
            body_sha256=asked.body_sha256,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=[IdempotencyKey.person_id, IdempotencyKey.key])
        .returning(IdempotencyKey.id)
    )
    return None if taken is not None else _earlier(session, asked)


def keep(session: Session, asked: Asked, answered: Answered) -> None:
    """Store the answer beside the key, to be given again."""
    session.execute(
        update(IdempotencyKey)
        .where(*_its_row(asked))
        .values(
            status=answered.status,
            headers=dict(answered.headers),
            body=answered.body,
            scope=answered.scope,
            rights=[list(right) for right in answered.rights],
        )
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, at: datetime, *, at_most: int | None = None) -> int:
    """Delete the keys that are remembered no longer, the oldest first; how many there were."""
    old = (
        select(IdempotencyKey.id)
        .where(_is_old(at))
        .order_by(IdempotencyKey.created_at)
        .limit(at_most)
        .with_for_update(skip_locked=True)  # another command is deleting those: never wait for it
    )
    gone = session.scalars(
        delete(IdempotencyKey)
        .where(IdempotencyKey.id.in_(old))
        .returning(IdempotencyKey.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _is_old(at: datetime) -> ColumnElement[bool]:
    return IdempotencyKey.created_at <= at - REMEMBERED


def _earlier(session: Session, asked: Asked) -> Answered:
    row = session.scalars(select(IdempotencyKey).where(*_its_row(asked))).one()
    if (row.target, row.body_sha256) != (asked.target, asked.body_sha256):
        raise KeyReused(asked.key)
    assert row.status is not None  # key and answer are committed together
    return Answered(row.status, row.headers, row.body, row.scope, row.rights)


def _its_row(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return (IdempotencyKey.person_id == asked.person_id, IdempotencyKey.key == asked.key)
