"""What a certified trainer did to keep the certification, as plain values: what maintenance is judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from certify.scheme.evidence import Pause, Reason
from certify.scheme.standing import Period
from certify.scheme.words import ActivityKind, ActivityState


@dataclass(frozen=True)
class Delivery:
    """One session or visit after certification: counted, or flagged with every reason."""

    activity: str
    kind: ActivityKind
    on: date
    cohort: str
    counted: bool
    flags: tuple[Reason, ...]
    state: ActivityState = ActivityState.CONFIRMED


class Refresher(NamedTuple):
    """A confirmed refresher training."""

    on: date
    hours: Decimal


@dataclass(frozen=True)
class QaObservation:
    """A quality observation that is in, dated on the day observed; `reasons` say why it falls short."""

    id: str
    on: date
    passed: bool
    handed_in_at: datetime
    reasons: tuple[str, ...] = ()

    def closes(self, finding: "QaObservation") -> bool:
        """Whether it was passed after a finding: on a later delivery, and handed in after it as well."""
        return self.passed and self.on > finding.on and self.handed_in_at > finding.handed_in_at


class Proof(NamedTuple):
    """The activities or assessments that stand behind one day of one requirement."""

    requirement: str
    on: date
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Maintenance:
    """The keeping of one certification, as known at an instant."""

    module: str
    country: str
    periods: tuple[Period, ...]
    deliveries: tuple[Delivery, ...] = ()
    cycles: tuple[date, ...] = ()  # the day on which each delivered cycle had all that it takes
    refreshers: tuple[Refresher, ...] = ()
    signings: tuple[date, ...] = ()
    qa: tuple[QaObservation, ...] = ()
    suspended: tuple[Pause, ...] = ()  # from the day of the suspension to that of the reinstatement
    ended_on: date | None = None  # withdrawn or retired
    known_from: date | None = None  # when it was recognised: of the days before nothing is held here
    proofs: tuple[Proof, ...] = ()

    def proof(self, requirement: str, days: Collection[date]) -> tuple[str, ...]:
        """What stands behind these days of a requirement."""
        return tuple(
            id for one in self.proofs if one.requirement == requirement and one.on in days for id in one.ids
        )

    @property
    def last_delivery_on(self) -> date | None:
        """The day of the last session or visit that counts."""
        return max((one.on for one in self.deliveries if one.counted), default=None)

    @property
    def open_findings(self) -> tuple[QaObservation, ...]:
        """The observations that fell short, as long as no later one is passed."""
        return tuple(
            one for one in self.qa if not one.passed and not any(later.closes(one) for later in self.qa)
        )
