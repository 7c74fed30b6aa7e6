"""Every no of a certification's guards: requirement, sentence, who can clear it, earliest day."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from certify.policy import Actor
from certify.policy.relations import History, PastAct, Tie
from certify.scheme.evidence import Held
from certify.scheme.words import (
    Act,
    CertificationState,
    Relation,
    RoleName,
    Standing,
)
from certify.workflows import certification_guards as guards
from certify.workflows.dossier import Delegated
from certify.workflows.engine import Refusal
from tests.scheme.good_evidence import TODAY
from tests.workflows.asking import COORDINATOR, DAY, asked, with_evidence
from tests.workflows.still import BODY, COUNTRY, MODULE, StillDossier, case, grant


def test_a_missing_requirement_is_refused_in_its_own_words_for_each_reason() -> None:
    bare = with_evidence(sheets=())
    told = list(guards.needs("screening", "tot-test")(asked(dossier=bare)))
    assert told == [Refusal("screening", "0 of 2 screening sheets are in.", COORDINATOR, None)]


def test_only_what_a_move_needs_is_asked_for() -> None:
    class Asked(StillDossier):
        def results_for(self, asked: Any) -> Any:
            assert asked == ("screening",)
            return super().results_for(asked)

    assert list(guards.needs("screening")(asked(dossier=Asked()))) == []


def test_a_requirement_without_a_reason_is_refused_by_its_text() -> None:
    result = StillDossier().results["screening"]
    silent = SimpleNamespace(
        id=result.id, cleared=False, reasons=(), text=result.text, who=("boss",), earliest_on=TODAY
    )
    dossier = SimpleNamespace(results_for=lambda ids: {"screening": silent})
    told = list(guards.needs("screening")(replace(asked(), dossier=dossier)))
    assert told == [Refusal("screening", result.text, ("boss",), TODAY)]


@pytest.mark.parametrize(
    ("act", "who"),
    [
        (Act.DECIDE, "master_trainer"), (Act.SCREEN, "coordinator"),
        (Act.RECOMMEND, "expert_trainer"), (Act.SUPERVISE, "expert_trainer"),
    ],
)  # fmt: skip
def test_a_relation_is_told_with_who_can_act_instead(act: Act, who: str) -> None:
    family = {"maya": History("Maya", ties=(Tie(Relation.FAMILY, None, None),))}
    dossier = StillDossier(histories=family)
    told = Refusal("independence", "Maya is family of the candidate.", (who,), None)
    assert list(guards.impartial(act)(asked(dossier=dossier))) == [told]
    assert list(guards.relation_blocks(asked(dossier=dossier), "maya", act)) == [told]
    assert list(guards.relation_blocks(asked(dossier=dossier), "", act)) == []


def test_a_relation_that_ends_tells_the_day() -> None:
    history = {"maya": History("Maya", acts=(PastAct(Relation.SUPERVISED, "other", date(2025, 1, 10)),))}
    told = list(guards.impartial(Act.DECIDE)(asked(dossier=StillDossier(histories=history))))
    sentence = "Maya supervised the candidate."
    assert told == [Refusal("independence", sentence, ("master_trainer",), date(2027, 1, 11))]


def test_more_practice_is_a_decision_only_once_recommended() -> None:
    dossier = StillDossier(histories={"maya": History("Maya", ties=(Tie(Relation.SELF, None, None),))})
    before = asked("ask_more_practice", state="assessment", dossier=dossier)
    after = asked("ask_more_practice", state="recommended", dossier=dossier)
    assert list(guards.impartial_once_recommended(before)) == []
    assert [one.reason for one in guards.impartial_once_recommended(after)] == ["Maya is the candidate."]


def delegation(**changes: Any) -> Delegated:
    return replace(Delegated(BODY, COUNTRY, (MODULE,), date(2020, 1, 1), None, True), **changes)


def test_without_a_delegation_the_decision_waits_for_the_next_one_of_an_own_body() -> None:
    soon, later = TODAY + DAY, TODAY + 5 * DAY
    ahead = (
        delegation(from_on=later),
        delegation(from_on=soon),
        delegation(from_on=TODAY - DAY, until_on=TODAY - DAY),
        delegation(from_on=TODAY, issuer="stranger"),
        delegation(from_on=soon - DAY, modules=("OSH",)),
    )
    told = list(guards.delegated(asked(dossier=StillDossier(delegations=ahead))))
    sentence = "No issuing body that you decide for holds a delegation for WPC in ID on 2026-05-04."
    assert told == [Refusal("delegation", sentence, ("scheme_owner",), soon)]
    none = list(guards.delegated(asked(dossier=StillDossier(delegations=()))))
    assert none == [Refusal("delegation", sentence, ("scheme_owner",), None)]
    assert list(guards.delegated(asked())) == []


def test_a_delegation_that_begins_today_is_no_next_one() -> None:
    elsewhere = delegation(from_on=TODAY, country="VN")
    told = list(guards.delegated(asked(dossier=StillDossier(delegations=(elsewhere,)))))
    assert [one.earliest_on for one in told] == [None]


def test_recognition_is_refused_in_words_where_no_delegation_allows_it() -> None:
    sentence = "No delegation of an issuing body that you decide for allows recognition here today."
    plain = StillDossier(delegations=(delegation(may_recognise=False),))
    told = list(guards.may_recognise(asked("recognise", state="new", dossier=plain)))
    assert told == [Refusal("delegation", sentence, ("scheme_owner",))]
    assert list(guards.may_recognise(asked("recognise", state="new"))) == []


def test_the_bodies_to_choose_from_are_own_in_force_and_each_named_once() -> None:
    delegations = (delegation(), delegation(from_on=date(2021, 1, 1)), delegation(issuer="stranger"))
    dossier = StillDossier(delegations=delegations)
    assert guards.issuers_in_force(asked(dossier=dossier)) == (BODY,)
    assert guards.issuers_in_force(asked(dossier=dossier, issuer=BODY)) == (BODY,)
    assert guards.issuers_in_force(asked(dossier=dossier, issuer="stranger")) == ()


@pytest.mark.parametrize(
    ("change", "bodies"),
    [
        ({}, {BODY}),
        ({"issuer": None}, set()),
        ({"module": "OSH"}, set()),
        ({"country": "VN"}, set()),
        ({"until_on": TODAY - DAY}, set()),
        ({"from_on": TODAY + DAY}, set()),
    ],
)
def test_a_master_trainer_decides_where_the_appointment_covers_the_case(
    change: dict[str, Any], bodies: set[str]
) -> None:
    appointment = grant(RoleName.MASTER_TRAINER, **{"issuer": BODY, **change})
    assert guards.decides_for(Actor("maya", "Maya", (appointment,)), asked()) == bodies


def test_an_appointment_to_another_role_decides_nothing() -> None:
    expert = Actor("x", "X", (grant(RoleName.EXPERT_TRAINER, issuer=BODY),))
    assert guards.decides_for(expert, asked()) == set()


def test_coming_back_too_late_is_told_with_the_months() -> None:
    thing = case(CertificationState.LEFT)
    thing.left_on = date(2025, 5, 3)
    sentence = "The candidate left more than 12 months ago; a new application is needed."
    told = list(guards.within_rejoin_time(asked("rejoin", "olu", thing=thing)))
    assert told == [Refusal(None, sentence, ("candidate",))]
    thing.left_on = None
    assert list(guards.within_rejoin_time(asked("rejoin", "olu", thing=thing))) == []


def test_a_certificate_elsewhere_is_recognised_up_to_its_last_day() -> None:
    def told(**facts: Any) -> list[Refusal]:
        return list(guards.not_expired_elsewhere(asked("recognise", state="new", **facts)))

    assert told() == told(valid_until=TODAY) == []
    ended = Refusal(None, "The certificate ended on 2026-05-03.", ("candidate",))
    assert told(valid_until=TODAY - DAY) == [ended]


def test_only_the_clock_is_bound_to_the_prerequisite() -> None:
    def told(move: str, actor: str, standing: Standing) -> list[Refusal]:
        thing = case(CertificationState.TRAINING)
        thing.module = "OSH"
        dossier = with_evidence(module="OSH", held=(Held("wpc", "WPC", standing, None, None),))
        return list(guards.only_by_the_prerequisite(asked(move, actor, thing=thing, dossier=dossier)))

    none = Refusal("prerequisite", "No prerequisite is suspended.")
    still = Refusal("prerequisite", "The prerequisite is still suspended.", ("master_trainer",))
    assert told("hold", "clock", Standing.VALID) == [none]
    assert told("resume", "clock", Standing.SUSPENDED) == [still]
    assert told("hold", "clock", Standing.SUSPENDED) == told("resume", "clock", Standing.VALID) == []
    assert told("hold", "olu", Standing.VALID) == told("resume", "olu", Standing.SUSPENDED) == []


def test_a_prerequisite_that_stands_in_keeps_the_clock_still() -> None:
    thing = case(CertificationState.TRAINING)
    thing.module = "OSH"
    held = (Held("w", "WPC", Standing.SUSPENDED, None, None), Held("b", "BAS", Standing.VALID, None, None))
    two = asked("hold", "clock", thing=thing, dossier=with_evidence(module="OSH", held=held))
    assert [one.reason for one in guards.only_by_the_prerequisite(two)] == ["No prerequisite is suspended."]
