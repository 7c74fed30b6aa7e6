"""What a certification is worth at an instant: a pure function of its dates and of what happened to it."""

from collections.abc import Sequence
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
class Period:
    """The days of one certificate, both included."""

    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class CertifiedRecord:
    """A certification's periods (none: never certified), its IANA zone, and its changes in log order.

    A renewal begins a period of its own: the day after the one before, or after a gap.
    """

    periods: tuple[Period, ...]
    zone: str
    events: tuple[StandingChange, ...]
    grace_days: int


def standing(record: CertifiedRecord, at: datetime) -> Standing:
    """The standing at an instant: withdrawn, retired, suspended, then the dates (DESIGN.md, Standing).

    Validity ends with the day `valid_until`, at 23:59:59 in the record's zone.
    """
    if not record.periods:
        return Standing.NONE
    return _by_events(record, at) or _by_dates(record, at)


def period_at(periods: Sequence[Period], on: date) -> Period | None:
    """The period that a day lies in, else the last one."""
    if not periods:
        return None
    ordered = sorted(periods, key=lambda each: each.valid_from)
    holds = [each for each in ordered if each.valid_from <= on <= each.valid_until]
    return (holds or ordered)[-1]


def _by_events(record: CertifiedRecord, at: datetime) -> Standing | None:
    # Stable: events of one instant keep the order of the log.
    kinds = [each.kind for each in sorted(record.events, key=lambda each: each.at) if each.at <= at]
    if StandingKind.WITHDRAW in kinds:
        return Standing.WITHDRAWN
    if StandingKind.RETIRE in kinds:
        return Standing.RETIRED
    pauses = [kind for kind in kinds if kind in (StandingKind.SUSPEND, StandingKind.REINSTATE)]
    return Standing.SUSPENDED if pauses and pauses[-1] == StandingKind.SUSPEND else None


def _by_dates(record: CertifiedRecord, at: datetime) -> Standing:
    begun = [each for each in record.periods if start_of(each.valid_from, record.zone) <= at]
    if not begun:
        return Standing.NOT_YET_VALID
    last = max(each.valid_until for each in begun)
    if at <= end_of(last, record.zone):
        return Standing.VALID
    if at <= end_of(last + timedelta(days=record.grace_days), record.zone):
        return Standing.IN_GRACE
    return Standing.EXPIRED
