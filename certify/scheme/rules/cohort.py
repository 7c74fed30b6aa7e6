"""One cohort (ToE cycle) as the rules look at it: what counts in it, enterprise by enterprise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from certify.scheme.dates import add_months
from certify.scheme.evidence import Cycle, Happening, Member, Training
from certify.scheme.rules.case import Case, Finding
from certify.scheme.rules.counting import covers
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind, VisitPurpose


@dataclass(frozen=True)
class Cohort:
    """A cycle within a case, with the activities that count."""

    case: Case
    cycle: Cycle

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Its enterprises, by name."""
        return tuple(sorted(self.cycle.enterprises, key=lambda member: (member.name, member.id)))

    @cached_property
    def tot(self) -> Training | None:
        """The ToT from which its deadlines run."""
        return self.case.tot

    def whole(self, name: str) -> int:
        """A count, a number of days or of months, in force for this cohort's variant."""
        return self.case.whole(name, self.cycle)

    def counted(self, kind: ActivityKind) -> tuple[Happening, ...]:
        """What counts of one kind, in the order of the days."""
        these = [one for one in self.cycle.happenings if one.kind is kind and one.id in self.case.counts]
        return tuple(sorted(these, key=lambda one: (one.held_on, one.id)))

    @cached_property
    def workshops(self) -> tuple[Happening, ...]:
        """The classroom workshops that count."""
        return self.counted(ActivityKind.WORKSHOP)

    @cached_property
    def visits(self) -> tuple[Happening, ...]:
        """The consultation visits that count."""
        return tuple(
            visit for visit in self.counted(ActivityKind.VISIT) if visit.purpose is VisitPurpose.CONSULTATION
        )

    def visits_to(self, member: Member) -> tuple[Happening, ...]:
        """The consultation visits of one enterprise that count."""
        return tuple(visit for visit in self.visits if visit.enterprise == member.id)

    def visits_from(self, member: Member) -> date | None:
        """The earliest day of a consultation visit to an enterprise; None before its classroom."""
        classroom = [workshop.last_on for workshop in self.workshops if covers(workshop, member.id)]
        return max(classroom) + timedelta(days=1) if classroom else None

    def deadline(self, months: int) -> date | None:
        """So many months after the ToT's last day, moved by the days on hold since then."""
        if self.tot is None:
            return None
        return add_months(self.tot.last_on, months) + self._paused_since(self.tot.last_on)

    def _paused_since(self, day: date) -> timedelta:
        """How long the case was on hold after a day, up to the day asked about."""
        spans = (
            (pause.until_on or self.case.on) - max(pause.from_on, day) for pause in self.case.evidence.pauses
        )
        return sum((max(span, timedelta(0)) for span in spans), timedelta(0))

    def each(
        self,
        evidence: Iterable[Happening],
        reason: Callable[[Member], Sentence | None],
        *,
        earliest: Callable[[Member], date | None] = lambda member: None,
    ) -> Finding:
        """A rule that holds for each enterprise: the reasons of all that miss it, the day the last can."""
        ids = tuple(one.id for one in evidence)
        if not self.members:
            return Finding(ids, (say("{cohort} has no enterprises yet.", cohort=self.cycle.name),))
        missing = [(member, said) for member in self.members if (said := reason(member)) is not None]
        days = [earliest(member) for member, _ in missing]
        known = [self.case.not_before(day) for day in days if day is not None]
        return Finding(
            ids,
            tuple(said for _, said in missing),
            max(known) if known and len(known) == len(days) else None,
        )
