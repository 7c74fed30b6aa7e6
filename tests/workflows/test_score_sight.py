"""Who reads what the scores came to: everybody of the case in every state, without a database."""

from dataclasses import replace
from typing import Any

import pytest

from certify.models import Activity, ActivityPerson, Assessment, Certification
from certify.scheme.words import (
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    CertificationState,
    RequirementStatus,
)
from certify.workflows import result_sight as sight
from certify.workflows.assessment_rules import OWN_FIRST
from certify.workflows.assessment_sight import may_see_private_notes, may_see_scores
from certify.workflows.engine import Refusal
from tests.scheme.good_evidence import TODAY
from tests.workflows.still import ACTORS, AT, StillDossier, case

READERS = ("ana", "bo", "ola", "xen", "maya", "olu", "oz", "qi", "kim")
SCORED = ("screening", "mean-score", "critical-items")
WORKSHOP = Activity(
    id="workshop",
    kind=ActivityKind.WORKSHOP,
    state=ActivityState.CONFIRMED,
    held_on=TODAY,
    people=[ActivityPerson(person_id="ana", position=0)],
)


def sheet(assessor: str, state: str = "submitted", **more: Any) -> Assessment:
    values = {"kind": AssessmentKind.OBSERVATION, "activity_id": "workshop", "activity": WORKSHOP}
    return Assessment(assessor_id=assessor, state=AssessmentState(state), **{**values, **more})


def screening(assessor: str, state: str = "submitted") -> Assessment:
    return sheet(assessor, state, kind=AssessmentKind.SCREENING, activity_id=None, activity=None)


def file_of(*sheets: Assessment, state: str = "assessment", **more: Any) -> Certification:
    thing = case(CertificationState(state))
    thing.assessments, thing.round = list(sheets), 1
    for name, value in more.items():
        setattr(thing, name, value)
    return thing


def seen(one: Assessment) -> set[str]:
    """Who of the cast sees its scores."""
    return {name for name in READERS if may_see_scores(one, ACTORS[name], TODAY)}


STAFF = {"bo", "maya", "olu", "qi"}


def test_a_sheet_is_its_assessors_until_it_is_in_and_then_the_staffs() -> None:
    one = sheet("ola", "declared")
    file_of(one)
    assert seen(one) == {"ola"}
    one.state = AssessmentState.SUBMITTED
    assert seen(one) == {"ola", *STAFF}
    one.state = AssessmentState.RECONCILED
    assert seen(one) == {"ola", *STAFF}
    one.state = AssessmentState.VOID
    assert seen(one) == {"ola"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, False),
        ({"recommended_at": AT}, True),
        ({"round": 2}, True),
        ({"state": "more_practice"}, True),
        ({"state": "recommended"}, True),
        ({"state": "certified"}, True),
        ({"state": "on_hold"}, False),
    ],
)
def test_the_candidate_sees_scores_once_told_and_then_for_ever(change: dict[str, Any], told: bool) -> None:
    one = sheet("ola")
    file_of(one, **change)
    assert seen(one) == {"ola", *STAFF} | ({"ana"} if told else set())
    assert not may_see_private_notes(one, ACTORS["ana"], TODAY)
    assert may_see_private_notes(one, ACTORS["bo"], TODAY)
    assert not may_see_private_notes(one, ACTORS["kim"], TODAY)


def test_an_observer_sees_the_others_sheet_once_both_are_in() -> None:
    one, second = sheet("ola"), sheet("xen", "declared")
    file_of(one, second)
    assert seen(one) == {"ola", *STAFF}
    second.state = AssessmentState.SUBMITTED
    assert seen(one) == {"ola", "xen", *STAFF}


def test_an_observer_who_coordinates_too_waits_like_any_other() -> None:
    one, own = sheet("ola"), sheet("olu", "assigned")
    file_of(one, own)
    assert seen(one) == {"ola", "bo", "maya", "qi"}
    own.state = AssessmentState.SUBMITTED
    assert seen(one) == {"ola", *STAFF}


def results(thing: Certification, actor: str) -> dict[str, Any]:
    """What is read of the requirements that scores decide."""
    every = StillDossier().results.values()
    told = sight.for_reader(every, thing, ACTORS[actor], TODAY)
    assert [one for one in told if one.id not in SCORED] == [one for one in every if one.id not in SCORED]
    return {one.id: (one.status, one.reasons) for one in told if one.id in SCORED}


OPEN, MET = (RequirementStatus.NOT_MET, (sight.HIDDEN,)), (RequirementStatus.MET, ())
ALL_MET = dict.fromkeys(SCORED, MET)


