"""When an activity is entered and confirmed, and a sheet opened, signed and corrected: each no in words."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from certify.models import Activity, ActivityPerson, Assessment, Certification, Cohort, Person
from certify.policy import Actor
from certify.policy.relations import Finding, Findings
from certify.scheme.words import (
    Act,
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    CertificationState,
    Impartiality,
    Relation,
)
from certify.workflows import activity_rules as activities
from certify.workflows import assessment_rules as sheets
from certify.workflows import assessment_scores
from certify.workflows.engine import Question, Refusal
from tests.scheme.good_evidence import TODAY
from tests.workflows.still import ACTORS, AT, EDITION

DAY = timedelta(days=1)
COORDINATOR = ("coordinator",)
CONTACT = Actor("con", "Con", contact_of=frozenset({"e1"}))
Rule = Callable[[Question], Iterable[Refusal]]


def asked(thing: Any, actor: Actor = ACTORS["bo"], dossier: Any = None, **facts: Any) -> Question:
    """A question about an activity or a sheet; no guard of theirs looks at the move."""
    move: Any = None
    return Question(
        thing=thing, dossier=dossier, move=move, actor=actor, at=AT, on=TODAY, facts=facts
    )  # fmt: skip


def person(name: str, state: str) -> Certification:
    return Certification(
        id=name, holder=Person(id=name, name=name), state=CertificationState(state), assessments=[]
    )


# Activities


def activity(kind: ActivityKind = ActivityKind.VISIT, **more: Any) -> Activity:
    """A visit to the first enterprise, handed in three days ago."""
    values = {
        "module": "WPC", "country": "ID", "state": ActivityState.SUBMITTED, "enterprise_id": "e1",
        "held_on": TODAY, "submitted_at": AT - 3 * DAY, "people": [ActivityPerson(person_id="ana")],
        "cohort": Cohort(supervisor_id="bo", variant=None),
    }  # fmt: skip
    return Activity(kind=kind, **{**values, **more})


def dossier(*concerned: Certification) -> activities.ActivityDossier:
    return activities.ActivityDossier(EDITION, concerned)


@pytest.mark.parametrize(
    ("kind", "states", "named"),
    [
        (ActivityKind.VISIT, ("training", "left"), ["left"]),
        (ActivityKind.WORKSHOP, ("training", "left"), ["left"]),
        (ActivityKind.BASELINE, ("training", "left"), []),
        (ActivityKind.BASELINE, ("on_hold",), []),
        (ActivityKind.CYCLE_REPORT, ("refused", "left"), ["refused", "left"]),
        (ActivityKind.VISIT, ("certified", "suspended"), []),
        (ActivityKind.TOT_EVENT, ("left",), []),
        (ActivityKind.BASELINE, (), []),
    ],
)
def test_facts_are_entered_while_the_certification_is_on_its_path_or_in_force(
    kind: ActivityKind, states: tuple[str, ...], named: list[str]
) -> None:
    question = asked(activity(kind), dossier=dossier(*(person(one, one) for one in states)))
    sentence = "Nothing can be recorded for {0} while the certification is “{0}”."
    told = [Refusal(None, sentence.format(one), COORDINATOR) for one in named]
    assert list(activities.may_be_entered(question)) == told


def test_a_roster_is_judged_entry_by_entry_and_states_read_as_words() -> None:
    told = list(activities.roster_refusals((person("Ana", "training"), person("Lan", "withdrawn"))))
    sentence = "Nothing can be recorded for Lan while the certification is “withdrawn”."
    assert told == [Refusal(None, sentence, COORDINATOR)]
    (told_,) = activities.entry_refusals(ActivityKind.VISIT, (person("Lan", "retired"),))
    assert told_.reason.endswith("“retired”.")


def test_nobody_was_present_on_a_day_to_come() -> None:
    days = (TODAY - DAY, TODAY, TODAY + DAY)
    assert activities.to_come(days, TODAY) == {TODAY + DAY}

    def told(held: Iterable[date], *rows: dict[str, Any]) -> Any:
        cleaned = {"days": [{"on": one} for one in held], "roster": rows}
        return activities.attendance_errors(cleaned, TODAY)

    later = "2026-05-05 has not come yet: attendance is recorded from that day on."
    after = "2026-05-06 has not come yet: attendance is recorded from that day on."
    present = {"days_present": [{"on": one} for one in days]}
    assert told(days, {"days_present": [{"on": TODAY}], "hours_present": 7}) == {}
    assert told(days, present) == {"roster": [later]}
    both = {"days_present": [{"on": TODAY + 2 * DAY}, {"on": TODAY + DAY}]}
    assert told(days, both, present) == {"roster": [later, after]}
    assert told((TODAY + 2 * DAY, TODAY + DAY), {"hours_present": 1}) == {"roster": [later]}
    assert told((TODAY, TODAY + DAY), {"hours_present": 1}) == {}
    assert told((TODAY + DAY,), {"hours_present": None}) == told((), {"hours_present": 1}) == {}
    assert activities.attendance_errors({}, TODAY) == {}


def test_what_is_planned_is_confirmed_from_its_day_on() -> None:
    assert list(activities.was_held(asked(activity(held_on=TODAY)))) == []
    sentence = "It is planned for 2026-05-05 and has not been held yet."
    ahead = Refusal(None, sentence, (), TODAY + DAY)
    assert list(activities.was_held(asked(activity(held_on=TODAY + DAY)))) == [ahead]


def test_candidates_get_a_supervisor_before_anything_of_theirs_is_confirmed() -> None:
    def told(supervisor: str | None, *, actor: Actor = ACTORS["olu"], **more: Any) -> list[Refusal]:
        visit = activity(**{"cohort": Cohort(supervisor_id=supervisor), **more})
        people = dossier(person("Ana", "training"), person("Lan", "certified"), person("Li", "left"))
        return list(activities.candidates_have_a_supervisor(asked(visit, actor, people)))

    sentence = "A supervising Expert Trainer has to be assigned to Ana first, who then confirms."
    assert told(None) == [Refusal(None, sentence, COORDINATOR)]
    assert told("bo") == told(None, cohort=None) == told(None, actor=CONTACT) == []
    assert len(told(None, actor=CONTACT, kind=ActivityKind.BASELINE)) == 1


def test_a_trainer_of_the_visit_is_no_contact_of_the_enterprise() -> None:
    def told(who: Actor, **more: Any) -> list[Refusal]:
        return list(activities.contact_is_no_trainer(asked(activity(**more), who)))

    sentence = "A trainer of the visit cannot confirm it as the enterprise's contact."
    no = Refusal("independence", sentence, ("enterprise_contact", "expert_trainer"))
    own = [ActivityPerson(person_id="con")]
    assert told(CONTACT, people=own) == [no]
    assert told(CONTACT) == told(Actor("con", "Con"), people=own) == []
    assert told(CONTACT, people=own, enterprise_id="e2") == []
    assert told(CONTACT, people=own, kind=ActivityKind.BASELINE) == []


def test_the_enterprise_has_its_days_before_somebody_else_confirms_with_a_reason() -> None:
    wait = int(EDITION.parameter("visit_confirmation_days").value)
    first = datetime(2026, 4, 30, 18, tzinfo=UTC)  # already the first of May in Jakarta
    visit = activity(submitted_at=first)
    assert activities.confirmable_on(asked(visit, dossier=dossier())) == date(2026, 5, 1) + wait * DAY
    early = replace(asked(visit, dossier=dossier()), on=date(2026, 5, 1) + (wait - 1) * DAY)
    due = replace(early, on=early.on + DAY)
    day = (date(2026, 5, 1) + wait * DAY).isoformat()
    sentence = f"The enterprise's contact confirms the visit; from {day} you may, with a reason."
    no = Refusal(None, sentence, ("enterprise_contact",), due.on)
    assert list(activities.enterprise_had_its_time(early)) == [no]
    assert list(activities.enterprise_had_its_time(due)) == []
    assert list(activities.enterprise_had_its_time(replace(early, actor=CONTACT))) == []
    report = replace(early, thing=activity(ActivityKind.CYCLE_REPORT, submitted_at=first))
    assert list(activities.enterprise_had_its_time(report)) == []
    open_ = replace(early, thing=activity(submitted_at=None))
    assert list(activities.enterprise_had_its_time(open_)) == []
    missing = {"reason": ["Say why you confirm the visit in the enterprise's place."]}
    assert activities.reason_in_the_enterprises_place(due) == missing
    assert activities.reason_in_the_enterprises_place(early) == {}
    assert activities.reason_in_the_enterprises_place(replace(due, facts={"reason": "Ill."})) == {}
    assert activities.reason_in_the_enterprises_place(replace(due, actor=CONTACT)) == {}
    confirmed = activity(submitted_at=first, state=ActivityState.CONFIRMED)
    assert activities.reason_in_the_enterprises_place(replace(due, thing=confirmed)) == {}


def test_an_activity_without_a_cohort_is_waited_for_too() -> None:
    visit = activity(cohort=None, submitted_at=AT)
    wait = int(EDITION.parameter("visit_confirmation_days").value)
    assert activities.confirmable_on(asked(visit, dossier=dossier())) == TODAY + wait * DAY


@pytest.mark.parametrize(
    ("part", "key"), [("modules", "WPC"), ("overlays", "ID"), ("variants", "group-programme")]
)
def test_the_enterprises_days_are_those_of_module_country_and_variant(part: str, key: str) -> None:
    parts: Any = getattr(EDITION, part)
    days = replace(EDITION.parameters["visit_confirmation_days"], value=40)
    changed = {**parts, key: replace(parts[key], parameters={"visit_confirmation_days": days})}
    edition = replace(EDITION, **{part: changed})
    visit = activity(submitted_at=AT, cohort=Cohort(variant="group-programme"))
    question = asked(visit, dossier=activities.ActivityDossier(edition, ()))
    assert activities.confirmable_on(question) == TODAY + 40 * DAY


# Assessments


def sheet(assessor: str, state: str = "submitted", **more: Any) -> Assessment:
    values = {
        "kind": AssessmentKind.OBSERVATION, "activity_id": "workshop", "scores": {"a": 4},
        "activity": Activity(kind=ActivityKind.WORKSHOP, state=ActivityState.CONFIRMED, held_on=TODAY),
    }  # fmt: skip
    return Assessment(assessor_id=assessor, state=AssessmentState(state), **{**values, **more})


def case_of(*found: Assessment, state: str = "assessment", **more: Any) -> Certification:
    return Certification(
        id="case", holder=Person(id="ana", name="Ana"), state=CertificationState(state),
        assessments=list(found), **more,
    )  # fmt: skip


def dossier_of(one: Assessment) -> sheets.AssessmentDossier:
    session: Any = None
    found = sheets.AssessmentDossier(session, one, AT)
    found.__dict__["edition"] = EDITION
    return found


def test_siblings_are_the_other_sheets_on_the_same_thing_that_stand() -> None:
    own = sheet("ola")
    same = sheet("xen", "assigned")
    others = (
        sheet("fay", "void"),
        sheet("fay", activity_id="visit"),
        sheet("fay", kind=AssessmentKind.QA),
    )
    case_of(own, same, *others)
    assert sheets.siblings_of(own) == (same,)
    assert dossier_of(own).siblings == (same,)


@pytest.mark.parametrize(
    ("state", "owes"), [("assigned", True), ("declared", True), ("submitted", False), ("void", False)]
)
def test_an_observer_hands_in_before_looking_at_others(state: str, owes: bool) -> None:
    own = sheet("ola")
    case_of(own, sheet("xen", state))
    assert sheets.owes_own_sheet(own, "xen") is owes
    assert sheets.owes_own_sheet(own, "fay") is False


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (AssessmentKind.SCREENING, Act.SCREEN),
        (AssessmentKind.OBSERVATION, Act.OBSERVE),
        (AssessmentKind.QA, Act.QA),
    ],
)
def test_a_relation_that_blocks_is_told_when_the_sheet_is_opened(kind: AssessmentKind, act: Act) -> None:
    class Tied:
        def relation(self, actor: Actor, asked_about: Act) -> Findings:
            assert (actor.id, asked_about) == ("bo", act)
            told = "Bo is family of the candidate."
            block = Finding(Relation.FAMILY, Impartiality.BLOCK, told, TODAY)
            return Findings(Impartiality.BLOCK, (block,))

    told = list(sheets.nothing_ties_them(asked(sheet("bo", kind=kind), dossier=Tied())))
    assert told == [Refusal("independence", "Bo is family of the candidate.", COORDINATOR, TODAY)]


def test_nobody_has_observed_what_did_not_happen() -> None:
    def told(**event: Any) -> list[Refusal]:
        values = {"kind": ActivityKind.WORKSHOP, "state": ActivityState.OPEN, "held_on": TODAY}
        one = sheet("bo", activity=Activity(**{**values, **event}))
        return list(sheets.its_event_was_held(asked(one)))

    planned = "The activity is planned for 2026-05-05 and has not been held yet."
    assert told() == list(sheets.its_event_was_held(asked(sheet("bo", activity=None)))) == []
    assert told(held_on=TODAY + DAY) == [Refusal(None, planned, (), TODAY + DAY)]
    void = Refusal(None, "The activity was declared void.", COORDINATOR)
    assert told(state=ActivityState.VOID, held_on=TODAY + DAY) == [void]


@pytest.mark.parametrize(
    ("state", "held_from", "open_"),
    [
        ("submitted", None, True),
        ("more_practice", None, True),
        ("recommended", None, False),
        ("certified", None, False),
        ("on_hold", "assessment", True),
        ("on_hold", "recommended", False),
        ("on_hold", None, False),
        ("recommended", "assessment", False),
    ],
)
def test_scores_are_corrected_until_the_recommendation(
    state: str, held_from: str | None, open_: bool
) -> None:
    one = sheet("bo")
    case_of(one, state=state, held_from_state=held_from)
    told = list(sheets.not_yet_recommended(asked(one)))
    sentence = "Scores can be corrected only until the candidate is recommended."
    assert told == ([] if open_ else [Refusal(None, sentence)])


def reconciling(one: Assessment, *others: Assessment) -> list[Refusal]:
    case_of(one, *others)
    return list(sheets.two_observers_differ(asked(one, dossier=dossier_of(one))))


def test_two_observers_two_points_apart_reconcile_and_nobody_else() -> None:
    far, near = sheet("xen", scores={"a": 2}), sheet("xen", scores={"a": 3})
    assert reconciling(sheet("ola"), far) == []
    assert reconciling(sheet("ola"), near) == [
        Refusal(None, "The two observers are close enough on every item.")
    ]
    alone = "No second observer of this event has handed in scores."
    for other in (sheet("xen", "declared", scores={"a": 1}), sheet("xen", "void", scores={"a": 1})):
        assert reconciling(sheet("ola"), other) == [Refusal(None, alone, ("expert_trainer",))]
    assert reconciling(sheet("ola", kind=AssessmentKind.SCREENING), far) == [
        Refusal(None, "Only two observers of one event reconcile their scores.")
    ]
    own_first = "Hand in your own sheet first; until then the scores of the others are not shown to you."
    assert reconciling(sheet("ola"), sheet("bo", "assigned")) == [Refusal(None, own_first, ("observer",))]


def test_an_agreement_is_asked_of_the_first_sheet_that_is_too_far() -> None:
    one, near, far = sheet("ola"), sheet("xen", scores={"a": 4}), sheet("fay", scores={"a": 2})
    waiting = sheet("bo", "declared", scores={"a": 1})
    case_of(one, waiting, near, far)
    found = dossier_of(one)
    assert found.to_reconcile == (far, ("a",))
    item = SimpleNamespace(id="a", text="Reached")
    found.__dict__["items"] = (item,)
    missing = {"scores": ["Give the agreed score: Reached (a)"]}
    assert sheets.complete_agreement(asked(one, dossier=found, scores={"a": None})) == missing
    assert sheets.complete_agreement(asked(one, dossier=found, scores={"a": 3})) == {}
    close = dossier_of(near)
    case_of(near)
    assert sheets.complete_agreement(asked(near, dossier=close)) == {}


def test_a_sheet_is_scored_by_the_items_of_its_place() -> None:
    in_class = dossier_of(sheet("ola"))
    visit = dossier_of(sheet("ola", activity=Activity(kind=ActivityKind.VISIT)))
    screening = dossier_of(sheet("ola", kind=AssessmentKind.SCREENING, activity=None))
    assert [
        [one.id for one in found.items] for found in (in_class, visit, screening)
    ] == [
        [one.id for one in EDITION.checklist if "classroom" in one.applies],
        [one.id for one in EDITION.checklist if "visit" in one.applies],
        [one.id for one in EDITION.screening],
    ]  # fmt: skip
    assert in_class.known == visit.known == {one.id for one in EDITION.checklist}
    assert screening.known == {one.id for one in EDITION.screening}
    scores = {one.id: 4 for one in EDITION.checklist}
    assert sheets.complete_scoring(asked(sheet("ola"), dossier=in_class, scores=scores)) == {}
    told = sheets.complete_scoring(asked(sheet("ola"), dossier=in_class, scores={}))
    assert told == assessment_scores.scoring_errors(in_class.items, in_class.known, {"scores": {}})
    assert len(told["scores"]) == len(in_class.items)
