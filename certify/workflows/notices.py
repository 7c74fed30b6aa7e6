"""Messages owed: one row a recipient and cause, written in the commit that causes them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certify.models import Base, Message, Person, prepared
from certify.models.prepared import connection_of

_MESSAGE: Table = Base.metadata.tables[Message.__tablename__]
# A second message with the same key changes nothing.
_OWE = {
    "sqlite": sqlite.insert(_MESSAGE).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": postgresql.insert(_MESSAGE).on_conflict_do_nothing(index_elements=["key"]),
}
_RECIPIENTS = select(Person.id, Person.name, Person.email, Person.language, Person.disabled_at).where(
    Person.id.in_(bindparam("ids", expanding=True))
)


class Recipient(NamedTuple):
    """A person as far as a message asks."""

    id: str
    name: str
    email: str
    language: str
    disabled_at: datetime | None


def recipients(session: Session, ids: Collection[str]) -> dict[str, Recipient]:
    """The people with these ids who have an account, by id."""
    return {row.id: Recipient(*row) for row in prepared.read(session, _RECIPIENTS, {"ids": sorted(ids)})}


def owe(
    session: Session,
    *,
    key: str,
    kind: str,
    at: datetime,
    recipient: Person | Recipient | None = None,
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
    session.flush()  # the recipient, or what the message is about, may be new
    prepared.write(
        session,
        _OWE[connection_of(session).dialect.name],
        {
            "key": key,
            "kind": kind,
            "recipient_id": recipient.id if recipient else None,
            "name": recipient.name if recipient else name,
            "email": recipient.email if recipient else email,
            "language": recipient.language if recipient else language,
            "case_id": case_id,
            "params": dict(params or {}),
            "link_purpose": link_purpose,
            "link_subject": link_subject,
            "created_at": at,
            "due_at": at,
        },
    )
