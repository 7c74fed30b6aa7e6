"""Who may be named for what, and what may be set aside: every no in its words."""

from types import SimpleNamespace
from typing import Any

import pytest

from certify.policy import Actor
from certify.policy.relations import History, Tie
from certify.scheme.evidence import Waived
from certify.scheme.words import (
    Act,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    CertificationState,
    Relation,
    RoleName,
)
from certify.workflows import assignment_guards as assignment
from certify.workflows.engine import Refusal
from tests.scheme.good_evidence import TODAY, changed, observation
from tests.workflows.asking import COORDINATOR, DAY, asked, with_evidence
from tests.workflows.still import ACTORS, MODULE, StillDossier, case, grant


def test_training_waits_for_a_supervisor_and_gets_only_one() -> None:
    thing = case(CertificationState.TRAINING)
    assert list(assignment.supervisor_assigned(asked(thing=thing))) == []
    sentence = "A supervisor is assigned; hand over with “Reassign” and a reason."
    assert list(assignment.no_supervisor_yet(asked(thing=thing))) == [Refusal(None, sentence, COORDINATOR)]
    thing.supervisor_id = None
    sentence = "No supervising Expert Trainer is assigned yet."
    assert list(assignment.supervisor_assigned(asked(thing=thing))) == [Refusal(None, sentence, COORDINATOR)]
    assert list(assignment.no_supervisor_yet(asked(thing=thing))) == []


def test_only_an_expert_trainer_of_module_country_and_day_is_assigned() -> None:
    def told(**facts: Any) -> list[Refusal]:
        return list(assignment.person_is_expert()(asked("assign_supervisor", "olu", **facts)))

    assert told() == told(person="xen") == []
    who = ("coordinator", "administrator")
    for person, name in (("kim", "Kim"), ("maya", "Maya"), ("nobody", "nobody")):
        sentence = f"{name} has no active Expert Trainer status for WPC in ID."
        assert told(person=person) == [Refusal(None, sentence, who)]
    successor = assignment.person_is_expert("to")(asked("reassign", "olu", person="kim", to="xen"))
    assert list(successor) == []


@pytest.mark.parametrize(
    "change", [{"module": "OSH"}, {"country": "VN"}, {"until_on": TODAY - DAY}, {"from_on": TODAY + DAY}]
)
def test_a_status_elsewhere_or_at_another_time_assigns_nobody(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Actor("zoe", "Zoe", (grant(RoleName.EXPERT_TRAINER, **change),))
    monkeypatch.setitem(ACTORS, "zoe", elsewhere)
    told = assignment.person_is_expert()(asked("assign_supervisor", "olu", person="zoe"))
    assert [one.reason[:28] for one in told] == ["Zoe has no active Expert Tra"]


def test_whoever_is_assigned_has_no_relation_that_blocks_the_task() -> None:
    dossier = StillDossier(histories={"xen": History("Xen", ties=(Tie(Relation.FAMILY, None, None),))})

    def told(guard: Any, **facts: Any) -> list[Refusal]:
        return list(guard(asked("reassign", "olu", dossier=dossier, **facts)))

    blocked = Refusal("independence", "Xen is family of the candidate.", ("expert_trainer",), None)
    named = assignment.person_is_impartial(Act.SUPERVISE)
    assert told(named, person="xen") == [blocked]
    assert told(named) == told(named, person="fay") == told(named, to="xen") == []
    for role in ("supervisor", "observer"):
        assert told(assignment.successor_is_impartial, role=role, to="xen") == [blocked]
    assert told(assignment.successor_is_impartial) == []


def test_an_employer_in_common_keeps_from_observing_and_not_from_supervising() -> None:
    shared = {"xen": History("Xen", ties=(Tie(Relation.EMPLOYMENT, None, None),))}

    def told(role: str) -> list[str]:
        asked_ = asked("reassign", "olu", dossier=StillDossier(histories=shared), role=role, to="xen")
        return [one.reason for one in assignment.successor_is_impartial(asked_)]

    assert told("supervisor") == []
    assert told("observer") == ["Xen and the candidate share an employer or provider."]


def test_nobody_is_put_on_the_panel_or_on_an_event_twice() -> None:
    thing = case(CertificationState.SUBMITTED)
    thing.assessments = [*thing.assessments]
    thing.assessments[0].kind = AssessmentKind.SCREENING

    def told(move: str, **facts: Any) -> list[Refusal]:
        return list(assignment.not_assigned_yet(asked(move, "olu", thing=thing, **facts)))

    panel = Refusal(None, "This person is on the screening panel already.", COORDINATOR)
    event = Refusal(None, "This person observes this activity already.", COORDINATOR)
    assert told("assign_screener", person="ola") == [panel]
    assert told("assign_screener", person="xen") == told("assign_observer", person="ola") == []
    assert told("assign_observer", person="olga", activity="workshop") == [event]
    assert told("assign_observer", person="olga", activity="visit-e2-1") == []
    assert told("assign_observer", person="xen", activity="workshop") == []


def test_only_what_happened_to_the_candidate_and_was_not_voided_is_observed() -> None:
    good = StillDossier().evidence
    void = StillDossier(evidence=changed(good, "visit-e1-1", state=ActivityState.VOID))

    def told(dossier: StillDossier | None = None, **facts: Any) -> list[Refusal]:
        return list(assignment.activity_can_be_observed(asked("assign_observer", dossier=dossier, **facts)))

    sentence = "Only a workshop or visit in which the candidate takes part can be observed."
    no = [Refusal(None, sentence, ("coordinator", "candidate"))]
    assert told() == told(activity="workshop") == told(activity="visit-e1-1") == []
    assert told(activity="baseline-e1") == told(activity="somebody's") == no
    assert told(void, activity="visit-e1-1") == no


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (None, "This is no ToT event of the candidate's module."),
        ({"kind": "workshop"}, "This is no ToT event of the candidate's module."),
        ({"module": "OSH"}, "This is no ToT event of the candidate's module."),
        ({"state": ActivityState.VOID}, "This ToT event was voided."),
        ({"state": ActivityState.CONFIRMED}, "This ToT event is closed: its results are confirmed."),
        ({"state": ActivityState.CONFIRMED, "id": "tot"}, None),
        ({"state": ActivityState.SUBMITTED}, None),
        ({}, None),
    ],
)
def test_a_candidate_is_enrolled_in_an_open_event_of_the_module(
    event: dict[str, Any] | None, sentence: str | None
) -> None:
    class Dossier(StillDossier):
        def activity(self, activity_id: str) -> Any:
            assert activity_id == "chosen"
            plain = {"id": "new", "kind": "tot_event", "module": MODULE, "state": ActivityState.OPEN}
            return None if event is None else SimpleNamespace(**{**plain, **event})

    told = list(
        assignment.event_for_the_module(
            asked("enrol", "olu", "admitted", dossier=Dossier(), activity="chosen")
        )
    )
    assert told == ([] if sentence is None else [Refusal(None, sentence, COORDINATOR)])
    assert list(assignment.event_for_the_module(asked("enrol", "olu", dossier=Dossier()))) == []


