"""What a renewal that was filed after grace takes besides: a cycle after the end, observed (DOMAIN.md §2)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from certify.scheme.evidence import Cycle, Evidence, Happening, RequirementResult
from certify.scheme.rules.assessment import ids_of
from certify.scheme.rules.case import Case, Finding
from certify.scheme.rules.counting import covers
from certify.scheme.rules.observations import Event, observed_events
from certify.scheme.rules.requirements import result
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, VisitPurpose

_PLACES = {
    "observed-classroom": ("classroom", "observed_classrooms"),
    "observed-visit": ("visit", "observed_visits"),
}
_SAID: Mapping[str, Callable[..., Sentence]] = {
    "observed-classroom": lambda **n: say(
        "{n} of {needed} cycles after the end, {ended}, have an observed classroom workshop.", **n
    ),
    "observed-visit": lambda **n: say(
        "{n} of {needed} cycles after the end, {ended}, have an observed consultation visit.", **n
    ),
}


def late_requirements(
    edition: Edition, evidence: Evidence, ended_on: date, on: date
) -> tuple[RequirementResult, ...]:
    """`observed-classroom` and `observed-visit`, on what was held after the certificate ended."""
    counts = frozenset(one.id for cycle in evidence.cycles for one in held_after(cycle, ended_on))
    case = Case(edition, evidence, on, counts)
    found = observed_events(case)
    return tuple(
        result(edition.requirements[id], _finding(case, id, found, ended_on), None) for id in _PLACES
    )


def held_after(cycle: Cycle, ended_on: date) -> Iterator[Happening]:
    """The confirmed workshops of a cohort after a day, and the consultation visits after these.

    The ToT is not asked about: who is renewed was trained once.
    """
    after = [
        one for one in cycle.happenings if one.held_on > ended_on and one.state is ActivityState.CONFIRMED
    ]
    workshops = [one for one in after if one.kind is ActivityKind.WORKSHOP]
    yield from workshops
    for visit in after:
        last = [one.last_on for one in workshops if covers(one, visit.enterprise)]
        if visit.purpose is VisitPurpose.CONSULTATION and last and visit.held_on > max(last):
            yield visit


def _finding(case: Case, id: str, found: tuple[Event, ...], ended_on: date) -> Finding:
    place, least = _PLACES[id]
    events = [event for event in found if event.observes == place]
    cohorts = [_in_cycle(events, cycle) for cycle in case.evidence.cycles]
    n, needed = sum(many >= case.whole(least) for many in cohorts if many), case.whole("late_renewal_cycles")
    evidence = ids_of(events)
    if n >= needed:
        return Finding(evidence)
    return Finding(evidence, (_SAID[id](n=n, needed=needed, ended=ended_on),))


def _in_cycle(events: list[Event], cycle: Cycle) -> int:
    held = {one.id for one in cycle.happenings}
    return sum(event.happening.id in held for event in events)
