"""Before letters go: unwished ones are muted, quiet hours are waited for, many at once become one.

Each handful of people in a commit of its own. Rows are locked while they are looked at and written only
where they are still owed, so that any number of schedulers may do it at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from certify.models import Base, DuePoint, Message, Person
from certify.models.store import own_tx
from certify.reminders.absences import tell_deputies
from certify.reminders.sorting_out import Owed, SortedOut, sort_out
from certify.reminders.wishes import USUAL, wishes_of
from certify.scheme.places import zone_of
from certify.workflows.notices import DIGEST, owe

PEOPLE = 300  # whose messages are looked at in one commit
_MESSAGE = Base.metadata.tables[Message.__tablename__]
_STILL = (_MESSAGE.c.id == bindparam("of"), _MESSAGE.c.state == "owed", _MESSAGE.c.released_at.is_(None))


def gather(at: datetime) -> int:
    """Sort out every message that is due and waits to be let go; how many there were."""
    tell_deputies(at)
    with own_tx() as session:
        _drop_overtaken(session, at)
        _let_go_of_strangers(session, at)
    looked_at = 0
    while True:
        with own_tx() as session:
            handful = _handful(session, at)
            _sort_out(session, handful, at)
        if not handful:
            return looked_at
        looked_at += sum(map(len, handful.values()))


def _waiting(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Message.state == "owed", Message.released_at.is_(None), Message.due_at <= at)


def _drop_overtaken(session: Session, at: datetime) -> None:
    """What is past its time, and a deputy's copy of what was overtaken, is not sent any more."""
    original = aliased(Message)
    overtaken = exists().where(original.id == Message.copy_of_id, original.state == "superseded")
    copies = update(Message).where(Message.state == "owed", Message.copy_of_id.is_not(None), overtaken)
    late = update(Message).where(*_waiting(at), Message.not_after <= at)
    for stale in (late, copies, *_in_digests(at)):
        session.execute(stale.values(state="superseded"), execution_options={"synchronize_session": False})


def _in_digests(at: datetime) -> Iterable[Update]:
    """What is over inside a digest that has not gone yet, and a digest in which nothing is left."""
    inside = aliased(Message)
    digests = select(Message.id).where(Message.state == "owed", Message.origin == DIGEST)
    overtaken = exists().where(DuePoint.id == Message.point_id, DuePoint.overtaken_at <= at)
    late = or_(overtaken, Message.not_after <= at)
    full = exists().where(inside.digest_id == Message.id, inside.state == "bundled")
    yield update(Message).where(Message.state == "bundled", Message.digest_id.in_(digests), late)
    yield update(Message).where(Message.state == "owed", Message.origin == DIGEST, ~full)


def _let_go_of_strangers(session: Session, at: datetime) -> None:
    """Who has no account has no wishes, and a link that works once cannot lie in a digest."""
    asked = update(Message).where(
        *_waiting(at), Message.recipient_id.is_(None) | Message.link_purpose.is_not(None)
    )
    session.execute(asked.values(released_at=at), execution_options={"synchronize_session": False})


def _handful(session: Session, at: datetime) -> Mapping[str, list[Owed]]:
    """What some people are owed; rows that another scheduler has in hand are left to it."""
    some = select(Message.recipient_id).where(*_waiting(at)).distinct().order_by(Message.recipient_id)
    ids = session.scalars(some.limit(PEOPLE)).all()
    asked = (
        select(Message.id, Message.recipient_id, Message.kind, Message.origin, Message.due_at)
        .where(*_waiting(at), Message.recipient_id.in_(ids))
        .order_by(Message.due_at, Message.id)
        .with_for_update(skip_locked=True)
    )
    found: dict[str, list[Owed]] = defaultdict(list)
    for row in session.execute(asked):
        found[row.recipient_id].append(Owed(row.id, row.kind, row.origin, row.due_at))
    return found


def _sort_out(session: Session, handful: Mapping[str, Sequence[Owed]], at: datetime) -> None:
    wishes = wishes_of(session, handful)
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(handful)))}
    done = []
    for id, owed in handful.items():
        person = people[id]
        zone = person.zone or zone_of(person.country)
        done.append((person, sort_out(owed, wishes.get(id, USUAL), zone, at)))
    _write(session, {"state": "muted"}, [id for _, one in done for id in one.muted])
    _write(session, {"released_at": at}, [id for _, one in done for id in one.now])
    for until in {one.until for _, one in done if one.later}:
        later = [id for _, one in done if one.until == until for id in one.later]
        _write(session, {"due_at": until}, later)
    for person, one in done:
        if one.digest:
            _bundle(session, person, one, at)


def _bundle(session: Session, person: Person, found: SortedOut, at: datetime) -> None:
    """One letter for all of them: what stands in it is read from its messages when it is sent."""
    key = f"{DIGEST}:{person.id}:{found.slot}"
    if session.scalar(select(Message.id).where(Message.key == key)) is not None:
        if found.until is not None:  # today's mail is gone: once a day is once
            _write(session, {"due_at": found.until}, found.digest)
            return
        key += f":{found.digest[0]}"  # that letter is gone, and these came after it
    told = {"n": len(found.digest)}
    owe(session, key=key, kind=DIGEST, at=at, recipient=person, origin=DIGEST, params=told)
    digest = session.scalars(select(Message.id).where(Message.key == key)).one()
    _write(session, {"state": "bundled", "released_at": at, "digest_id": digest}, found.digest)


def _write(session: Session, values: Mapping[str, Any], ids: Iterable[str]) -> None:
    """Write to each that is still owed."""
    given = [{"of": id} for id in ids]
    if given:
        session.connection().execute(update(_MESSAGE).where(*_STILL).values(**values), given)
