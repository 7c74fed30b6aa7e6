"""The scheduler's rounds: who took which, when, and what came of it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from certify.models.base import Instant, Model


class SchedulerRound(Model):
    """One round of whichever scheduler was first: the key lets no second one take it."""

    __tablename__ = "scheduler_round"

    slot: Mapped[datetime] = mapped_column(Instant, primary_key=True)  # the database's minute
    taken_by: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    domain_at: Mapped[datetime | None] = mapped_column(Instant)  # null: nothing is compared with it
    counts_from: Mapped[datetime | None] = mapped_column(Instant)  # what CERTIFY_CLOCK sets it to, ticking
    by_hand: Mapped[bool] = mapped_column(default=False)
    held_by: Mapped[str | None] = mapped_column(String(20))  # why the clock made no move (reminders/guard)
    moved: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    owed: Mapped[int] = mapped_column(default=0)
    gathered: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    failed_with: Mapped[str | None] = mapped_column(String(300))
