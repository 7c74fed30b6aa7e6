"""Messages owed: one row a recipient and cause, written in the commit that causes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Message, Person


def owe(
    session: Session,
    *,
    key: str,
    kind: str,
    at: datetime,
    recipient: Person | None = None,
    name: str = "",
    email: str = "",
    language: str = "en",
    case_id: str | None = None,
    params: Mapping[str, Any] | None = None,
    link_purpose: str | None = None,
    link_subject: str | None = None,
) -> None:
    """Owe one message; a second call with the same key changes nothing. Sending comes after the commit.

    The recipient is a person with an account, or a name and an address (an enterprise's contact).
    """
    if session.scalar(select(Message.id).where(Message.key == key)) is not None:
        return
    session.add(
        Message(
            key=key,
            kind=kind,
            recipient_id=recipient.id if recipient else None,
            name=recipient.name if recipient else name,
            email=recipient.email if recipient else email,
            language=recipient.language if recipient else language,
            case_id=case_id,
            params=dict(params or {}),
            link_purpose=link_purpose,
            link_subject=link_subject,
            created_at=at,
            due_at=at,
        )
    )