def test_only_what_may_be_waived_is_waived_and_only_once() -> None:
    waived = with_evidence(waived=(Waived("cohort-size", "Few.", "Olu", TODAY),))

    def told(dossier: StillDossier | None = None, **facts: Any) -> list[Refusal]:
        return list(assignment.can_be_waived(asked("waive", "olu", dossier=dossier, **facts)))

    never = "The scheme does not allow to waive this requirement."
    assert told() == told(requirement="cohort-size") == told(waived, requirement="classroom-days") == []
    assert told(requirement="mean-score") == [Refusal("mean-score", never, ())]
    assert told(requirement="height") == [Refusal("height", never, ())]
    again = Refusal("cohort-size", "This requirement is waived already.", ())
    assert told(waived, requirement="cohort-size") == [again]


def test_nobody_waives_for_themselves_or_for_whom_they_supervise_or_observe() -> None:
    def told(actor: str, **changes: Any) -> list[Refusal]:
        thing = case(CertificationState.TRAINING)
        for name, value in changes.items():
            setattr(thing, name, value)
        return list(assignment.not_own_supervision(asked("waive", actor, thing=thing)))

    tied = "You supervise or observe this candidate; another coordinator has to waive."
    assert told("bo") == told("ola") == [Refusal("independence", tied, COORDINATOR)]
    assert told("ana") == [Refusal("independence", "This is your own case.", COORDINATOR)]
    assert told("olu") == told("clock", supervisor_id="", holder_id="somebody") == []


def test_a_task_is_handed_over_by_who_holds_it_to_somebody_else() -> None:
    def told(role: str, old: str, new: str = "xen") -> list[str]:
        facts = {"role": role, "from": old, "to": new}
        guard = assignment.holds_the_task(asked("reassign", "olu", "assessment", **facts))
        told = list(guard)
        assert {(one.requirement, one.who) for one in told} <= {(None, ())}
        return [one.reason for one in told]

    not_held = "This person does not hold the task, or has done it already."
    same = "Choose another person to hand over to."
    assert told("supervisor", "bo") == told("observer", "ola") == []
    assert told("supervisor", "ola") == told("observer", "bo") == [not_held]
    assert told("supervisor", "bo", "bo") == [same]
    assert told("supervisor", "xen", "xen") == [not_held, same]
    assert list(assignment.holds_the_task(asked("reassign", "olu", "assessment"))) == []


@pytest.mark.parametrize(
    ("kind", "state", "held"),
    [
        (AssessmentKind.OBSERVATION, AssessmentState.ASSIGNED, True),
        (AssessmentKind.OBSERVATION, AssessmentState.DECLARED, True),
        (AssessmentKind.OBSERVATION, AssessmentState.SUBMITTED, False),
        (AssessmentKind.OBSERVATION, AssessmentState.VOID, False),
        (AssessmentKind.SCREENING, AssessmentState.ASSIGNED, False),
    ],
)
def test_only_an_observation_that_is_still_open_is_handed_over(
    kind: AssessmentKind, state: AssessmentState, held: bool
) -> None:
    thing = case(CertificationState.ASSESSMENT)
    thing.assessments[0].kind, thing.assessments[0].state = kind, state
    del thing.assessments[1]
    facts = {"role": "observer", "from": "ola", "to": "xen"}
    assert (not list(assignment.holds_the_task(asked("reassign", "olu", thing=thing, **facts)))) is held


def test_nobody_takes_over_an_event_that_they_observe() -> None:
    edition = StillDossier().edition
    both = tuple(
        observation(edition, event, observer)
        for event, observer in (("workshop", "ola"), ("workshop", "xen"), ("visit-e1-1", "fay"))
    )
    dossier = with_evidence(observations=both)

    def told(**facts: Any) -> list[Refusal]:
        asked_ = asked("reassign", "olu", "assessment", dossier=dossier, **facts)
        return list(assignment.successor_observes_nothing_twice(asked_))

    twice = Refusal(None, "This person observes this activity already.", COORDINATOR)
    assert told(role="observer", **{"from": "ola", "to": "xen"}) == [twice]
    assert told(role="observer", **{"from": "ola", "to": "fay"}) == []
    assert told(role="supervisor", **{"from": "ola", "to": "xen"}) == told() == []
