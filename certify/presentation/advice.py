"""What to do about a requirement that is still open: one sentence each, told to the candidate."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from certify.scheme.evidence import RequirementResult

SCORED_BY_OTHERS = frozenset({"mean-score", "critical-items"})
DONE_IN_COHORT = frozenset(
    {
        "cohort-size", "baseline-before-classroom", "classroom-days", "participants", "satisfaction",
        "visits-after-classroom", "visits-per-enterprise", "visits-span", "improvement-projects",
        "cycle-report", "toe-start", "toe-end",
    }
)  # fmt: skip
ADVICE: Mapping[str, LazyString] = {
    "prerequisite": _("Get certified in the module that opens this one, or renew that certificate."),
    "screening": _("Wait for the panel: its members read your application and score it."),
    "tot-attendance": _("Attend the training of trainers; the facilitators record your hours."),
    "tot-test": _("Sit the knowledge test at the training of trainers."),
    "tot-micro-teaching": _("Teach a short session at the training of trainers."),
    "toe-start": _("Hold the first classroom day after the training of trainers, and in time."),
    "toe-end": _("Make the last consultation visit before the deadline."),
    "cohort-size": _("Bring enough enterprises of the right size into your cohort, with their consent."),
    "baseline-before-classroom": _(
        "Record a baseline at each enterprise, with a manager and a worker, before the classroom."
    ),
    "classroom-days": _("Hold the classroom workshop over enough days, and record each of them."),
    "participants": _("Invite enough managers and workers of each enterprise; record who came."),
    "visits-after-classroom": _("Visit each enterprise after its last classroom day."),
    "visits-per-enterprise": _("Make the visits that are left, and have each confirmed by the enterprise."),
    "visits-span": _("Leave enough time between the first and the last visit to an enterprise."),
    "improvement-projects": _("Record an improvement project of each enterprise."),
    "cycle-report": _("Hand in the cycle report soon after the last visit."),
    "self-assessment": _("Score yourself on the observation checklist."),
    "observed-classroom": _("Wait for an observation of a workshop; the coordinator names the observer."),
    "observed-visit": _("Wait for an observation of a visit; the coordinator names the observer."),
    "mean-score": _("Wait for the observers' scores, or practise what they asked for."),
    "critical-items": _("Wait for the observers' scores, or practise what they asked for."),
    "second-observer": _("Wait for a second observer; the coordinator names one."),
    "satisfaction": _("Ask every participant for feedback after the workshop, and record the answers."),
    "recommendation": _("Wait for your supervising Expert Trainer to recommend you."),
}


def advice(requirement: str) -> str:
    """What to do about a requirement; nothing where we have no advice."""
    return str(ADVICE.get(requirement, ""))


def is_for_candidate(result: RequirementResult) -> bool:
    """Whether the candidate can do something about it now; what observers score has to be waited for."""
    return "candidate" in result.who and result.id not in SCORED_BY_OTHERS
