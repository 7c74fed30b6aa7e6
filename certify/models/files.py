"""Uploaded files: the bytes lie in the instance folder under their SHA-256, the row points at them."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.activity import Activity
from certify.models.base import Instant, Model, new_id
from certify.models.people import Person

if TYPE_CHECKING:
    from certify.models.certification import Certification


class StoredFile(Model):
    """One file of a certification or an activity."""

    __tablename__ = "stored_file"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    # Of a picture as it was sent, where it was drawn anew: for auditors alone.
    original_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    certification_id: Mapped[str | None] = mapped_column(ForeignKey("certification.id"), index=True)
    activity_id: Mapped[str | None] = mapped_column(ForeignKey("activity.id"), index=True)
    uploaded_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    # The bytes are gone for good, as the log tells (workflows/file_erasure.py); such a file is removed too.
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    original_erased_at: Mapped[datetime | None] = mapped_column(Instant)

    certification: Mapped["Certification | None"] = relationship(back_populates="files")
    activity: Mapped[Activity | None] = relationship(back_populates="files")
    uploaded_by: Mapped[Person] = relationship()
