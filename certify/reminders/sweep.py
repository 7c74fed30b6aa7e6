"""The sweep: due points that have come become messages, set by set, each exactly once.

A point's message has its key, which is unique: whoever sweeps at the same time, or again after a kill,
changes nothing. Memory and time hang on what is due, not on how many certifications there are.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    Update,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certify.models import Base, DuePoint, Message, Person
from certify.models.store import own_tx
from certify.reminders.sweep_roles import sweep_roles

CHUNK = 5_000  # points in one transaction
OWED, OVERTAKEN, STOPPED = "owed", "overtaken", "stopped"
_MESSAGE: Table = Base.metadata.tables[Message.__tablename__]
_OWE = {
    "sqlite": sqlite.insert(_MESSAGE),
    "postgresql": postgresql.insert(_MESSAGE),
}


def sweep(at: datetime, chunk: int = CHUNK) -> int:
    """Owe what is due at a domain instant; how many messages. Commits chunk by chunk."""
    with own_tx() as session:
        _supersede(session, at)
    made, was_full = 0, True
    while was_full:
        with own_tx() as session:
            was_full, owed = _sweep_people(session, at, chunk)
        made += owed
    return made + sweep_roles(at)


def _sweep_people(session: Session, at: datetime, chunk: int) -> tuple[bool, int]:
    """The next chunk of what is said to people by name: whether it was full, and how many are owed."""
    n, these = _next(session, at, chunk)
    if not n:
        return False, 0
    owed = _changed(session, _owing(session, at, these))
    if owed != n:  # some are overtaken, or for nobody, or another scheduler made their messages
        gone = exists().where(Person.id == DuePoint.recipient_id, Person.disabled_at.is_not(None))
        _changed(session, _settle(at, OVERTAKEN).where(*these, is_overtaken(at)))
        _changed(session, _settle(at, STOPPED).where(*these, gone))
    _changed(session, _settle(at, OWED).where(*these, *_has_message(session)))
    return n == chunk, owed


def _has_message(session: Session) -> list[ColumnElement[bool]]:
    """One that was planned since the messages were made has none yet, and stays open.

    On SQLite there is none: whoever writes is alone (models/store.py).
    """
    if session.get_bind().dialect.name == "sqlite":
        return []
    return [exists().where(Message.key == DuePoint.message_key)]


def _next(session: Session, at: datetime, chunk: int) -> tuple[int, list[ColumnElement[bool]]]:
    """How many points the next chunk has, and which these are; asked of an index alone."""
    in_order = (DuePoint.due_at, DuePoint.id)
    asked = select(*in_order).where(*_open(at)).order_by(*in_order)
    last = session.execute(asked.offset(chunk - 1).limit(1)).first()
    if last is not None:
        return chunk, [*_open(at), tuple_(*in_order) <= tuple_(*last)]
    return session.scalar(select(func.count()).select_from(asked.subquery())) or 0, _open(at)


def _settle(at: datetime, outcome: str) -> Update:
    return update(DuePoint).values(settled_at=at, outcome=outcome)


def _changed(session: Session, statement: Any) -> int:
    """How many rows a statement changed."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    return int(session.execute(statement, execution_options=options).rowcount)  # type: ignore[attr-defined]


def owing_to_people(at: datetime) -> Any:
    """What the sweep would owe to people by name: when, what kind, to which address, to whom."""
    return (
        select(DuePoint.due_at, DuePoint.kind, Person.email, Person.id)
        .join(Person, Person.id == DuePoint.recipient_id)
        .where(*_open(at), ~is_overtaken(at), Person.disabled_at.is_(None))
        .order_by(DuePoint.due_at, DuePoint.id)
    )


def _open(at: datetime) -> list[ColumnElement[bool]]:
    return [
        DuePoint.settled_at.is_(None),
        DuePoint.due_at <= at,
        DuePoint.recipient_id.is_not(None),
    ]


def in_the_order_of_locks() -> tuple[Any, ...]:
    """A message's insert locks its case a little: in the order in which commands lock (models/store.py)."""
    return (DuePoint.certification_id.is_not(None), DuePoint.case_id, DuePoint.id)


def is_overtaken(at: datetime) -> ColumnElement[bool]:
    """Something later about the same has come, or the day that it is about is over."""
    return or_(
        and_(DuePoint.overtaken_at.is_not(None), DuePoint.overtaken_at <= at),
        and_(DuePoint.not_after.is_not(None), DuePoint.not_after <= at),
    )


def _owing(session: Session, at: datetime, these: list[ColumnElement[bool]]) -> Any:
    """One message a point, of those whose readers have an account in use, in the order of the points."""
    taken = {
        "id": DuePoint.id,
        "key": DuePoint.message_key,
        "kind": DuePoint.kind,
        "recipient_id": Person.id,
        "name": Person.name,
        "email": Person.email,
        "language": Person.language,
        "case_id": DuePoint.case_id,
        "params": DuePoint.params,
        "origin": literal("clock"),
        "state": literal(OWED),
        "attempts": literal(0),
        "created_at": literal(at, Message.created_at.type),
        "due_at": DuePoint.due_at,
        "not_after": DuePoint.not_after,
        "point_id": DuePoint.id,
    }
    rows = (
        select(*taken.values())
        .join(Person, Person.id == DuePoint.recipient_id)
        .where(*these, ~is_overtaken(at), Person.disabled_at.is_(None))
        .order_by(*in_the_order_of_locks())
    )
    owe: Any = _OWE[session.get_bind().dialect.name]
    # Whichever unique index sees first that another scheduler made it: the key's, or that of the id.
    return owe.from_select(list(taken), rows, include_defaults=False).on_conflict_do_nothing()


def _supersede(session: Session, at: datetime) -> None:
    """Letters that did not go before something later about the same came."""
    overtaken = exists().where(DuePoint.id == Message.point_id, DuePoint.overtaken_at <= at)
    unsent = (Message.point_id.is_not(None), Message.state == OWED, Message.due_at <= at)
    _changed(session, update(Message).where(*unsent, overtaken).values(state="superseded"))
