"""When the steps that lie ahead can begin at the earliest, as far as the scheme and the plans tell."""

from collections.abc import Mapping
from datetime import date, timedelta

from certify.scheme.evidence import Evidence, Happening, Training
from certify.scheme.rules.case import Case, holders_tot
from certify.scheme.rules.cohort import Cohort
from certify.scheme.rules.counting import counted
from certify.scheme.rules.requirements import first_on, waivers
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState

DAY = timedelta(days=1)


def earliest_starts(edition: Edition, evidence: Evidence, on: date) -> Mapping[str, date]:
    """The earliest day of `classroom`, `visits` and `assessment`, never in the past (DOMAIN.md §2).

    A lower bound: what was planned counts as if it went well, and assessing takes no day. Without a ToT
    to attend nothing can be foretold, and the answer is empty.
    """
    tot = holders_tot(evidence) or _enrolled(evidence)
    if tot is None:
        return {}
    counts = frozenset(one.activity for one in counted(edition, evidence) if one.counted)
    case = Case(edition, evidence, on, counts)
    cohort = _latest(case)
    first, last = _classroom(case, cohort, tot)
    return {
        "classroom": first,
        "visits": case.not_before(last + DAY),
        "assessment": _visits_end(case, cohort, last, "visits-span" in waivers(edition, evidence)),
    }


def _enrolled(evidence: Evidence) -> Training | None:
    """The ToT that the holder has a place in, not confirmed yet."""
    ahead = [one for one in evidence.trainings if one.current and one.state is not ActivityState.VOID]
    return ahead[-1] if ahead else None


def _latest(case: Case) -> Cohort | None:
    cycles = sorted(case.evidence.cycles, key=lambda cycle: (first_on(cycle), cycle.cohort))
    return Cohort(case, cycles[-1]) if cycles else None


def _classroom(case: Case, cohort: Cohort | None, tot: Training) -> tuple[date, date]:
    """First and last day of the classroom: as held, as planned, or as soon as the order allows."""
    workshop = _workshop(cohort)
    if workshop is not None:
        return workshop.held_on, workshop.last_on
    first = case.not_before(tot.last_on + DAY)
    if cohort is None or not cohort.counted(ActivityKind.BASELINE):
        first += DAY  # a baseline at each enterprise comes on an earlier day
    days = case.whole("classroom_days", cohort.cycle if cohort else None)
    return first, first + (days - 1) * DAY


def _workshop(cohort: Cohort | None) -> Happening | None:
    """The workshop that counts, else the last that is planned or waits to be confirmed."""
    if cohort is None:
        return None
    if cohort.workshops:
        return max(cohort.workshops, key=lambda one: one.last_on)
    planned = [
        one
        for one in cohort.cycle.happenings
        if one.kind is ActivityKind.WORKSHOP
        and one.state not in (ActivityState.VOID, ActivityState.CONFIRMED)
        and one.id not in cohort.case.evidence.excluded
    ]
    return planned[-1] if planned else None


def _visits_end(case: Case, cohort: Cohort | None, classroom_on: date, span_waived: bool) -> date:
    """The last visit that is needed: each enterprise's span runs from its first visit."""
    first = case.not_before(classroom_on + DAY)
    span = timedelta(0) if span_waived else case.whole(
        "visits_span_days", cohort.cycle if cohort else None
    ) * DAY  # fmt: skip
    if cohort is None or not cohort.members:
        return first + span
    begun = [visits[0].held_on if (visits := cohort.visits_to(one)) else first for one in cohort.members]
    return case.not_before(max(begun) + span)
