"""What a certification is worth at an instant: a pure function of its dates and of what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

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
    """The days of one certificate, both included, in its IANA zone, and the days of grace by its edition.

    Where only days are counted, zone and grace are left out.
    """

    valid_from: date
    valid_until: date
    zone: str = "UTC"
    grace_days: int = 0

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return start_of(self.valid_from, self.zone)

    @property
    def ends(self) -> datetime:
        """Its last one, at 23:59:59 of its last day."""
        return end_of(self.valid_until, self.zone)

    @property
    def grace_until(self) -> date:
        """The last day of grace."""
        return self.valid_until + timedelta(days=self.grace_days)

    @property
    def grace_ends(self) -> datetime:
        """The last instant of it."""
        return end_of(self.grace_until, self.zone)


@dataclass(frozen=True)
class CertifiedRecord:
    """A certification's periods (none: never certified), and its changes in log order.

    A renewal begins a period of its own: the day after the one before, or after a gap. Where another body
    issued it, in another zone: from its first instant on it is the one that counts, though the one before
    has hours left; and where it begins hours after that one's end, there is grace between them.
    """

    periods: tuple[Period, ...]
    events: tuple[StandingChange, ...]

    def zone_at(self, at: datetime) -> str:
        """Where an instant is told as a day: the zone of the period that it lies in, else of the latest."""
        period = period_at(self.periods, at)
        return period.zone if period else "UTC"

    @cached_property
    def by_days(self) -> "CertifiedRecord":
        """The same with every period in one zone, where days alone are counted."""
        return replace(self, periods=tuple(replace(each, zone="UTC") for each in self.periods))

    def day_ends(self, day: date) -> datetime:
        """The last instant of a day where the certificate of that day was issued, else the latest one."""
        holds = [each for each in self.periods if each.valid_from <= day <= each.valid_until]
        return end_of(day, _latest(holds or self.periods).zone if self.periods else "UTC")


def standing(record: CertifiedRecord, at: datetime) -> Standing:
    """The standing at an instant: withdrawn, retired, suspended, then the dates (DESIGN.md, Standing)."""
    if not record.periods:
        return Standing.NONE
    return _by_events(record, at) or standing_by_dates(record, at)


def standing_on(record: CertifiedRecord, day: date) -> Standing:
    """The standing as a day ends: what happened until then where the certificate of that day was issued; each
    period by its days alone, for a day that no certificate has is no hour of another zone's."""
    if not record.periods:
        return Standing.NONE
    return _by_events(record, record.day_ends(day)) or standing_by_dates(record.by_days, end_of(day, "UTC"))


def period_at(periods: Sequence[Period], at: datetime) -> Period | None:
    """The period that an instant lies in, else the latest one."""
    last = last_begun(periods, at)
    if last is not None and at <= last.ends:
        return last
    return _latest(periods) if periods else None


def last_begun(periods: Sequence[Period], at: datetime) -> Period | None:
    """The period by which dates are judged at an instant; None before the first."""
    begun = [each for each in periods if each.begins <= at]
    return _latest(begun) if begun else None


def _latest(periods: Sequence[Period]) -> Period:
    """In the order of their days, which their instants keep to but for the hours between two zones."""
    return periods[0] if len(periods) == 1 else max(periods, key=lambda each: each.valid_from)


def _by_events(record: CertifiedRecord, at: datetime) -> Standing | None:
    # Stable: events of one instant keep the order of the log.
    kinds = [each.kind for each in sorted(record.events, key=lambda each: each.at) if each.at <= at]
    if StandingKind.WITHDRAW in kinds:
        return Standing.WITHDRAWN
    if StandingKind.RETIRE in kinds:
        return Standing.RETIRED
    pauses = [kind for kind in kinds if kind in (StandingKind.SUSPEND, StandingKind.REINSTATE)]
    return Standing.SUSPENDED if pauses and pauses[-1] == StandingKind.SUSPEND else None


def standing_by_dates(record: CertifiedRecord, at: datetime) -> Standing:
    """What its periods alone make of it, as if nothing had happened to it."""
    last = last_begun(record.periods, at)
    if last is None:
        return Standing.NOT_YET_VALID
    if at <= last.ends:
        return Standing.VALID
    return Standing.IN_GRACE if at <= last.grace_ends else Standing.EXPIRED