def test_what_scores_decide_reads_as_open_to_who_may_not_see_them() -> None:
    observed = file_of(sheet("ola"))
    hidden = {"screening": MET, "mean-score": OPEN, "critical-items": OPEN}
    assert {name: results(observed, name) for name in READERS} == {
        name: ALL_MET if name in {"ola", *STAFF} else hidden for name in READERS
    }
    assert results(file_of(sheet("ola", "declared")), "ana") == ALL_MET


def test_screening_is_known_to_who_decides_and_to_the_panel_once_done() -> None:
    panel = file_of(screening("ola"), screening("xen", "declared"), state="submitted")
    hidden = {**ALL_MET, "screening": OPEN}
    known = {name for name in READERS if results(panel, name) == ALL_MET}
    assert {name for name in READERS if results(panel, name) == hidden} == set(READERS) - known
    assert known == {"ola", *STAFF}
    panel.assessments[1].state = AssessmentState.SUBMITTED
    assert {name for name in READERS if results(panel, name) == ALL_MET} == known | {"xen"}


def test_once_decided_everybody_reads_whether_and_nobody_else_why() -> None:
    failing = replace(StillDossier().results["mean-score"], reasons=("A mean of 3.0.",), earliest_on=TODAY)
    failing = replace(failing, status=RequirementStatus.NOT_MET)
    decided = file_of(sheet("ola"), recommended_at=AT)
    (told,) = sight.for_reader((failing,), decided, ACTORS["kim"], TODAY)
    assert told == replace(failing, reasons=(sight.HIDDEN,), earliest_on=None)
    (told,) = sight.for_reader((replace(failing, reasons=()),), decided, ACTORS["kim"], TODAY)
    assert told.reasons == ()
    (told,) = sight.for_reader((failing,), file_of(sheet("ola")), ACTORS["kim"], TODAY)
    assert told == replace(failing, reasons=(sight.HIDDEN,), earliest_on=None)
    (told,) = sight.for_reader((failing,), decided, ACTORS["bo"], TODAY)
    assert told == failing


@pytest.mark.parametrize(
    ("change", "decided"),
    [({"state": "declined"}, True), ({"admitted_on": TODAY}, True), ({"state": "submitted"}, False)],
)
def test_screening_is_decided_by_admission_or_decline(change: dict[str, Any], decided: bool) -> None:
    thing = file_of(screening("ola"), **change)
    assert results(thing, "ana")["screening"] == (MET if decided else OPEN)
    assert results(thing, "kim")["screening"] == (MET if decided else OPEN)


def test_a_no_that_rests_on_scores_is_told_neutrally_and_once() -> None:
    thing = file_of(sheet("ola"))
    two = (
        Refusal("mean-score", "A mean of 3.0.", ("bo",), TODAY),
        Refusal("mean-score", "Observers differ.", ("bo",), None),
        Refusal("mean-score", OWN_FIRST, ("bo",), TODAY),
        Refusal("cohort-size", "Too few.", (), TODAY),
    )
    neutral = Refusal("mean-score", sight.HIDDEN, ("bo",), None)
    assert sight.refusals_for_reader(two, thing, ACTORS["ana"], TODAY) == (neutral, *two[2:])
    assert sight.refusals_for_reader(two, thing, ACTORS["bo"], TODAY) == two


def test_a_move_that_scores_open_is_withheld_from_who_may_not_see_them() -> None:
    thing = file_of(sheet("ola"))
    kept = tuple(Refusal(one, sight.HIDDEN) for one in ("mean-score", "critical-items"))
    assert sight.withheld(thing, "recommend", ACTORS["ana"], TODAY) == kept
    assert sight.withheld(thing, "recommend", ACTORS["bo"], TODAY) == ()
    assert sight.withheld(thing, "leave", ACTORS["ana"], TODAY) == ()
    assert sight.withheld(thing, "admit", ACTORS["ana"], TODAY) == ()
    owing = file_of(sheet("ola"), sheet("xen", "declared"))
    own_first = tuple(Refusal(one.requirement, OWN_FIRST) for one in kept)
    assert sight.withheld(owing, "recommend", ACTORS["xen"], TODAY) == own_first
    gone = file_of(sheet("ola"), sheet("xen", "void"))
    assert sight.withheld(gone, "recommend", ACTORS["xen"], TODAY) == kept
    applied = file_of(screening("ola"), state="submitted")
    assert sight.withheld(applied, "admit", ACTORS["ana"], TODAY) == (Refusal("screening", sight.HIDDEN),)
