"""Certificates against their signed documents: what the register says of one is what stands on it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import aliased

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.credentials.documents import first_instant, last_instant, narrative, recognition
from certify.credentials.printed import Printed, printed
from certify.models import Credential, CredentialDocument, IssuingBody, SchemeVersion

_REMEDY = (
    "The verdict on the number is made of this row: put it back as the signed document has it "
    "(/credentials/{number}.json), and tell those who relied on the number meanwhile."
)
# What is known of time zones changes, mostly by an hour and for a whole country; a day is more.
# When it was decided is the same instant in every zone, signed without its fraction of a second.
_EASE = {
    "valid_from": timedelta(hours=1),
    "valid_until": timedelta(hours=1),
    "issued_at": timedelta(seconds=1),
}


class _Row(NamedTuple):
    """A certificate with its standing document, as the driver gives them."""

    id: Any
    number: Any
    holder: Any
    type: Any
    module: Any
    scheme_version: Any
    issuer_code: Any
    zone: Any
    valid_from: Any
    valid_until: Any
    issued_at: Any
    recognised_source: Any
    recognised_number: Any
    supersedes: Any
    content: Any


def findings(connection: Connection) -> Iterator[Finding]:
    """Rows whose printed facts are not those of the document that stands."""
    words = _words_of_editions(connection)
    for found in read(connection, _certificates()):
        row = _Row(*found)
        document = _document(row.content)
        if document is None:
            continue  # that it is not what was signed is told with the documents
        wrong = ", ".join(_unlike(row, document, words))
        if wrong:
            remedy = _REMEDY.format(number=document.number)
            yield Finding("credential", row.id, f"its {wrong} is not what its signed document says", remedy)


def _document(content: Any) -> Printed | None:
    try:
        return printed(json.loads(content))
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _unlike(row: _Row, document: Printed, words: Mapping[str, str]) -> Iterator[str]:
    """The columns that say something else than the document."""
    for name in ("number", "holder", "type", "module", "scheme_version", "issuer_code"):
        if getattr(row, name) != getattr(document, name):
            yield name
    for name, ease in _EASE.items():
        try:
            apart = abs(datetime.fromisoformat(getattr(document, name)) - _moment(row, name))
        except (KeyError, OSError, TypeError, ValueError):  # a value of a foreign type, or an unknown zone
            yield name
        else:
            if apart > ease:
                yield name
    if document.narrative != _told(row, document, words):
        yield "recognition or predecessor"


def _moment(row: _Row, name: str) -> datetime:
    """The beginning or end of validity, or the decision, as the row has it."""
    stored = getattr(row, name)
    if name == "issued_at":
        return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored
    day = date.fromisoformat(stored) if isinstance(stored, str) else stored
    return datetime.fromisoformat((first_instant if name == "valid_from" else last_instant)(day, row.zone))


def _told(row: _Row, document: Printed, words: Mapping[str, str]) -> str:
    """The narrative, with the recognition and the predecessor that the row has."""
    recognised = None
    if row.recognised_source is not None:
        known = words.get(document.scheme_version, "")
        recognised = recognition(known, row.recognised_source, row.recognised_number or "")
    return narrative(document.holder, document.statement, recognised, row.supersedes)


def _words_of_editions(connection: Connection) -> dict[str, str]:
    """With which words each edition tells of a certificate that was recognised."""
    words = {}
    for name, edition in read(connection, select(SchemeVersion.name, SchemeVersion.canonical)):
        with suppress(KeyError, RecursionError, TypeError, ValueError):  # it was changed: no word of it fits
            words[name] = json.loads(edition)["wording"]["recognised"]
    return words


def _certificates() -> Select[Any]:
    before = aliased(Credential)
    columns: list[Any] = [
        *(Credential.id, Credential.number, Credential.holder_name, Credential.type, Credential.module),
        *(Credential.scheme_version, IssuingBody.code, Credential.zone),
        *(Credential.valid_from, Credential.valid_until, Credential.issued_at),
        *(Credential.recognised_source, Credential.recognised_number),
        *(func.coalesce(before.number, Credential.supersedes_id), CredentialDocument.content),
    ]
    return (
        select(*columns)
        .select_from(Credential)
        .join(CredentialDocument, CredentialDocument.credential_id == Credential.id)
        .outerjoin(IssuingBody, IssuingBody.id == Credential.issuer_id)
        .outerjoin(before, before.id == Credential.supersedes_id)
        .where(CredentialDocument.replaced_at.is_(None))
    )
