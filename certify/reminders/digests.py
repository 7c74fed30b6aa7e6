"""Before letters go: unwished ones are muted, quiet hours are waited for, many at once become one.

Some people after the others, each once a round, in a commit of their own: what they are owed is read by one
statement, and written by one for each thing that becomes of it. Rows are locked while they are looked at
and written only where they are still owed, so that any number of schedulers may do it at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from certify.models import DuePoint, Message, Person
from certify.models.record import UNRELEASED
from certify.models.store import own_tx
from certify.reminders.absences import tell_deputies
from certify.reminders.sorting_out import Owed, SortedOut, sort_out
from certify.reminders.wishes import USUAL, wishes_of
from certify.scheme.places import zone_of
from certify.workflows.notices import DIGEST, owe_digests, recipients

PEOPLE = 1_000  # whose messages are looked at in one commit
AT_ONCE = 5_000  # messages written by one statement
_QUIETLY = {"synchronize_session": False}


def gather(at: datetime, people: int = PEOPLE) -> int:
    """Sort out every message that is due and waits to be let go; how many there were.

    So many people in one commit.
    """
    tell_deputies(at)
    with own_tx() as session:
        _drop_overtaken(session, at)
        _let_go_of_strangers(session, at)
    looked_at, after = 0, ""
    while True:
        with own_tx() as session:
            ids = _next_people(session, at, after, people)
            if not ids:
                return looked_at
            owed = _owed(session, at, after, ids[-1])
            _sort_out(session, owed, at)
        after = ids[-1]
        looked_at += sum(map(len, owed.values()))


def _waiting(at: datetime) -> tuple[Any, ...]:
    return (UNRELEASED, Message.due_at <= at)


def _drop_overtaken(session: Session, at: datetime) -> None:
    """What is past its time, and a deputy's copy of what was overtaken, is not sent any more."""
    original = aliased(Message)
    overtaken = exists().where(original.id == Message.copy_of_id, original.state == "superseded")
    copies = update(Message).where(Message.state == "owed", Message.copy_of_id.is_not(None), overtaken)
    late = update(Message).where(*_waiting(at), Message.not_after <= at)
    for stale in (late, copies, *_in_digests(at)):
        session.execute(stale.values(state="superseded"), execution_options=_QUIETLY)


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
    session.execute(asked.values(released_at=at), execution_options=_QUIETLY)


def _next_people(session: Session, at: datetime, after: str, n: int) -> Sequence[str]:
    """The next ones whom something waits for; asked of an index alone."""
    some = select(Message.recipient_id).where(*_waiting(at), Message.recipient_id > after).distinct()
    found = session.scalars(some.order_by(Message.recipient_id).limit(n))
    return [id for id in found if id is not None]


def _owed(session: Session, at: datetime, after: str, last: str) -> Mapping[str, list[Owed]]:
    """What they are owed; rows that another scheduler has in hand are left to it."""
    asked = (
        select(Message.id, Message.recipient_id, Message.kind, Message.origin, Message.due_at)
        .where(*_waiting(at), Message.recipient_id > after, Message.recipient_id <= last)
        .order_by(Message.due_at, Message.id)
        .with_for_update(skip_locked=True)
    )
    found: dict[str, list[Owed]] = defaultdict(list)
    for row in session.execute(asked):
        found[row.recipient_id].append(Owed(row.id, row.kind, row.origin, row.due_at))
    return found


def _sort_out(session: Session, owed: Mapping[str, Sequence[Owed]], at: datetime) -> None:
    wishes, zones = wishes_of(session, owed), zones_of(session, owed)
    done = {id: sort_out(these, wishes.get(id, USUAL), zones[id], at) for id, these in owed.items()}
    _bundle(session, {id: one for id, one in done.items() if one.digest}, at)
    _write(session, {"state": "muted"}, [id for one in done.values() for id in one.muted])
    _write(session, {"released_at": at}, [id for one in done.values() for id in one.now])
    for until in {one.until for one in done.values() if one.later}:
        later = [id for one in done.values() if one.until == until for id in one.later]
        _write(session, {"due_at": until}, later)


def zones_of(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    """Where each of them reads the clock."""
    asked = select(Person.id, Person.zone, Person.country).where(Person.id.in_(ids))
    return {row.id: row.zone or zone_of(row.country) for row in session.execute(asked)}


def _bundle(session: Session, found: Mapping[str, SortedOut], at: datetime) -> None:
    """One letter each for all of theirs: what stands in it is read from its messages when it is sent."""
    keys = {id: f"{DIGEST}:{id}:{one.slot}" for id, one in found.items()}
    known = select(Message.recipient_id).where(Message.key.in_(keys.values()))
    for id in session.scalars(known):
        one = found[id or ""]
        if one.until is not None:  # today's mail is gone: once a day is once
            one.later, one.digest = [*one.later, *one.digest], []
        else:  # that letter is gone, and these came after it
            keys[id or ""] += f":{one.digest[0]}"
    people = dict(sorted(recipients(session, [id for id, one in found.items() if one.digest]).items()))
    owe_digests(session, at, [(person, keys[id], len(found[id].digest)) for id, person in people.items()])
    digests = _not_gone(session, [keys[id] for id in people])
    _put_in(session, at, digests.values(), [one for id in digests for one in found[id].digest])


def _not_gone(session: Session, keys: Collection[str]) -> Mapping[str, str]:
    """By reader the digests with these keys, held until the commit.

    Another scheduler may have made one of the same minute, and sent it since: what came after waits.
    """
    asked = select(Message.recipient_id, Message.id).where(Message.key.in_(keys), Message.state == "owed")
    rows = session.execute(asked.order_by(Message.recipient_id).with_for_update())
    return {row.recipient_id: row.id for row in rows}


def _put_in(session: Session, at: datetime, digests: Collection[str], ids: Sequence[str]) -> None:
    """Each message lies in the digest of its reader, of these."""
    digest = aliased(Message)
    of_reader = (
        select(digest.id).where(digest.id.in_(digests), digest.recipient_id == Message.recipient_id)
    ).scalar_subquery()
    _write(session, {"state": "bundled", "released_at": at, "digest_id": of_reader}, ids)


def _write(session: Session, values: Mapping[str, Any], ids: Sequence[str]) -> None:
    """Write to each that is still owed."""
    for start in range(0, len(ids), AT_ONCE):
        these = (UNRELEASED, Message.id.in_(ids[start : start + AT_ONCE]))
        session.execute(update(Message).where(*these).values(**values), execution_options=_QUIETLY)
