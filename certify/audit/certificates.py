"""Signed certificates against the log: each document is the one that its event tells of, and ends as told."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Subquery, and_, func, select
from sqlalchemy.orm import aliased

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.credentials.canonical import jcs
from certify.credentials.status import entry
from certify.models import Credential, CredentialDocument, Event, IssuerKey, StatusList
from certify.scheme.dates import start_of
from certify.scheme.words import CredentialState, StatusPurpose

_FROM_BACKUP = (
    "Restore the row from the last backup that verifies, and compare its SHA-256 with the one in the log; "
    "whoever holds the certificate has the document, too."
)
_STATUS = (
    "The status lists are made of this: put it back as the log tells, and tell those who rely on the "
    "certificate if it read otherwise meanwhile."
)
# Every event that a document was signed with has its SHA-256 in its facts.
_SIGNING = and_(Event.subject_kind == "credential", Event.recorded.contains('"document_sha256":'))


class _Row(NamedTuple):
    """What the log tells of a document, with the document, as the driver gives them."""

    id: Any
    credential: Any
    revision: Any
    why: Any
    content: Any
    subject: Any
    issued_at: Any
    replaced_at: Any
    ended_at: Any
    key: Any  # its fragment; None unless it is one of the issuing body
    revocation: Any  # the address of the list
    revocation_index: Any
    suspension: Any
    suspension_index: Any
    told_at: Any
    facts: Any
    next_at: Any  # when it was told anew
    revoked_at: Any
    successor_from: Any  # the first day of the certificate that took its place
    zone: Any


def findings(connection: Connection) -> Iterator[Finding]:
    """Documents that are not what was signed, or that no event tells of; events without their document."""
    for found in read(connection, _documents()):
        row = _Row(*found)
        if row.id is None:
            wrong = f"its document {row.revision}, of which the log tells, is missing"
            yield Finding("credential", row.credential, wrong, _FROM_BACKUP)
            continue
        for wrong, remedy in _wrong(connection, row):
            yield Finding("credential_document", row.id, wrong, remedy)
    for (id,) in read(connection, _untold()):
        yield Finding("credential_document", id, "no event tells of it", _FROM_BACKUP)


def _wrong(connection: Connection, row: _Row) -> Iterator[tuple[str, str]]:
    try:
        yield from _unlike(row)
        if row.replaced_at != row.next_at:
            yield f"it reads as replaced at {row.replaced_at}, the log tells {row.next_at}", _STATUS
        if row.ended_at not in _ends(connection, row):
            yield f"its end {row.ended_at} is not what the log and its successor tell", _STATUS
    except (AttributeError, KeyError, TypeError, ValueError):  # a value of a foreign type, or an unknown zone
        yield "it cannot be read", _FROM_BACKUP


def _unlike(row: _Row) -> Iterator[tuple[str, str]]:
    """Where the row is not what was signed."""
    told = json.loads(row.facts)
    if sha256(row.content.encode()).hexdigest() != told["document_sha256"]:
        yield "its content is not what was signed", _FROM_BACKUP
    columns = (row.key, row.why, row.issued_at)
    if columns != (told["key"], told.get("why", "issued"), row.told_at):
        yield "key, reason or instant are not those that the log tells", _FROM_BACKUP
    places = (
        entry(row.revocation, StatusPurpose.REVOCATION, row.revocation_index),
        entry(row.suspension, StatusPurpose.SUSPENSION, row.suspension_index),
    )
    if not all(jcs(place).decode() in row.content for place in places):
        yield "its places in the status lists are not those that it names", _STATUS
    if f'"{row.subject}"' not in row.content:
        yield "its subject is not the one that it names", _FROM_BACKUP


def _ends(connection: Connection, row: _Row) -> set[Any]:
    """What may stand as the end: of the version that stands there is one, of an earlier one its replacement.

    An earlier one may have been over before, by an end that was itself undone since.
    """
    if row.next_at is None:
        if row.revoked_at is not None:
            return {row.revoked_at}
        return {_start(connection, row.successor_from, row.zone) if row.successor_from else None}
    if row.ended_at == row.next_at:
        return {row.next_at}
    asked = select(Credential.valid_from, Credential.zone).where(Credential.supersedes_id == row.credential)
    starts = {_start(connection, day, zone) for day, zone in read(connection, asked)}
    return {end for end in {row.revoked_at, *starts} - {None} if end < row.next_at}


def _start(connection: Connection, day: date | str, zone: str) -> datetime | str:
    """The first instant of a day, as the database stores it."""
    start = start_of(date.fromisoformat(day) if isinstance(day, str) else day, zone)
    if connection.dialect.name == "sqlite":
        return start.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return start


def _documents() -> Select[Any]:
    of, told, over, after = CredentialDocument, _told(), _revoked(), _successors()
    revocation, suspension = aliased(StatusList), aliased(StatusList)
    columns: list[Any] = [
        *(of.id, told.c.subject_id, told.c.revision, of.why, of.content, of.subject),
        *(of.issued_at, of.replaced_at, of.ended_at, IssuerKey.fragment),
        *(revocation.url, of.revocation_index, suspension.url, of.suspension_index),
        *(told.c.at, told.c.facts, told.c.next_at, over.c.at, after.c.valid_from, after.c.zone),
    ]
    return (
        select(*columns)
        .select_from(told)  # and not from the documents: SQLite finds these by their index
        .outerjoin(of, and_(of.credential_id == told.c.subject_id, of.revision == told.c.revision))
        .outerjoin(Credential, Credential.id == of.credential_id)
        .outerjoin(IssuerKey, and_(IssuerKey.id == of.key_id, IssuerKey.issuer_id == Credential.issuer_id))
        .outerjoin(revocation, revocation.id == of.revocation_list_id)
        .outerjoin(suspension, suspension.id == of.suspension_list_id)
        .outerjoin(over, over.c.subject_id == of.credential_id)
        .outerjoin(after, and_(after.c.supersedes_id == of.credential_id, after.c.place == 1))
    )


def _untold() -> Select[Any]:
    of = CredentialDocument
    signed = select(func.count()).select_from(Event).where(_SIGNING, Event.subject_id == of.credential_id)
    return select(of.id).where(~of.revision.between(1, signed.scalar_subquery()))


def _told() -> Subquery:
    """Every event that a document was signed with; they count its versions."""
    lived: Any = {"partition_by": Event.subject_id, "order_by": Event.seq}
    return (
        select(
            Event.subject_id,
            Event.at,
            Event.recorded.label("facts"),
            func.row_number().over(**lived).label("revision"),
            func.lead(Event.at).over(**lived).label("next_at"),
        )
        .where(_SIGNING)
        .subquery()
    )


def _revoked() -> Subquery:
    asked = select(Event.subject_id, func.max(Event.at).label("at"))
    asked = asked.where(Event.subject_kind == "credential", Event.move == "revoke")
    return asked.group_by(Event.subject_id).subquery()


def _successors() -> Subquery:
    """The certificates that took the place of others, the last one issued first."""
    place = func.row_number().over(
        partition_by=Credential.supersedes_id, order_by=Credential.issued_at.desc()
    )
    return (
        select(Credential.supersedes_id, Credential.valid_from, Credential.zone, place.label("place"))
        .where(Credential.supersedes_id.is_not(None), Credential.state != CredentialState.REVOKED)
        .subquery()
    )
