"""What a step left behind, to the last field: events, messages owed, involvements, rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from certify.models import Base, Certification, Event, Involvement, Message, db
from certify.scheme.words import Relation
from tests.cast import Member
from tests.player import Player, at

_UNTOLD = {"id", "version"}  # of every row: by chance, or counted by the mapper
_SENDING = {"claimed_at", "attempts", "last_error", "sent_at"}  # the outbox's own


class Traces:
    """The rows of three tables that were there before; asked for afterwards, only newer ones are told."""

    def __init__(self) -> None:
        db.session.rollback()
        self.before = {table: set(db.session.scalars(select(table.id))) for table in TOLD}

    def new(self, table: Any) -> Sequence[Any]:
        """In the order in which they were written, as far as a row says."""
        db.session.rollback()
        rows = db.session.scalars(select(table).order_by(*TOLD[table])).all()
        return [row for row in rows if row.id not in self.before[table]]

    def events(self) -> list[tuple[Any, ...]]:
        """Subject, move, states, who, when, facts and edition of each."""
        return [
            (
                (one.subject_kind, one.subject_id), one.move, (one.from_state, one.to_state), one.actor_id,
                one.at, one.facts, one.scheme_version,
            )
            for one in self.new(Event)
        ]  # fmt: skip

    def messages(self) -> list[dict[str, Any]]:
        """Each but for what sending it writes."""
        return [fields_of(one, *_SENDING) for one in self.new(Message)]

    def involvements(self) -> set[tuple[Any, ...]]:
        """Who, in whose certification, as what, in which thing, when."""
        return {
            (one.person_id, one.holder_id, one.certification_id, one.relation, one.thing_id, one.at)
            for one in self.new(Involvement)
        }


TOLD: dict[Any, tuple[Any, ...]] = {
    Event: (Event.case_id, Event.seq),
    Message: (Message.key,),
    Involvement: (Involvement.id,),
}


def fields_of(row: Base, *but: str) -> dict[str, Any]:
    """Every column of a row, but for its id, its version and those named."""
    names = [one.key for one in inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in {*_UNTOLD, *but}}


def letter(key: str, kind: str, to: Any, at: Any, **more: Any) -> dict[str, Any]:
    """A message to a member of the cast, due at once."""
    return {
        "key": key, "kind": kind, "recipient_id": to.id, "name": to.name, "email": to.email, "language": "en",
        "case_id": None, "params": {}, "link_purpose": None, "link_subject": None, "origin": "move",
        "state": "owed", "created_at": at, "due_at": at, "not_after": None, "released_at": at,
        "point_id": None, "digest_id": None, "copy_of_id": None, **more,
    }  # fmt: skip


class Step:
    """One move of a certification as it was made, and what it changed on the row."""

    def __init__(self, played: Player, move: str, by: Member, day: date, **facts: Any) -> None:
        self.played, self.move, self.by, self.at = played, move, by, at(day)
        self.traces, before = Traces(), fields_of(self.row)
        self.state, self.seq = before["state"], self.row.case.last_seq + 1
        played.move(move, by, day, **facts)
        db.session.rollback()
        self.after = fields_of(self.row)
        self.changes = {name: value for name, value in self.after.items() if before[name] != value}
        moved = self.after["state"] != self.state
        assert self.after["state_since"] == (self.at if moved else before["state_since"])
        self.changes.pop("state_since", None)

    @property
    def row(self) -> Certification:
        return db.session.get_one(Certification, self.played.certification)

    def event(self, **facts: Any) -> tuple[Any, ...]:
        """The event that the move has to be."""
        states = (self.state, self.after["state"])
        subject = ("certification", self.row.id)
        return (subject, self.move, states, self.by.id, self.at, facts, self.row.scheme_version)

    def letter(self, kind: str, to: Member, **params: Any) -> dict[str, Any]:
        """A message about the move."""
        known = {
            "certification": self.row.id, "holder": self.played.holder.name, "module": self.row.module,
            "move": self.move, **params,
        }  # fmt: skip
        key = f"{kind}:{self.row.case_id}:{self.seq}:{to.id}"
        return letter(key, kind, to, self.at, case_id=self.row.case_id, params=known)

    def involved(self, relation: Relation, thing: str, *people: Member) -> set[tuple[Any, ...]]:
        """Who is tied to the case by it."""
        row = self.row
        return {(one.id, row.holder_id, row.id, relation, thing, self.at) for one in people}
