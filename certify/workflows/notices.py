"""Messages owed: one row a recipient and cause, written in the commit that causes them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certify.models import Base, Message, Person, Preference, prepared
from certify.models.prepared import connection_of

# What owes a message: a move, the clock, a person who nudges, or several messages at once.
MOVE, CLOCKWORK, NUDGE, DIGEST = "move", "clock", "nudge", "digest"
# Kinds that ask for nothing and decide nothing: who chose the digest, or to do without, is asked first.
NEWS = frozenset(
    {
        "activity_submitted", "visits_begun", "waived", "retired", "left", "supervisor_assigned", "resumed",
        "case_resumed",
        "role_ended", "rejoined", "employer_changed",
        "licence_confirmed", "licence_declined", "licence_granted_to",
        "renewal_ended", "renewal_taken_back", "renewal_observer_named", "done_in_place",
    }
)  # fmt: skip

_MESSAGE: Table = Base.metadata.tables[Message.__tablename__]
# A second message with the same key changes nothing.
_OWE = {
    "sqlite": sqlite.insert(_MESSAGE).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": postgresql.insert(_MESSAGE).on_conflict_do_nothing(index_elements=["key"]),
}
_RECIPIENTS = select(Person.id, Person.name, Person.email, Person.language, Person.disabled_at).where(
    Person.id.in_(bindparam("ids", expanding=True))
)
_WISHES = select(Preference.person_id).where(Preference.person_id == bindparam("person"))


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


def _has_wishes(session: Session, recipient: Person | Recipient | None) -> bool:
    """Whether somebody chose how mail comes to them; of most people there is no row."""
    return recipient is not None and bool(prepared.read(session, _WISHES, {"person": recipient.id}))


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
    origin: str = MOVE,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    copy_of: str | None = None,
    point_id: str | None = None,
) -> None:
    """Owe one message; a second call with the same key changes nothing. Sending comes after the commit.

    The recipient is a person with an account, or a name and an address (an enterprise's contact). What a
    move owes goes at once, but for news to who has wishes about it; what the clock or a nudge owes waits
    until reminders/digests.py has asked for quiet hours and wishes. Not sent by `not_after`, it is
    superseded.
    """
    session.flush()  # the recipient, or what the message is about, may be new
    at_once = origin in (MOVE, DIGEST) and not (kind in NEWS and _has_wishes(session, recipient))
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
            "origin": origin,
            "created_at": at,
            "due_at": due_at or at,
            "not_after": not_after,
            "released_at": at if at_once else None,
            "copy_of_id": copy_of,
            "point_id": point_id,
        },
    )


def owe_digests(session: Session, at: datetime, digests: Iterable[tuple[Recipient, str, int]]) -> None:
    """Owe each reader one letter, by its key, for so many messages: all of them in one statement."""
    rows = [
        {
            "key": key, "kind": DIGEST, "recipient_id": reader.id, "name": reader.name,
            "email": reader.email, "language": reader.language, "params": {"n": n}, "origin": DIGEST,
            "created_at": at, "due_at": at, "released_at": at,
        }
        for reader, key, n in digests
    ]  # fmt: skip
    if rows:
        prepared.write(session, _OWE[connection_of(session).dialect.name], *rows)
