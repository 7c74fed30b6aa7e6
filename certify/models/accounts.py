"""Signing in: server-side sessions, single-use links and the throttle's counters."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, new_id
from certify.models.people import Person


class SignIn(Model):
    """One signed-in browser; the cookie holds the token, this row only its SHA-256."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(60), default="")

    person: Mapped[Person] = relationship()


class SingleUseLink(Model):
    """A mailed link that works once: its token is stored hashed, and only a POST consumes it."""

    __tablename__ = "single_use_link"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(40), index=True)
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class ThrottleCount(Model):
    """How often something was tried in one window of real time."""

    __tablename__ = "throttle_count"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[int] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
