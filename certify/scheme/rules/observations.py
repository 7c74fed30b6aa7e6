"""The observed events: observations of activities that count, with the scores that stand."""

from dataclasses import dataclass, replace
from itertools import combinations

from certify.scheme.evidence import Happening, Observation
from certify.scheme.rules.case import Case
from certify.scheme.rules.scores import needs_reconciling, scores_of
from certify.scheme.words import ActivityKind, AssessmentState, VisitPurpose

IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
PLACES = {ActivityKind.WORKSHOP: "classroom", ActivityKind.VISIT: "visit"}


@dataclass(frozen=True)
class Event:
    """One observed workshop or visit that counts, with its observations that are in."""

    happening: Happening
    observations: tuple[Observation, ...]

    @property
    def place(self) -> str:
        """Which items of the checklist apply: "classroom" or "visit"."""
        return PLACES[self.happening.kind]

    @property
    def observes(self) -> str | None:
        """Which of the two needed observations it is; an end-line or QA visit is neither."""
        if self.place == "visit" and self.happening.purpose is not VisitPurpose.CONSULTATION:
            return None
        return self.place

    @property
    def observers(self) -> frozenset[str]:
        """Who watched."""
        return frozenset(one.observer for one in self.observations)

    def disputed(self, gap: int) -> bool:
        """Two observers are too far apart on an item and have not agreed yet."""
        return any(
            needs_reconciling(scores_of(a), scores_of(b), gap=gap)
            for a, b in combinations(self.observations, 2)
        )


def observed_events(case: Case) -> tuple[Event, ...]:
    """Every observed event that counts, in the order of the days."""
    happenings = [
        happening
        for cycle in case.evidence.cycles
        for happening in cycle.happenings
        if happening.kind in PLACES and happening.id in case.counts
    ]
    happenings.sort(key=lambda one: (one.held_on, one.id))
    events = [Event(happening, observations_of(case, happening)) for happening in happenings]
    return tuple(event for event in events if event.observations)


def observations_of(case: Case, happening: Happening) -> tuple[Observation, ...]:
    """The observations of one event; what its observers agreed on stands for all of them."""
    these = [one for one in case.evidence.observations if one.activity == happening.id and one.state in IN]
    these.sort(key=lambda one: one.id)
    agreed: dict[str, int | None] = {}
    for one in these:
        agreed |= one.agreed or {}
    return tuple(replace(one, agreed=agreed or None) for one in these)
