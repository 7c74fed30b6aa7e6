"""Programs that act for people: their tokens, and the answers that a repeated request gets again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, new_id
from certify.models.people import Person


class ApiToken(Model):
    """A person's key for a program; the row holds only its SHA-256. All instants are real time."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_person", "person_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class IdempotencyKey(Model):
    """A command that was made, and its answer; made in the command's own transaction."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index("ix_idempotency_key_created", "created_at"))

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(255))
    target: Mapped[str] = mapped_column(String(300))  # method and path
    body_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    # of the answer; absent only while the command that asks is still at work, in its own transaction
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    body: Mapped[str] = mapped_column(Text, default="")
    # what it took, and takes again to be given the answer: a scope, and [action, kind of thing, id]
    scope: Mapped[str] = mapped_column(String(10), default="")
    rights: Mapped[list[list[str]]] = mapped_column(Json, default=list)
