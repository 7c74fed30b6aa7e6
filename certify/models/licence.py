"""Expert Trainer licences: a certified trainer on the way to training and assessing others in a module."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.certification import Certification
from certify.models.credential import Credential
from certify.models.organisations import IssuingBody
from certify.models.people import Person
from certify.scheme.words import LicenceState

_OPEN = text("state IN ('nominated', 'confirmed', 'examined')")


class ExpertLicence(Model):
    """One licence, from the nomination on; it rests on the holder's own certification in the module."""

    __tablename__ = "expert_licence"
    __table_args__ = (
        # Of two nominations at once the database takes one.
        Index(
            "ix_expert_licence_open", "certification_id", unique=True, sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_expert_licence_certification", "certification_id", "state_since"),
        Index("ix_expert_licence_state", "country", "state", "state_since", "id"),
        Index("ix_expert_licence_since", "state_since", "id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    module: Mapped[str] = mapped_column(String(10))
    country: Mapped[str] = mapped_column(String(2))
    scheme_version: Mapped[str] = mapped_column(ForeignKey("scheme_version.name"))
    state: Mapped[LicenceState] = mapped_column(Word(LicenceState), default=LicenceState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)

    nominated_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    nominated_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    examined_on: Mapped[date | None]
    examination_percent: Mapped[int | None]
    examiner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reasons: Mapped[list[Any]] = mapped_column(Json, default=list)
    issuer_id: Mapped[str | None] = mapped_column(ForeignKey("issuing_body.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    credential_id: Mapped[str | None] = mapped_column(ForeignKey("credential.id"))
    version: Mapped[int] = mapped_column()

    certification: Mapped[Certification] = relationship()
    nominated_by: Mapped[Person] = relationship(foreign_keys=[nominated_by_id])
    examiner: Mapped[Person | None] = relationship(foreign_keys=[examiner_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    issuer: Mapped[IssuingBody | None] = relationship()
    credential: Mapped[Credential | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
