"""Drafts: what somebody typed for a move and has not sent yet, kept so that it can be gone on with."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certify.models.base import Instant, Json, Model, new_id


class MoveDraft(Model):
    """The facts of one move as one person typed them so far; no record, and nobody else reads it."""

    __tablename__ = "move_draft"
    __table_args__ = (UniqueConstraint("certification_id", "person_id", "move"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    move: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    saved_at: Mapped[datetime] = mapped_column(Instant)
