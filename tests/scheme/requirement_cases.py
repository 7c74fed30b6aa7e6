"""Good evidence changed in one place, and how the requirements stand on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Evidence, RequirementResult
from certify.scheme.rules import requirements
from tests.scheme.good_evidence import (
    TODAY,
    changed,
    complete_evidence,
    with_cycle,
    with_training,
)

EDITION = shipped("score-2026")
GOOD = complete_evidence(EDITION)
QUALITY = complete_evidence(EDITION, "QUA")
WORKSHOP = next(one for one in GOOD.cycles[0].happenings if one.id == "workshop")
TOE_START_BY = date(2026, 8, 6)  # six months after the ToT's last day
TOE_END_BY = date(2027, 2, 6)
LOTUS = "Lotus Garments"


def results(evidence: Evidence, on: date = TODAY) -> dict[str, RequirementResult]:
    return {one.id: one for one in requirements(EDITION, evidence, on)}


def unmet(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    return {one.id: one.reasons for one in requirements(EDITION, evidence, TODAY) if not one.cleared}


def training(**change: object) -> Callable[[Evidence], Evidence]:
    return lambda evidence: with_training(evidence, **change)


def the(activity: str, **facts: object) -> Callable[[Evidence], Evidence]:
    return lambda evidence: changed(evidence, activity, **facts)


def members(*sizes: int) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        four = evidence.cycles[0].enterprises
        sized = tuple(replace(one, size=size) for one, size in zip(four, sizes, strict=True))
        return with_cycle(evidence, enterprises=sized)

    return change


def answers(*given: int) -> Callable[[Evidence], Evidence]:
    return the("workshop", feedback_answers=given)


def scored(*items_below: str, score: int = 3) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        lower = dict.fromkeys(items_below, score)
        return replace(
            evidence,
            observations=tuple(replace(one, scores={**one.scores, **lower}) for one in evidence.observations),
        )

    return change


def screened(*failing: str, score: int) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        first, second = evidence.sheets
        return replace(
            evidence,
            sheets=(first, replace(second, scores={**second.scores, **dict.fromkeys(failing, score)})),
        )

    return change


def attendance(**fewer: int) -> Callable[[Evidence], Evidence]:
    """The workshop's attendance with fewer women of one role at the first enterprise."""
    rows = tuple(
        replace(row, n=fewer[row.role])
        if (row.enterprise, row.sex) == ("e1", "f") and row.role in fewer
        else row
        for row in WORKSHOP.attendance
    )
    return the("workshop", attendance=rows, feedback_answers=(4,) * 15)
