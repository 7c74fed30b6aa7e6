"""Due points: one row for each day on which the clock will tell somebody of something in a case."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, case, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from certify.models.base import Instant, Model, new_id
from certify.models.record import CaseFile

OPEN = text("settled_at IS NULL")  # said alike by who asks


class DuePoint(Model):
    """Planned when its case changed; the sweep makes a message of it, or settles it without one.

    `reminder` is the edition's id, or empty for a day on which the case is planned anew by itself. The
    recipient is a person, or a role whose holders are asked for when it falls due. `overtaken_at` is when the
    next word about the same falls due. Outcomes: owed, overtaken, stopped.
    """

    __tablename__ = "due_point"
    __table_args__ = (
        Index("ix_due_point_open", "due_at", "id", "recipient_id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_due_point_case", "case_id"),
        Index("ix_due_point_recipient", "recipient_id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    certification_id: Mapped[str | None] = mapped_column(ForeignKey("certification.id"))  # none: a cohort's
    reminder: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))  # of the message
    thing_id: Mapped[str] = mapped_column(String(20), default="")
    n: Mapped[int] = mapped_column(default=0)
    on: Mapped[date]  # the day that it is about
    due_at: Mapped[datetime] = mapped_column(Instant)
    overtaken_at: Mapped[datetime | None] = mapped_column(Instant)
    not_after: Mapped[datetime | None] = mapped_column(Instant)
    recipient_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    recipient_role: Mapped[str | None] = mapped_column(String(40))
    escalates: Mapped[bool] = mapped_column(default=False)
    params: Mapped[dict[str, Any]]
    message_key: Mapped[str] = mapped_column(String(200), unique=True)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(20))


def plan_anew(session: Session, files: Collection[str]) -> None:
    """Have the due points of locked cases planned anew by the next round, though nothing happened in them.

    Each time `planned_seq` is another number below every other one, so that no plan made of what was before
    is taken for the one asked for now.
    """
    if files:
        lower = case((CaseFile.planned_seq < 0, CaseFile.planned_seq - 1), else_=-1)
        anew = update(CaseFile).where(CaseFile.id.in_(files)).values(planned_seq=lower)
        session.execute(anew, execution_options={"synchronize_session": False})
