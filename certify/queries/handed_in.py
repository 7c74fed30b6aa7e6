"""The verdict on a credential that somebody hands in: its signatures, and what the register says today."""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials.documents import number_of
from certify.credentials.numbers import normalise
from certify.credentials.signing import keys_of
from certify.credentials.verdict import VerdictDocument, moment_asked, unknown
from certify.credentials.verifying import Genuine, genuine, read, says_the_same
from certify.models import Credential, CredentialDocument
from certify.queries.verification import LONGEST_ECHO, verdict_of
from certify.scheme.dates import day_in
from certify.scheme.words import Verdict

_GRAVER = ("withdrawn", "retired", "suspended")  # than to have been told anew


def verdict_on_document(
    session: Session, content: bytes, at: datetime, on: date | None = None
) -> VerdictDocument:
    """What a credential document is worth. Raises Unreadable for what is none."""
    return judged(session, content, at, on)[0]


def judged(
    session: Session, content: bytes, at: datetime, on: date | None
) -> tuple[VerdictDocument, Genuine | None]:
    """The same, and what its signatures say; None where there is nothing that they could hold for.

    A document that says anything else than what was issued under its number is tampered with, whoever
    signed it; one that was replaced by a later version of the same number is superseded.
    """
    document = read(content)
    number = number_of(document) or ""
    credential = session.scalar(select(Credential).where(Credential.number == (normalise(number) or "")))
    if credential is None:
        return unknown(number.strip()[:LONGEST_ECHO], at, on), None
    issued = _version(credential, document)
    found = genuine(document, keys_of(session, credential.issuer_id)) if issued else None
    if issued is None or found is Genuine.NO:
        return replace(unknown(credential.number, at, on), verdict=Verdict.TAMPERED), found
    told = verdict_of(session, credential.number, at, on)
    if _is_replaced(issued, credential.zone, at, on):
        return _superseded(told, issued, credential.zone), found
    if found is Genuine.KEY_COMPROMISED:
        return replace(unknown(credential.number, at, on), verdict=Verdict.CANNOT_CHECK), found
    return told, found


def _version(credential: Credential, document: dict[str, Any]) -> CredentialDocument | None:
    """The version of the certificate that the document is."""
    return next(
        (each for each in credential.documents if says_the_same(document, json.loads(each.content))), None
    )


def _is_replaced(issued: CredentialDocument, zone: str, at: datetime, on: date | None) -> bool:
    return issued.replaced_at is not None and issued.replaced_at <= moment_asked(zone, at, on)


def _superseded(told: VerdictDocument, issued: CredentialDocument, zone: str) -> VerdictDocument:
    if told.reason in _GRAVER or issued.replaced_at is None:
        return told
    return replace(
        told,
        verdict=Verdict.NOT_CURRENTLY_VALID,
        reason="superseded",
        since=day_in(issued.replaced_at, zone),
        superseded_by=told.number,
    )
