"""The public question about one number: one indexed query for the certificate, one for its history."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from certify.credentials.numbers import normalise
from certify.credentials.verdict import CredentialRecord, VerdictDocument, unknown, verdict
from certify.models import Credential, IssuingBody
from certify.scheme.rules.case import number as parameter
from certify.scheme.sentences import say
from certify.scheme.standing import StandingChange
from certify.scheme.words import CredentialState
from certify.workflows.editions import edition_named
from certify.workflows.standings import changes_of

LONGEST_ECHO = 64
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BadDay(ValueError):
    """The day that is asked about is no day; the sentence is fit for the screen."""


def asked_day(text: str | None) -> date | None:
    """The day that `?on=` asks about; None when none is given. Raises BadDay."""
    if not text:
        return None
    if _DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is not None and 1990 <= day.year <= 2200:
            return day
    raise BadDay(say("Give a day like 2026-11-22, between 1990 and 2200."))


_successor = aliased(Credential)
_predecessor = aliased(Credential)


def verdict_of(session: Session, number: str, at: datetime, on: date | None = None) -> VerdictDocument:
    """What the certificate with this number is worth, asked at `at`, about now or the end of a day.

    Every text gets an answer. A malformed number is looked up like a well-formed one, so that known,
    unknown and malformed cost the same two queries.
    """
    return verdicts_of(session, [number], at, on)[0]


def verdicts_of(
    session: Session, numbers: Sequence[str], at: datetime, on: date | None = None
) -> list[VerdictDocument]:
    """The same about many certificates, in the order asked, for the two queries of one."""
    written = [normalise(number) for number in numbers]
    rows = {row.number: row for row in session.execute(_credentials([each or "" for each in written]))}
    changes = changes_of(session, [row.certification_id for row in rows.values()] or [""])
    return [
        verdict(_record(session, row, changes.get(row.certification_id, ())), at, on)
        if (row := rows.get(known or "")) is not None
        else unknown(known or number.strip()[:LONGEST_ECHO], at, on)
        for number, known in zip(numbers, written, strict=True)
    ]


def _credentials(numbers: Sequence[str]) -> Any:
    return (
        select(
            Credential.__table__,
            IssuingBody.legal_name.label("issuer"),
            _predecessor.number.label("supersedes"),
            _successor.number.label("superseded_by"),
            _successor.valid_from.label("successor_from"),
        )
        .join(IssuingBody, IssuingBody.id == Credential.issuer_id)
        .outerjoin(_predecessor, _predecessor.id == Credential.supersedes_id)
        .outerjoin(
            _successor,
            (_successor.supersedes_id == Credential.id) & (_successor.state != CredentialState.REVOKED),
        )
        .where(Credential.number.in_(numbers))
        .order_by(_successor.issued_at)  # of several successors the last one stands
    )


def _record(session: Session, row: Row[Any], changes: tuple[StandingChange, ...]) -> CredentialRecord:
    edition = edition_named(session, row.scheme_version)
    return CredentialRecord(
        number=row.number,
        holder=row.holder_name,
        module=row.module,
        country=row.country,
        credential_type=row.type.value,
        scheme_version=row.scheme_version,
        issuer=row.issuer,
        zone=row.zone,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        grace_days=int(parameter(edition, "grace_days", module=row.module, country=row.country)),
        changes=changes,
        revoked_at=row.state_since if row.state is CredentialState.REVOKED else None,
        supersedes=row.supersedes,
        superseded_by=row.superseded_by,
        successor_from=row.successor_from,
        recognised=(row.recognised_source, row.recognised_number or "") if row.recognised_source else None,
    )
