"""What a certification is worth at an instant: a pure function of its dates and of what happened to it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from certify.scheme.dates import end_of, start_of
from certify.scheme.words import Standing


class StandingKind(StrEnum):
    """What happens to a certification and changes its standing."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    RETIRE = "retire"


@dataclass(frozen=True)
class StandingChange:
    """One such happening; `kind` is a word of StandingKind."""

    at: datetime
    kind: str


@dataclass(frozen=True)
class CertifiedRecord:
    """A certification's dates (None: never certified), its IANA zone, and its changes in log order."""

    valid_from: date | None
    valid_until: date | None
    zone: str
    events: tuple[StandingChange, ...]
    grace_days: int


def standing(record: CertifiedRecord, at: datetime) -> Standing:
    """The standing at an instant: withdrawn, retired, suspended, then the dates (DESIGN.md, Standing).

    Validity ends with the day `valid_until`, at 23:59:59 in the record's zone.
    """
    if record.valid_from is None or record.valid_until is None:
        return Standing.NONE
    return _by_events(record, at) or _by_dates(record.valid_from, record.valid_until, record, at)


def _by_events(record: CertifiedRecord, at: datetime) -> Standing | None:
    # Stable: events of one instant keep the order of the log.
    kinds = [each.kind for each in sorted(record.events, key=lambda each: each.at) if each.at <= at]
    if StandingKind.WITHDRAW in kinds:
        return Standing.WITHDRAWN
    if StandingKind.RETIRE in kinds:
        return Standing.RETIRED
    pauses = [kind for kind in kinds if kind in (StandingKind.SUSPEND, StandingKind.REINSTATE)]
    return Standing.SUSPENDED if pauses and pauses[-1] == StandingKind.SUSPEND else None


def _by_dates(first: date, last: date, record: CertifiedRecord, at: datetime) -> Standing:
    if at < start_of(first, record.zone):
        return Standing.NOT_YET_VALID
    if at <= end_of(last, record.zone):
        return Standing.VALID
    if at <= end_of(last + timedelta(days=record.grace_days), record.zone):
        return Standing.IN_GRACE
    return Standing.EXPIRED
