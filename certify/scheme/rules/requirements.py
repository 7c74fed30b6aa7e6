"""Every requirement of the scheme: its id, the rule that judges it, and how it stands in one case."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar

from certify.scheme.evidence import Cycle, Evidence, RequirementResult, Training, Waived
from certify.scheme.rules import admission, assessment, classroom, training, visits
from certify.scheme.rules.case import Case, Finding
from certify.scheme.rules.cohort import Cohort
from certify.scheme.rules.counting import counted
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition, Requirement
from certify.scheme.words import RequirementStatus

T = TypeVar("T")

OF_THE_CASE: Mapping[str, Callable[[Case], Finding]] = {
    "prerequisite": admission.prerequisite,
    "screening": admission.screening,
    "self-assessment": assessment.self_assessment,
    "observed-classroom": assessment.observed_classroom,
    "observed-visit": assessment.observed_visit,
    "mean-score": assessment.mean_score,
    "critical-items": assessment.critical_items,
    "second-observer": assessment.second_observer,
    "recommendation": assessment.recommendation,
}
OF_A_TRAINING: Mapping[str, Callable[[Case, Training], Finding]] = {
    "tot-attendance": training.tot_attendance,
    "tot-test": training.tot_test,
    "tot-micro-teaching": training.tot_micro_teaching,
}
OF_A_COHORT: Mapping[str, Callable[[Cohort], Finding]] = {
    "toe-start": classroom.toe_start,
    "toe-end": visits.toe_end,
    "cohort-size": classroom.cohort_size,
    "baseline-before-classroom": classroom.baseline_before_classroom,
    "classroom-days": classroom.classroom_days,
    "participants": classroom.participants,
    "visits-after-classroom": visits.visits_after_classroom,
    "visits-per-enterprise": visits.visits_per_enterprise,
    "visits-span": visits.visits_span,
    "improvement-projects": visits.improvement_projects,
    "cycle-report": visits.cycle_report,
    "satisfaction": classroom.satisfaction,
}
OF_THE_ACTOR = frozenset({"independence", "delegation"})
"""They depend on who acts: part of refusals, not of this list."""


def requirements(
    edition: Edition, evidence: Evidence, on: date, *, asked: Collection[str] = (), alone: bool = False
) -> tuple[RequirementResult, ...]:
    """How each requirement stands on a day, in the edition's order (DESIGN.md, Requirement ids).

    The ToT's requirements are judged on one training, the cycle's on one cohort: the one that clears
    most of those `asked` (of all, when none is named), the latest when several do. Of those asked
    `alone`, no other is judged unless the choice takes it.
    """
    wanted = asked if alone else [name for name in edition.requirements if name not in OF_THE_ACTOR]
    counts = frozenset(one.activity for one in counted(edition, evidence) if one.counted)
    case = Case(edition, evidence, on, counts)
    waived = waivers(edition, evidence)
    findings = {
        **{name: rule(case) for name, rule in OF_THE_CASE.items() if name in wanted},
        **judge_trainings(case, waived, wanted),
        **judge_cohorts(case, waived, asked, wanted),
    }
    return tuple(
        result(requirement, findings[name], waived.get(name))
        for name, requirement in edition.requirements.items()
        if name in wanted
    )


def waivers(edition: Edition, evidence: Evidence) -> dict[str, Waived]:
    """The waivers that the edition allows, by requirement."""
    return {
        waiver.requirement: waiver
        for waiver in sorted(evidence.waived, key=lambda one: (one.on, one.reason))
        if waiver.requirement in edition.requirements and edition.requirements[waiver.requirement].waivable
    }


def judge_trainings(case: Case, waived: Mapping[str, Waived], wanted: Collection[str]) -> dict[str, Finding]:
    """The ToT's requirements, on the confirmed training that clears most of them."""
    if OF_A_TRAINING.keys().isdisjoint(wanted):
        return {}
    trainings = sorted(
        (one for one in case.evidence.trainings if one.activity in case.counts),
        key=lambda one: (one.last_on, one.activity),
    )
    rules = needed(OF_A_TRAINING, wanted, trainings)
    judged = [{name: rule(case, one) for name, rule in rules.items()} for one in trainings]
    return best(judged, waived) or unjudged(rules, say("No ToT (training of trainers) is confirmed yet."))


