"""The explained no: each guard's requirement, sentence, who can clear it and the earliest day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certify.models import Certification
from certify.policy.relations import History, PastAct
from certify.scheme.evidence import Held, Waived
from certify.scheme.words import AssessmentState, CertificationState, Relation, Standing
from certify.workflows.certification import MOVES
from certify.workflows.dossier import Delegated, OtherCase
from certify.workflows.engine import Refusal, judge
from certify.workflows.facts import InvalidFacts, clean
from tests.scheme.good_evidence import FIRST_VISIT_ON, TODAY, without
from tests.workflows.still import (
    BODY,
    COUNTRY,
    EDITION,
    MODULE,
    StillDossier,
    case,
    question,
)

GRANT = {
    "reasons": [{"requirement": "mean-score", "reason": "Strong."}],
    "effective_on": TODAY,
}


def refusals(
    move: str, actor: str, state: str, dossier: StillDossier | None = None, **facts: Any
) -> list[Refusal]:
    """What the guards of a move say."""
    thing = case(CertificationState(state))
    return list(judge(question(move, actor=actor, thing=thing, dossier=dossier, facts=facts)))


def test_a_wrong_state_is_told_alone_in_the_words_of_the_screen() -> None:
    assert refusals("grant", "maya", "training", **GRANT) == [
        Refusal(None, "“Grant the certificate” is not possible while the state is “in training (ToT)”.")
    ]


def test_a_missing_requirement_is_refused_with_its_reason_who_and_earliest_day() -> None:
    good = StillDossier().evidence
    missing = StillDossier(evidence=without(good, "visit-e1-3"))
    told = {
        one.requirement: one for one in refusals("submit_for_assessment", "ana", "supervised_visits", missing)
    }
    assert set(told) >= {"visits-per-enterprise", "visits-span"}
    assert "2 of 3 consultation visits" in told["visits-per-enterprise"].reason
    assert told["visits-span"].who == EDITION.requirements["visits-span"].who
    assert FIRST_VISIT_ON + timedelta(days=21) < TODAY
    assert told["visits-span"].earliest_on == TODAY


def test_grant_needs_every_requirement_of_the_edition() -> None:
    bare = StillDossier(
        evidence=replace(StillDossier().evidence, trainings=(), cycles=(), observations=(), sheets=())
    )
    told = {one.requirement for one in refusals("grant", "maya", "recommended", bare, **GRANT)}
    never_missing = {"prerequisite", "second-observer", "self-assessment", "recommendation"}
    assert told == set(EDITION.requirements) - never_missing - {"independence", "delegation"}


def test_a_waived_requirement_no_longer_refuses() -> None:
    good = StillDossier().evidence
    late = without(good, "report")
    assert [
        one.requirement for one in refusals("grant", "maya", "recommended", StillDossier(late), **GRANT)
    ] == ["cycle-report"]
    waived = replace(late, waived=(Waived("cycle-report", "Lost in the flood.", "Olu", TODAY),))
    assert refusals("grant", "maya", "recommended", StillDossier(waived), **GRANT) == []


@pytest.mark.parametrize(
    "change",
    [
        {"country": "VN"},
        {"modules": ("OSH",)},
        {"from_on": TODAY + timedelta(days=1)},
        {"until_on": TODAY - timedelta(days=1)},
        {"issuer": "another body"},
    ],
)
def test_a_decision_outside_a_delegation_is_refused(change: dict[str, Any]) -> None:
    delegation = replace(Delegated(BODY, COUNTRY, (MODULE,), date(2020, 1, 1), None, True), **change)
    told = refusals("grant", "maya", "recommended", StillDossier(delegations=(delegation,)), **GRANT)
    assert [(one.requirement, one.who) for one in told] == [("delegation", ("scheme_owner",))]
    starts = change.get("from_on")
    assert told[0].earliest_on == starts


def test_recognition_needs_a_delegation_that_allows_it() -> None:
    plain = Delegated(BODY, COUNTRY, (MODULE,), date(2020, 1, 1), None, False)
    told = refusals("recognise", "maya", "new", StillDossier(delegations=(plain,)), valid_until=TODAY)
    assert [one.requirement for one in told] == ["delegation"]


def test_a_certificate_that_ended_is_not_recognised() -> None:
    yesterday = TODAY - timedelta(days=1)
    told = refusals("recognise", "maya", "new", valid_until=yesterday)
    assert [one.reason for one in told] == [f"The certificate ended on {yesterday.isoformat()}."]


def other(state: str, **dates: date) -> OtherCase:
    """Another case of the same module."""
    values = {"valid_until": None, "left_on": None, "decided_on": None, **dates}
    return OtherCase("other", CertificationState(state), **values)


@pytest.mark.parametrize(
    ("before", "open_"),
    [
        (other("draft"), True),
        (other("on_hold"), True),
        (other("declined"), False),
        (other("withdrawn", valid_until=TODAY), False),
        (other("retired", valid_until=TODAY), False),
        (other("certified", valid_until=TODAY), True),
        (other("certified", valid_until=date(2025, 5, 4)), True),
        (other("certified", valid_until=date(2025, 5, 3)), False),
        (other("left", left_on=date(2025, 5, 4)), True),
        (other("left", left_on=date(2025, 5, 3)), False),
    ],
)
def test_one_certification_of_a_module_is_open_at_a_time(before: OtherCase, open_: bool) -> None:
    told = refusals("create", "ana", "new", StillDossier(same_module=(before,)))
    assert bool(told) is open_


def test_after_a_refusal_six_months_pass_before_the_next_application() -> None:
    refused = other("refused", decided_on=date(2025, 11, 5))
    told = refusals("create", "ana", "new", StillDossier(same_module=(refused,)))
    assert [one.earliest_on for one in told] == [date(2026, 5, 5)]
    earlier = other("refused", decided_on=date(2025, 11, 4))
    assert refusals("create", "ana", "new", StillDossier(same_module=(earlier,))) == []


def test_an_incomplete_application_names_everything_that_it_lacks() -> None:
    thing = case(CertificationState.DRAFT)
    thing.nominated_by_id = None
    thing.sectors, thing.sme_years = [], None
    told = judge(question("submit", actor="ana", thing=thing, dossier=StillDossier(files=frozenset())))
    assert [one.reason for one in told] == [
        "The application still lacks: sectors, years of work with small and medium enterprises, CV."
    ]


def test_no_years_of_experience_is_an_answer_and_not_a_gap() -> None:
    thing = case(CertificationState.DRAFT)
    thing.nominated_by_id, thing.sme_years = None, 0
    assert judge(question("submit", actor="ana", thing=thing)) == ()


def test_an_unconfirmed_nomination_holds_the_application_up() -> None:
    told = refusals("submit", "ana", "draft")
    assert [one.reason for one in told] == ["The nomination is not confirmed yet."]


def test_screening_sheets_must_be_in_before_an_application_is_declined() -> None:
    sheets = StillDossier().evidence.sheets
    outstanding = (replace(sheets[0], state=AssessmentState.DECLARED), sheets[1])
    dossier = StillDossier(evidence=replace(StillDossier().evidence, sheets=outstanding))
    assert [one.requirement for one in refusals("decline_application", "olu", "submitted", dossier)] == [
        "screening"
    ]


def test_training_is_completed_only_with_a_supervisor() -> None:
    thing = case(CertificationState.TRAINING)
    thing.supervisor_id = None
    told = judge(question("complete_training", actor="fay", thing=thing))
    assert [(one.reason, one.who) for one in told] == [
        ("No supervising Expert Trainer is assigned yet.", ("coordinator",))
    ]


def test_only_an_active_expert_trainer_supervises() -> None:
    thing = case(CertificationState.ADMITTED)
    thing.supervisor_id = None
    told = judge(question("assign_supervisor", actor="olu", thing=thing, facts={"person": "kim"}))
    assert [one.reason for one in told] == ["Kim has no active Expert Trainer status for WPC in ID."]


def test_the_candidate_is_not_their_own_supervisor() -> None:
    from certify.policy.relations import Tie

    history = {"xen": History("Xen", ties=(Tie(Relation.SELF, None, None),))}
    thing = case(CertificationState.ADMITTED)
    thing.supervisor_id = None
    told = judge(
        question(
            "assign_supervisor",
            actor="olu",
            thing=thing,
            dossier=StillDossier(histories=history),
            facts={"person": "xen"},
        )
    )
    assert [(one.requirement, one.reason) for one in told] == [("independence", "Xen is the candidate.")]


def test_an_old_relation_names_the_day_on_which_it_no_longer_bears() -> None:
    history = {"maya": History("Maya", acts=(PastAct(Relation.SUPERVISED, "other", date(2025, 1, 10)),))}
    told = refusals(
        "refuse", "maya", "recommended", StillDossier(histories=history), reasons=GRANT["reasons"]
    )
    assert [(one.requirement, one.who, one.earliest_on) for one in told] == [
        ("independence", ("master_trainer",), date(2027, 1, 11))
    ]


def test_what_the_scheme_does_not_allow_to_waive_is_not_waived() -> None:
    told = refusals("waive", "olu", "training", requirement="mean-score", reason="She is nice.")
    assert [one.requirement for one in told] == ["mean-score"]


@pytest.mark.parametrize("as_", ["supervisor", "observer"])
def test_a_coordinator_waives_nothing_for_whom_they_supervise_or_observe(as_: str) -> None:
    thing = case(CertificationState.TRAINING)
    if as_ == "supervisor":
        thing.supervisor_id = "olu"
    else:
        thing.assessments[0].assessor_id = "olu"
    told = judge(
        question(
            "waive", actor="olu", thing=thing, facts={"requirement": "cohort-size", "reason": "Few came."}
        )
    )
    assert [one.requirement for one in told] == ["independence"]


def test_only_a_workshop_or_visit_of_the_candidate_is_observed() -> None:
    told = refusals("assign_observer", "olu", "assessment", person="xen", activity="baseline-e1")
    assert len(told) == 1
    assert refusals("assign_observer", "olu", "assessment", person="xen", activity="visit-e1-1") == []


def test_a_task_that_nobody_holds_is_not_reassigned() -> None:
    told = refusals(
        "reassign", "olu", "training", role="supervisor", **{"from": "xen"}, to="fay", reason="Ill."
    )
    assert len(told) == 1


def test_who_left_comes_back_within_a_year() -> None:
    thing = case(CertificationState.LEFT)
    thing.left_on = date(2025, 5, 4)
    assert judge(question("rejoin", actor="olu", thing=thing)) == ()
    thing.left_on = date(2025, 5, 3)
    assert len(judge(question("rejoin", actor="olu", thing=thing))) == 1


def test_the_clock_holds_a_case_only_while_its_prerequisite_is_suspended() -> None:
    thing = case(CertificationState.TRAINING)
    thing.module = "OSH"
    assert clock_says("hold", thing, Held("wpc", "WPC", Standing.VALID, None, None)) == ["prerequisite"]
    assert clock_says("hold", thing, Held("gen", "GEN", Standing.SUSPENDED, None, None)) == ["prerequisite"]
    assert clock_says("hold", thing, Held("wpc", "WPC", Standing.SUSPENDED, None, None)) == []
    thing.state = CertificationState.ON_HOLD
    assert clock_says("resume", thing, Held("wpc", "WPC", Standing.SUSPENDED, None, None)) == ["prerequisite"]
    assert clock_says("resume", thing, Held("wpc", "WPC", Standing.VALID, None, None)) == []


def clock_says(move: str, thing: Certification, held: Held) -> list[str | None]:
    """The requirements that the clock's move is refused for."""
    dossier = StillDossier(evidence=replace(StillDossier().evidence, module="OSH", held=(held,)))
    asked = question(move, actor="clock", thing=thing, dossier=dossier, facts={"reason": "Prerequisite."})
    return [one.requirement for one in judge(asked)]


