"""Observation, self-assessment, recommendation and decision."""

from certify.demo.application import sheet_of
from certify.demo.stage import Stage
from certify.models import Activity, Certification
from certify.workflows.engine import perform

GOOD = {4: "Clear, calm, and everybody spoke.", 5: "An example for the others."}
NARRATIVE = (
    "I saw the classroom and a visit, and read every report. Managers and workers worked on the same "
    "problem; the improvement teams went on between the visits. I recommend the certification."
)


def observe(
    stage: Stage,
    case: Certification,
    activity: Activity,
    coordinator: str,
    who: str,
    ago: int,
    *,
    scores: tuple[int, ...] = (4, 5, 4),
) -> None:
    """An Expert Trainer is named for a workshop or visit, and hands the checklist in the day after."""
    stage.move(case, "assign_observer", coordinator, ago, person=stage.people[who], activity=activity.id)
    sheet = sheet_of(case, stage.people[who], "observation", activity.id)
    place = "classroom" if activity.kind == "workshop" else "visit"
    items = [item.id for item in stage.edition.checklist if place in item.applies]
    given = {item: scores[n % len(scores)] for n, item in enumerate(items)}
    actor, at = stage.actor(who), stage.at(ago - 1)
    perform(sheet, "declare", actor, at, conflicts=[])
    comments = {items[0]: GOOD[5], items[1]: GOOD[4]}
    perform(sheet, "submit", actor, at, scores=given, comments=comments, not_applicable={})


def observe_too(
    stage: Stage,
    case: Certification,
    coordinator: str,
    who: str,
    ago: int,
    *,
    beside: str,
    scores: tuple[int, ...],
) -> None:
    """A second Expert Trainer scores the visit that another one observed."""
    visit = next(
        one.activity
        for one in case.assessments
        if one.assessor_id == stage.people[beside] and one.activity and one.activity.kind == "visit"
    )
    observe(stage, case, visit, coordinator, who, ago, scores=scores)


def hand_in(stage: Stage, case: Certification, key: str, ago: int) -> None:
    """The candidate's own scores, and the cycle goes to the assessor."""
    own = {item.id: 3 + n % 3 for n, item in enumerate(stage.edition.checklist)}
    stage.move(case, "submit_for_assessment", key, ago, self_assessment=own)


def recommend(stage: Stage, case: Certification, supervisor: str, ago: int) -> None:
    """The supervising Expert Trainer stands by the candidate."""
    stage.move(case, "recommend", supervisor, ago, narrative=NARRATIVE)


def grant(stage: Stage, case: Certification, master: str, ago: int) -> None:
    """The Master Trainer grants from that day on."""
    reasons = [
        {"requirement": "mean-score", "reason": "Both observers scored well above what is asked."},
        {"requirement": "recommendation", "reason": "The recommendation rests on what was seen."},
    ]
    stage.move(case, "grant", master, ago, reasons=reasons, effective_on=stage.day(ago))


def refuse(stage: Stage, case: Certification, master: str, ago: int) -> None:
    """The Master Trainer refuses, with the requirement that it rests on."""
    reason = (
        "The answers of the workers' side were collected in the presence of their managers; they do "
        "not show what the participants thought."
    )
    stage.move(case, "refuse", master, ago, reasons=[{"requirement": "satisfaction", "reason": reason}])
