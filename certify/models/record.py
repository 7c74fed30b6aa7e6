"""The record: case files, the append-only events, the messages they owe, and who took part."""

import json
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.commitments import revealed
from certify.scheme.words import Relation
from certify.seal import FIRST

UNRELEASED = text("state = 'owed' AND released_at IS NULL")
COPY = text("copy_of_id IS NOT NULL")
IN_DIGEST = text("digest_id IS NOT NULL")
CHANGED = text("looked_seq < last_seq AND kind = 'certification'")  # said alike by who asks
UNPLANNED = text("planned_seq < last_seq")
OF_A_POINT = text("point_id IS NOT NULL")
LOOKED = text("look_at IS NOT NULL")
STANDING = text("move IN ('suspend', 'reinstate', 'withdraw', 'retire')")  # said alike by who asks


class CaseFile(Model):
    """The root row of one certification, cohort, ToT event or issuing body; every command locks it first."""

    __tablename__ = "case_file"
    __table_args__ = (
        # The cases with events that wait for a leaf, and no other: the sequencer's whole work.
        Index(
            "ix_case_file_waiting",
            "id",
            sqlite_where=text("sequenced_seq < last_seq"),
            postgresql_where=text("sequenced_seq < last_seq"),
        ),
        # The cases whose reminders are planned anew.
        Index("ix_case_file_unplanned", "id", sqlite_where=UNPLANNED, postgresql_where=UNPLANNED),
        # The certifications that changed since the clock looked at them, and those it looks at again.
        Index("ix_case_file_changed", "id", sqlite_where=CHANGED, postgresql_where=CHANGED),
        Index("ix_case_file_look", "look_at", "id", sqlite_where=LOOKED, postgresql_where=LOOKED),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=FIRST)
    sequenced_seq: Mapped[int] = mapped_column(default=0)  # of the last event that has its leaf
    planned_seq: Mapped[int] = mapped_column(default=0)  # of the last event that the due points reckon with
    looked_seq: Mapped[int] = mapped_column(default=0)  # of the last event that the clock's moves reckon with
    look_at: Mapped[datetime | None] = mapped_column(Instant)  # when a move of the clock falls due next
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Event(Model):
    """One line of the log: who did what to which thing, when, with which facts.

    It is sealed when it is written (workflows/log.py) and never changed: `hash` covers every column
    before it and the hash of the event before it in its case, `mac` the hash by a key that lies elsewhere.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_event_subject", "subject_kind", "subject_id"),
        Index("ix_event_at", "at", "id"),
        Index("ix_event_actor", "actor_id", "at", "id"),
        Index("ix_event_move", "move", "at", "id"),
        # Few events change a standing, and every answer about a certificate asks for them.
        Index("ix_event_standing", "subject_id", sqlite_where=STANDING, postgresql_where=STANDING),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(20))
    move: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str] = mapped_column(String(40))
    to_state: Mapped[str] = mapped_column(String(40))
    recorded: Mapped[str] = mapped_column("facts", Text)  # canonical JSON, personal values as commitments
    scheme_version: Mapped[str | None] = mapped_column(String(40))
    previous: Mapped[bytes] = mapped_column(LargeBinary(32), deferred=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), deferred=True)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32), deferred=True)
    key_id: Mapped[str] = mapped_column(String(16), deferred=True)

    secrets: Mapped[list["EventSecret"]] = relationship(lazy="selectin", order_by="EventSecret.path")

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts as they were told; what was erased since reads as such."""
        told: dict[str, Any] = revealed(
            json.loads(self.recorded), {secret.path: json.loads(secret.value) for secret in self.secrets}
        )
        return told


class EventSecret(Model):
    """A personal value of an event, whose facts hold only SHA-256(salt ‖ value); its row can be erased."""

    __tablename__ = "event_secret"

    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)  # a JSON pointer (RFC 6901)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    value: Mapped[str] = mapped_column(Text)  # canonical JSON


class LogLeaf(Model):
    """The place of an event in the whole log, without gaps from 0; Merkle checkpoints will stand on it."""

    __tablename__ = "log_leaf"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Involvement(Model):
    """One act of one person in one certification, kept for ever: what the relations table is asked of."""

    __tablename__ = "involvement"
    __table_args__ = (
        UniqueConstraint("certification_id", "person_id", "relation", "thing_id"),
        Index("ix_involvement_holder", "holder_id", "person_id"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    holder_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    relation: Mapped[Relation] = mapped_column(Word(Relation))
    thing_id: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)


class Message(Model):
    """A message owed to one recipient; made in the commit that causes it, sent after it.

    `origin` is what owes it: move, clock, nudge or digest. States: owed, sending, sent, failed (given up),
    bounced (the recipient was refused for good), superseded (overtaken, or past `not_after`), bundled (it
    went inside the digest `digest_id`), muted (not wished for; still readable here).
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_message_due", "state", "due_at"),
        Index("ix_message_recipient", "recipient_id", "created_at"),
        # What the clock owes and nobody has looked at: quiet hours, digests and wishes are asked first.
        Index(
            "ix_message_unreleased",
            "recipient_id",
            "due_at",
            sqlite_where=UNRELEASED,
            postgresql_where=UNRELEASED,
        ),
        Index("ix_message_digest", "digest_id", sqlite_where=IN_DIGEST, postgresql_where=IN_DIGEST),
        Index("ix_message_point", "point_id", sqlite_where=OF_A_POINT, postgresql_where=OF_A_POINT),
        Index("ix_message_copy", "copy_of_id", sqlite_where=COPY, postgresql_where=COPY),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    recipient_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default="en")
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    link_purpose: Mapped[str | None] = mapped_column(String(30))
    link_subject: Mapped[str | None] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(10), default="move")
    state: Mapped[str] = mapped_column(String(20), default="owed")
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    not_after: Mapped[datetime | None] = mapped_column(Instant)  # from then on it is superseded, not sent
    released_at: Mapped[datetime | None] = mapped_column(Instant)  # nothing keeps it back any more
    point_id: Mapped[str | None] = mapped_column(String(20))  # the due point that it was made of
    digest_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"))
    copy_of_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"))  # what a deputy reads, too
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
