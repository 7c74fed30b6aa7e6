"""The evidence of one certification as plain values: what the rules of the scheme are asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from certify.scheme.words import (
    ActivityKind,
    ActivityState,
    AssessmentState,
    RequirementStatus,
    Standing,
    VisitPurpose,
)


@dataclass(frozen=True)
class Day:
    """One day of a ToT event or workshop, with its hours."""

    on: date
    hours: Decimal


@dataclass(frozen=True)
class Training:
    """The holder's entry in the roster of one ToT event."""

    activity: str
    state: ActivityState
    days: tuple[Day, ...]
    hours_present: Decimal | None
    test_percent: Decimal | None
    micro_teaching: tuple[int, ...]
    current: bool = True  # the ToT that the holder is enrolled in; a failed or earlier one is not

    @cached_property
    def last_on(self) -> date:
        """The ToT's last day, from which the ToE deadlines run."""
        return max(day.on for day in self.days)


@dataclass(frozen=True)
class Attendance:
    """How many people of one role and sex an enterprise sent to a workshop."""

    enterprise: str
    role: str  # manager, worker
    sex: str
    n: int


@dataclass(frozen=True)
class Member:
    """An enterprise of a cohort."""

    id: str
    name: str
    size: int
    consents: bool


@dataclass(frozen=True)
class Happening:
    """One activity of a cohort, in which the holder took part."""

    id: str
    kind: ActivityKind
    state: ActivityState
    held_on: date
    last_on: date
    days: tuple[Day, ...] = ()
    enterprise: str | None = None
    enterprises: tuple[str, ...] = ()
    purpose: VisitPurpose | None = None
    manager_interviewed: bool = False
    worker_interviewed: bool = False
    attendance: tuple[Attendance, ...] = ()
    feedback_asked: int = 0
    feedback_answers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cycle:
    """One cohort (ToE cycle) of the holder with everything that happened in it."""

    cohort: str
    name: str
    variant: str | None
    enterprises: tuple[Member, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class Observation:
    """One observer's checklist on one activity.

    `unrelated`: the observer has no blocking or mitigate relation for the act of observing.
    `agreed`: the reconciled scores, when two observers had to reconcile.
    """

    id: str
    activity: str
    observer: str
    state: AssessmentState
    scores: Mapping[str, int | None]
    agreed: Mapping[str, int | None] | None
    unrelated: bool


@dataclass(frozen=True)
class Sheet:
    """One panel member's screening sheet."""

    id: str
    assessor: str
    state: AssessmentState
    scores: Mapping[str, int | None]


@dataclass(frozen=True)
class Held:
    """Another certification of the holder, as it stands on the day asked about."""

    certification: str
    module: str
    standing: Standing
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class Waived:
    """A requirement set aside."""

    requirement: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True)
class Pause:
    """A time on hold: from its first day to the day it ended; None while it lasts."""

    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class Evidence:
    """Everything that the requirements of one certification are judged by."""

    module: str
    country: str
    trainings: tuple[Training, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    excluded: frozenset[str] = frozenset()
    observations: tuple[Observation, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    held: tuple[Held, ...] = ()
    waived: tuple[Waived, ...] = ()
    self_assessed: bool = False
    recommended: bool = False
    mitigation_needed: bool = False  # supervisor, an observer or the recommender has a mitigate relation
    pauses: tuple[Pause, ...] = ()  # the candidate's deadlines stand still meanwhile
    practice_asked_on: tuple[date, ...] = ()  # when more practice was asked for; earlier evidence stays


@dataclass(frozen=True)
class Reason:
    """A sentence about one requirement (None: outside the scheme)."""

    requirement: str | None
    reason: str


@dataclass(frozen=True)
class Counted:
    """Whether one activity counts as evidence, and why not."""

    activity: str
    counted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class RequirementResult:
    """How one requirement stands: by which evidence, why not, who can clear it, the earliest day."""

    id: str
    text: str
    status: RequirementStatus
    evidence: tuple[str, ...]  # activity and assessment ids
    reasons: tuple[str, ...]
    who: tuple[str, ...]  # role names
    earliest_on: date | None

    @property
    def cleared(self) -> bool:
        """Met or waived."""
        return self.status is not RequirementStatus.NOT_MET
