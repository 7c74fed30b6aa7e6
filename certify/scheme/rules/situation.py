"""A case as the schedule of reminders asks about it: what it is told, and the rules that say what counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from certify.scheme.evidence import Cycle, Evidence, Happening, Training
from certify.scheme.rules.case import Case, number
from certify.scheme.rules.cohort import Cohort
from certify.scheme.rules.counting import counted
from certify.scheme.rules.requirements import first_on, waivers
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, RenewalState
from certify.scheme.words import CertificationState as S


@dataclass(frozen=True)
class Task:
    """A sheet that somebody has to hand in: given to them on a day, and due by another one."""

    id: str
    person: str
    given_on: date
    counts_from: date


@dataclass(frozen=True)
class Upkeep:
    """What a certified trainer keeps up: the period in force or just over, practice, code of conduct."""

    granted_on: date
    valid_until: date
    renewal_filed: bool = False
    practice: tuple[date, date] | None = None  # the practice period that holds today
    cycles: tuple[date, ...] = ()  # the day of each delivered cycle
    code_due_on: date | None = None
    later_from: date | None = None  # a period that begins after today


@dataclass(frozen=True)
class Filed:
    """A renewal that waits for its review or its decision, and since when."""

    id: str
    state: RenewalState
    since: date


@dataclass(frozen=True)
class Situation:
    """A case as the schedule asks about it; days are those of the case's own country."""

    on: date
    state: S
    since: date
    holder: str
    supervisor: str | None
    evidence: Evidence
    screenings: tuple[Task, ...] = ()
    observations: tuple[Task, ...] = ()
    practice_by_on: date | None = None
    upkeep: Upkeep | None = None
    renewal: Filed | None = None


@dataclass(frozen=True)
class Anchor:
    """A day from which a reminder counts, and the day on which the task behind it began."""

    on: date
    since: date
    thing: str = ""
    person: str | None = None


@dataclass(frozen=True)
class Path:
    """A case with the rules at hand that say what counts in it."""

    edition: Edition
    of: Situation

    @cached_property
    def case(self) -> Case:
        """The case as the requirements judge it."""
        counts = frozenset(one.activity for one in counted(self.edition, self.of.evidence) if one.counted)
        return Case(self.edition, self.of.evidence, self.of.on, counts)

    @cached_property
    def cohort(self) -> Cohort:
        """The latest cohort, or an empty one: the deadlines run before there is any."""
        cycles = sorted(self.of.evidence.cycles, key=lambda cycle: (first_on(cycle), cycle.cohort))
        return Cohort(self.case, cycles[-1] if cycles else Cycle("", "", None, (), ()))

    @cached_property
    def tot(self) -> Training | None:
        """The ToT that the candidate has a place in."""
        places = [one for one in self.of.evidence.trainings if one.current and one.days]
        return next((one for one in places if one.state is not ActivityState.VOID), None)

    def whole(self, name: str) -> int:
        """A number of the edition for the module and country."""
        evidence = self.of.evidence
        return int(number(self.edition, name, module=evidence.module, country=evidence.country))

    def waived(self, requirement: str) -> bool:
        """Whether it was set aside."""
        return requirement in waivers(self.edition, self.of.evidence)

    @property
    def visits_complete(self) -> bool:
        """Whether each enterprise has had all its visits, as far as they count."""
        needed, members = self.cohort.whole("visits_per_enterprise"), self.cohort.members
        return bool(members) and all(len(self.cohort.visits_to(one)) >= needed for one in members)

    def happened(self, kind: ActivityKind) -> Iterator[Happening]:
        """What of a kind was recorded in any cohort and neither void nor set aside."""
        for cycle in self.of.evidence.cycles:
            for one in cycle.happenings:
                void = one.state is ActivityState.VOID or one.id in self.of.evidence.excluded
                if one.kind is kind and not void:
                    yield one