def judge_cohorts(
    case: Case, waived: Mapping[str, Waived], asked: Collection[str], wanted: Collection[str]
) -> dict[str, Finding]:
    """The cycle's requirements, on the cohort that clears most of them."""
    if OF_A_COHORT.keys().isdisjoint(wanted):
        return {}
    cycles = sorted(case.evidence.cycles, key=lambda cycle: (first_on(cycle), cycle.cohort))
    rules = needed(OF_A_COHORT, wanted, cycles)
    cohorts = [Cohort(case, one) for one in cycles]
    judged = [{name: rule(one) for name, rule in rules.items()} for one in cohorts]
    return best(judged, waived, asked) or unjudged(rules, say("There is no cohort (ToE cycle) yet."))


def needed(rules: Mapping[str, T], wanted: Collection[str], among: Sequence[object]) -> Mapping[str, T]:
    """The rules that are wanted; where there is a choice, all of them decide it."""
    return rules if len(among) > 1 else {name: rule for name, rule in rules.items() if name in wanted}


def visits_made(edition: Edition, evidence: Evidence, on: date) -> tuple[int, int]:
    """How many consultation visits count of those needed, in the cohort that the cycle is judged on.

    More visits to one enterprise than it needs do not stand in for another's; (0, 0) without a cohort.
    """
    counts = frozenset(one.activity for one in counted(edition, evidence) if one.counted)
    case, waived = Case(edition, evidence, on, counts), waivers(edition, evidence)
    cycles = sorted(evidence.cycles, key=lambda cycle: (first_on(cycle), cycle.cohort))
    cohorts = [Cohort(case, cycle) for cycle in cycles]
    judged = [{name: rule(cohort) for name, rule in OF_A_COHORT.items()} for cohort in cohorts]
    chosen = best(judged, waived)
    for cohort, findings in zip(cohorts, judged, strict=True):
        if findings is chosen:
            needed = cohort.whole("visits_per_enterprise")
            made = sum(min(len(cohort.visits_to(one)), needed) for one in cohort.members)
            return made, needed * len(cohort.members)
    return 0, 0


def first_on(cycle: Cycle) -> date:
    """When the first thing happened in a cohort; an empty one comes before all others."""
    return min((one.held_on for one in cycle.happenings), default=date.min)


def best(
    judged: Sequence[dict[str, Finding]], waived: Mapping[str, Waived], asked: Collection[str] = ()
) -> dict[str, Finding]:
    """The findings with most requirements cleared, of those asked first; of equals the latest."""

    def cleared(findings: dict[str, Finding]) -> tuple[int, int]:
        names = [name for name, finding in findings.items() if finding.met or name in waived]
        return sum(name in asked for name in names), len(names)

    return max(reversed(judged), key=cleared, default={})


def unjudged(rules: Mapping[str, T], reason: Sentence) -> dict[str, Finding]:
    """Nothing there to judge: the same reason for all."""
    return {name: Finding(reasons=(reason,)) for name in rules}


def result(requirement: Requirement, finding: Finding, waiver: Waived | None) -> RequirementResult:
    """One line of the requirement list; a waiver only speaks where the requirement is not met."""
    status, reasons, earliest_on = RequirementStatus.MET, finding.reasons, finding.earliest_on
    if not finding.met and waiver is None:
        status = RequirementStatus.NOT_MET
    elif not finding.met and waiver is not None:
        status, earliest_on = RequirementStatus.WAIVED, None
        reasons = (*reasons, say("Waived on {on}: {reason}", on=waiver.on, reason=waiver.reason))
    return RequirementResult(
        requirement.id, requirement.text, status, finding.evidence, reasons, requirement.who, earliest_on
    )
