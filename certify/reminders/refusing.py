"""Addresses that a mail server refuses for good: not tried for a week, or until somebody puts it right."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certify.models import RefusedAddress

REST = timedelta(days=7)


def refused_lately(session: Session, email: str, now: datetime) -> RefusedAddress | None:
    """The mark on an address while it holds, on the database's clock."""
    mark = session.get(RefusedAddress, email.lower())
    return mark if mark is not None and now - mark.refused_at < REST else None


def note(session: Session, email: str, now: datetime, error: str) -> None:
    """Mark an address, or mark it anew."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    said = {"refused_at": now, "error": error[:500]}
    marking = insert(RefusedAddress).values(email=email.lower(), **said)
    session.execute(marking.on_conflict_do_update(index_elements=[RefusedAddress.email], set_=said))


def forget(session: Session, email: str) -> None:
    """Somebody says that the address is right now."""
    session.execute(
        delete(RefusedAddress).where(RefusedAddress.email == email.lower()),
        execution_options={"synchronize_session": False},
    )
