"""What the register holds about certificate numbers: one statement, for one question or for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Engine,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from certify.credentials.verdict import CredentialRecord
from certify.models import Credential, Event, IssuingBody, Renewal, SchemeVersion, ThrottleCount
from certify.scheme.dates import start_of
from certify.scheme.rules.case import number as parameter
from certify.scheme.standing import Period, StandingChange, StandingKind
from certify.scheme.words import CredentialState, CredentialType
from certify.workflows.editions import edition_named

_successor, _predecessor, _beneath = aliased(Credential), aliased(Credential), aliased(Credential)
# In the words of ix_event_standing: without it every event of the case would be read.
_CHANGES_STANDING: ColumnElement[bool] = literal_column(
    "event.move IN ('suspend', 'reinstate', 'withdraw', 'retire')"
)
# Said in full, for the driver's statement binds what is asked and no constant.
_LICENCE: ColumnElement[str] = literal_column(f"'{CredentialType.EXPERT_TRAINER_LICENCE.value}'")
_CERTIFICATE: ColumnElement[str] = literal_column(f"'{CredentialType.TRAINER_CERTIFICATION.value}'")
_BEFORE = datetime.min.replace(tzinfo=UTC)
_grace: dict[tuple[str, str, str, str], int] = {}  # by SHA-256 of the number's edition, name, module, country


class _Row(NamedTuple):
    """One certificate with one change of its standing, one successor and one renewal, where there are any."""

    number: str
    holder_name: str
    module: str
    country: str
    type: str
    scheme_version: str
    zone: str
    valid_from: Any
    valid_until: Any
    state: str
    state_since: Any
    recognised_source: str | None
    recognised_number: str | None
    edition_sha256: str
    issuer: str
    supersedes: str | None
    superseded_by: str | None
    successor_from: Any
    successor_zone: Any
    successor_issued_at: Any
    successor_state: str | None
    successor_since: Any
    seq: int | None
    changed_at: Any
    change: str | None
    filed_at: Any
    decided_at: Any
    beneath_from: Any  # a period of the certification that a licence rests on
    beneath_until: Any
    beneath_zone: Any
    beneath_edition: str | None
    beneath_state: str | None


_COLUMNS: tuple[Any, ...] = (
    Credential.number,
    Credential.holder_name,
    Credential.module,
    Credential.country,
    type_coerce(Credential.type, String),
    Credential.scheme_version,
    Credential.zone,
    Credential.valid_from,
    Credential.valid_until,
    type_coerce(Credential.state, String),
    Credential.state_since,
    Credential.recognised_source,
    Credential.recognised_number,
    SchemeVersion.sha256,
    IssuingBody.legal_name,
    _predecessor.number,
    _successor.number,
    _successor.valid_from,
    _successor.zone,
    _successor.issued_at,
    type_coerce(_successor.state, String).label("successor_state"),
    _successor.state_since.label("successor_since"),
    Event.seq,
    Event.at,
    Event.move,
    Renewal.filed_at,
    Renewal.decided_at,
    _beneath.valid_from,
    _beneath.valid_until,
    _beneath.zone,
    _beneath.scheme_version,
    type_coerce(_beneath.state, String).label("beneath_state"),
)


def _joined(asked: Select[Any]) -> Select[Any]:
    """The statement with everything that the columns come from."""
    return (
        asked.outerjoin(IssuingBody, IssuingBody.id == Credential.issuer_id)
        .outerjoin(SchemeVersion, SchemeVersion.name == Credential.scheme_version)
        .outerjoin(_predecessor, _predecessor.id == Credential.supersedes_id)
        .outerjoin(_successor, _successor.supersedes_id == Credential.id)
        .outerjoin(Event, (Event.subject_id == Credential.certification_id) & _CHANGES_STANDING)
        .outerjoin(Renewal, (Renewal.credential_id == Credential.id) & Renewal.filed_at.is_not(None))
        .outerjoin(
            _beneath,
            (Credential.type == _LICENCE)
            & (_beneath.certification_id == Credential.certification_id)
            & (_beneath.type == _CERTIFICATE),
        )
    )


_MANY = _joined(select(*_COLUMNS).select_from(Credential)).where(
    Credential.number.in_(bindparam("numbers", expanding=True))
)


def records_of(session: Session, numbers: Sequence[str]) -> Mapping[str, CredentialRecord]:
    """What is known of each number, by number; those that are not in the register are left out."""
    found: dict[str, list[_Row]] = {}
    for values in session.execute(_MANY, {"numbers": numbers}):
        row = _Row(*values)
        found.setdefault(row.number, []).append(row)
    engine = session.connection().engine
    return {number: record_of(engine, rows) for number, rows in found.items()}


@dataclass(frozen=True)
class Asked:
    """The statement about one number as the driver takes it, and how its columns become values."""

    sql: str
    readers: tuple[tuple[int, Any], ...]

    def read(self, row: Sequence[Any]) -> _Row:
        values = list(row[:-1])
        for place, reader in self.readers:
            values[place] = reader(values[place])
        return _Row(*values)


@lru_cache(maxsize=4)
def statement_of(dialect: Dialect) -> Asked:
    """Compiled once: putting a statement together takes longer than the database takes to answer it."""
    tries = (
        select(func.coalesce(func.sum(ThrottleCount.tries), literal_column("0")).label("tries"))
        .where(ThrottleCount.key == bindparam("asker"), ThrottleCount.window_start > bindparam("since"))
        .subquery("asked")
    )
    counted: Select[Any] = select(*_COLUMNS, tries.c.tries).select_from(tries)
    asked = _joined(counted.outerjoin(Credential, Credential.number == bindparam("number")))
    kind: Any = type(dialect)
    by_name = kind(paramstyle="named" if dialect.name == "sqlite" else "pyformat")
    readers = [
        (place, column.type.dialect_impl(by_name).result_processor(by_name, None))
        for place, column in enumerate(_COLUMNS)
    ]
    return Asked(str(asked.compile(dialect=by_name)), tuple(each for each in readers if each[1]))


def record_of(engine: Engine, rows: Sequence[_Row]) -> CredentialRecord:
    """One certificate from its rows: changes in the order of the log; of several successors the last."""
    if len(rows) > 1:
        rows = sorted(
            rows, key=lambda row: (_is_followed(row), row.successor_issued_at or _BEFORE, row.seq or 0)
        )
    row = rows[-1]
    is_followed = _is_followed(row)
    changes = {each.seq: StandingChange(each.changed_at, each.change) for each in rows if each.change}
    return CredentialRecord(
        number=row.number,
        holder=row.holder_name,
        module=row.module,
        country=row.country,
        credential_type=row.type,
        scheme_version=row.scheme_version,
        issuer=row.issuer,
        zone=row.zone,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        grace_days=_grace_days(engine, row, row.scheme_version),
        changes=tuple(changes.values()),
        filings=tuple(dict.fromkeys((each.filed_at, each.decided_at) for each in rows if each.filed_at)),
        rests_on=_beneath_of(engine, rows),
        revoked_at=row.state_since if row.state == CredentialState.REVOKED else None,
        supersedes=row.supersedes,
        superseded_by=row.superseded_by if is_followed else None,
        successor_from=row.successor_from if is_followed else None,
        successor_zone=row.successor_zone if is_followed else None,
        recognised=(row.recognised_source, row.recognised_number or "") if row.recognised_source else None,
    )


def _beneath_of(engine: Engine, rows: Sequence[_Row]) -> tuple[Period, ...]:
    """The periods of the certification that a licence rests on, by the rule of its own (case_terms)."""
    has_ended = any(each.change in (StandingKind.WITHDRAW, StandingKind.RETIRE) for each in rows)
    found = {
        Period(
            each.beneath_from, each.beneath_until, each.beneath_zone, _grace_days(engine, each, edition)
        ): None
        for each in rows
        if (edition := each.beneath_edition) and (has_ended or each.beneath_state != CredentialState.REVOKED)
    }
    return tuple(found)


def _is_followed(row: _Row) -> bool:
    """Whether a certificate took the place of this one: one that was ended before its start did not."""
    if row.superseded_by is None:
        return False
    if row.successor_state != CredentialState.REVOKED:
        return True
    began: bool = row.successor_since >= start_of(row.successor_from, row.successor_zone)
    return began


def _grace_days(engine: Engine, row: _Row, scheme_version: str) -> int:
    """By the edition of a certificate; the same bytes are the same edition, in whatever database."""
    key = (row.edition_sha256, scheme_version, row.module, row.country)
    if key not in _grace:
        with Session(engine) as session:
            edition = edition_named(session, scheme_version)
        _grace[key] = int(parameter(edition, "grace_days", module=row.module, country=row.country))
    return _grace[key]