def errors(move: str, state: str, **facts: Any) -> dict[str, list[str]]:
    """The 422 of a move: its declaration's and its checks'."""
    try:
        cleaned = clean(MOVES[move].facts, facts)
    except InvalidFacts as invalid:
        return invalid.errors
    thing = case(CertificationState(state))
    asked = question(move, actor="maya", thing=thing, facts=cleaned)
    return {name: told for check in MOVES[move].checks for name, told in check(asked).items()}


@pytest.mark.parametrize(
    ("move", "facts", "field"),
    [
        ("grant", {**GRANT, "effective_on": TODAY - timedelta(days=1)}, "effective_on"),
        ("grant", {**GRANT, "reasons": []}, "reasons"),
        ("grant", {**GRANT, "reasons": [{"requirement": "height", "reason": "Tall."}]}, "reasons"),
        ("refuse", {"reasons": [{"requirement": None, "reason": "No."}]}, "reasons"),
        ("refuse", {"reasons": [{"requirement": "mean-score", "reason": " "}]}, "reasons"),
        ("ask_more_practice", {"what": "Visits", "by_on": TODAY, "back_to": "supervised_visits"}, "by_on"),
        (
            "ask_more_practice",
            {"what": "Visits", "by_on": date(2027, 1, 1), "back_to": "training"},
            "back_to",
        ),
        (
            "ask_more_practice",
            {"what": "V", "by_on": date(2027, 1, 1), "back_to": "supervised_visits", "exclude": ["zz"]},
            "exclude",
        ),
        ("waive", {"requirement": "height", "reason": "Tall."}, "requirement"),
        ("submit", {"declaration": False, "consents": ["data"]}, "declaration"),
        ("submit_for_assessment", {"self_assessment": {"height": 3}}, "self_assessment"),
        ("submit_for_assessment", {"self_assessment": {"height": 6}}, "self_assessment"),
        ("grant", {**GRANT, "effective_on": "2026-W47-1"}, "effective_on"),
        ("recommend", {"narrative": "x" * 9000}, "narrative"),
        ("recommend", {"narrative": "nul \x00"}, "narrative"),
        ("recommend", {"narrative": "Fine.", "secret": 1}, "secret"),
    ],
)
def test_bad_facts_are_told_beside_their_field(move: str, facts: dict[str, Any], field: str) -> None:
    assert list(errors(move, "recommended", **facts)) == [field]
    assert all(errors(move, "recommended", **facts)[field])


def test_a_nomination_nobody_asked_for_keeps_nobody_from_applying() -> None:
    nominated = replace(other("draft"), unconfirmed_nomination=True)
    dossier = StillDossier(same_module=(nominated,))
    assert refusals("create", "ana", "new", dossier) == []
    assert len(refusals("create", "sami", "new", dossier)) == 1
    own = StillDossier(same_module=(other("submitted"),))
    assert len(refusals("confirm_nomination", "ana", "draft", own)) == 1


def test_nobody_takes_over_the_observation_of_an_event_that_they_observe() -> None:
    good = StillDossier().evidence
    both = replace(
        good,
        observations=tuple(
            replace(one, observer=name) for name in ("ola", "xen") for one in good.observations[:1]
        ),
    )
    facts = {"role": "observer", "from": "ola", "to": "xen", "reason": "Ola is ill."}
    told = refusals("reassign", "olu", "assessment", StillDossier(both), **facts)
    assert [one.reason for one in told] == ["This person observes this activity already."]
