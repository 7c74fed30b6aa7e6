"""The predicates of the table one by one, on things that hold no more than what each of them asks for."""

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

import pytest

from certify.policy import PREDICATES, Actor, Grant, fits, may
from certify.policy.activities import of_its_cohorts, of_kind
from certify.policy.scope import holds_role
from certify.scheme.words import AssessmentKind, AssessmentState, CertificationState, RoleName

BEFORE, ON, AFTER = date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 2)
NOBODY, KIM = Actor("", ""), Actor("kim", "Kim")


def actor(role: RoleName | None = None, **scope: Any) -> Actor:
    """Bo, with one role if any, for any module of any country unless said."""
    given = {"module": None, "country": None, "from_on": BEFORE, "until_on": AFTER, **scope}
    return Actor("bo", "Bo", (Grant(role, **given),) if role else ())


def case(**more: Any) -> Thing:
    """A certification of Ana's with nobody else in it."""
    given: dict[str, Any] = {
        "holder_id": "ana", "supervisor_id": None, "module": "WPC", "country": "VN", "observer_ids": (),
        "screener_ids": (), "facilitator_ids": (), "nominating_organisation_id": None,
        "nominated_by_id": None, "nomination_confirmed_at": None, "state": CertificationState.ASSESSMENT,
        "holder": Thing(affiliations=()), "assessments": (),
    }  # fmt: skip
    return Thing(**{**given, **more})


def activity(kind: str = "visit", **more: Any) -> Thing:
    """Something that happened in a cohort of WPC in Viet Nam, or nothing's yet."""
    given: dict[str, Any] = {
        "kind": kind, "held_on": ON, "people": (), "roster": (), "assessments": (), "cohort": None,
        "module": "WPC", "country": "VN", "enterprise_id": None, "certification": None,
    }  # fmt: skip
    return Thing(**{**given, **more})


def cohort(**more: Any) -> Thing:
    """A cohort of WPC in Viet Nam."""
    given: dict[str, Any] = {
        "trainers": (), "supervisor_id": None, "organisation_id": None, "module": "WPC", "country": "VN",
    }  # fmt: skip
    return Thing(**{**given, **more})


def holds(name: str, who: Actor, thing: Any, on: date = ON) -> bool:
    return PREDICATES[name].holds(who, thing, on)


@pytest.mark.parametrize(
    ("scope", "on", "covers"),
    [
        ({}, ON, True),
        ({}, BEFORE, True),
        ({}, AFTER, True),
        ({}, date(2026, 5, 30), False),
        ({}, date(2026, 6, 3), False),
        ({"until_on": None}, date(2036, 1, 1), True),
        ({"module": "WPC", "country": "VN"}, ON, True),
        ({"module": "QUA"}, ON, False),
        ({"country": "KE"}, ON, False),
    ],
)
@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("coordinates", RoleName.COORDINATOR),
        ("expert_trainer", RoleName.EXPERT_TRAINER),
        ("master_trainer", RoleName.MASTER_TRAINER),
        ("qa_reviewer", RoleName.QA_REVIEWER),
        ("scheme_owner", RoleName.SCHEME_OWNER),
        ("auditor", RoleName.AUDITOR),
        ("administrator", RoleName.ADMINISTRATOR),
        ("provider", RoleName.PROVIDER),
    ],
)
def test_a_role_holds_where_and_while_it_was_given(
    name: str, role: RoleName, scope: dict[str, Any], on: date, covers: bool
) -> None:
    who = actor(role, **scope)
    assert holds(name, who, case(), on) is covers
    assert holds(name, who, Thing(certification=case()), on) is covers
    assert holds(name, who, Thing(certification=None, activity=activity()), on) is covers
    others = [one for one in RoleName if one is not role]
    assert not any(holds(name, actor(one), case()) for one in others)


def test_a_role_without_a_thing_holds_if_it_is_in_force_anywhere() -> None:
    assert holds("coordinates", actor(RoleName.COORDINATOR, country="KE"), None)
    assert not holds("coordinates", actor(RoleName.COORDINATOR), Thing())  # belongs nowhere: nobody's


@pytest.mark.parametrize(
    ("name", "thing", "own"),
    [
        ("holder", case(holder_id="bo"), True),
        ("holder", case(), False),
        ("holder", Thing(certification=case(holder_id="bo")), True),
        ("holder", Thing(), False),
        ("assigned_supervisor", case(supervisor_id="bo"), True),
        ("assigned_supervisor", case(supervisor_id="bea"), False),
        ("assigned_supervisor", Thing(), False),
        ("observer", case(observer_ids=("bo",)), True),
        ("observer", case(screener_ids=("bo",)), False),
        ("observer", Thing(), False),
        ("screener", case(screener_ids=("bo",)), True),
        ("screener", case(observer_ids=("bo",)), False),
        ("screener", Thing(), False),
        ("named_facilitator", case(facilitator_ids=("bo",)), True),
        ("named_facilitator", case(), False),
        ("named_facilitator", activity("tot_event", people=(Thing(person_id="bo"),)), True),
        ("named_facilitator", activity("tot_event", people=(Thing(person_id="bea"),)), False),
        ("named_facilitator", activity("workshop", people=(Thing(person_id="bo"),)), False),
        ("named_facilitator", Thing(), False),
        ("named_facilitator", activity("refresher", certification=case(facilitator_ids=("bo",))), False),
        ("assessor", Thing(), False),
        ("named_assessor", Thing(assessor_id="bo"), True),
        ("named_assessor", Thing(assessor_id="bea"), False),
        ("named_assessor", Thing(), False),
        ("on_roster", activity(roster=(Thing(certification=case(holder_id="bo")),)), True),
        ("on_roster", activity(roster=(Thing(certification=case()),)), False),
        ("on_roster", Thing(), False),
        ("observes_it", activity(assessments=(Thing(assessor_id="bo", state="declared"),)), True),
        ("observes_it", activity(assessments=(Thing(assessor_id="bo", state="void"),)), False),
        ("observes_it", activity(assessments=(Thing(assessor_id="bea", state="declared"),)), False),
        ("observes_it", Thing(), False),
        ("cohort_trainer", cohort(trainers=(Thing(id="bo"),)), True),
        ("cohort_trainer", cohort(trainers=(Thing(id="ana"),)), False),
        ("cohort_trainer", activity(cohort=cohort(trainers=(Thing(id="bo"),))), True),
        ("cohort_trainer", Thing(), False),
        ("cohort_trainer", Thing(activity=activity(cohort=cohort(trainers=(Thing(id="bo"),)))), True),
        ("on_roster", Thing(people=(), activity=None), False),
        ("enterprise_trainer", Thing(cohorts=(cohort(), cohort(trainers=(Thing(id="bo"),)))), True),
        ("enterprise_trainer", Thing(cohorts=(cohort(),)), False),
        ("themself", Thing(id="bo"), True),
        ("themself", Thing(person_id="bo", id="a role"), True),
        ("themself", Thing(person_id="ana", id="bo"), False),
        ("themself", Thing(id="ana"), False),
        ("themself", Thing(), False),
        ("themself", None, False),
        ("made_it", Thing(created_by_id="bo"), True),
        ("made_it", Thing(created_by_id="ana"), False),
        ("made_it", Thing(), False),
        ("made_it", None, False),
        ("conduct_signer", Thing(kind="code_of_conduct", certification=case(holder_id="bo")), True),
        ("conduct_signer", Thing(kind="code_of_conduct", certification=case()), False),
        ("conduct_signer", Thing(kind="refresher", certification=case(holder_id="bo")), False),
    ],
)
def test_a_part_in_something_is_ones_own(name: str, thing: Any, own: bool) -> None:
    assert holds(name, actor(), thing) is own


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("case_supervisor", case(supervisor_id="bo")),
        ("tot_facilitator", activity("tot_event", people=(Thing(person_id="bo", position=1),))),
        ("tot_lead", activity("tot_event", people=(Thing(person_id="bo", position=0),))),
        ("cohort_supervisor", cohort(supervisor_id="bo")),
        ("cohort_supervisor", activity(cohort=cohort(supervisor_id="bo"))),
        ("enterprise_supervisor", Thing(cohorts=(cohort(supervisor_id="bo"),))),
        ("assessor", Thing(assessor_id="bo", kind="observation", certification=case())),
        ("practice_asker", case(supervisor_id="bo")),
        ("practice_asker", case(supervisor_id="bo", state=CertificationState.CERTIFIED)),
    ],
)
def test_who_is_named_acts_only_with_an_active_status_for_it(name: str, thing: Any) -> None:
    assert holds(name, actor(RoleName.EXPERT_TRAINER, module="WPC", country="VN"), thing)
    assert not holds(name, actor(), thing)
    assert not holds(name, actor(RoleName.EXPERT_TRAINER, module="QUA"), thing)
    assert not holds(name, actor(RoleName.EXPERT_TRAINER), thing, date(2026, 6, 3))
    somebody_else = Actor("tuan", "Tuấn", actor(RoleName.EXPERT_TRAINER).grants)
    assert not holds(name, somebody_else, thing)


def test_a_screener_fills_in_a_sheet_without_being_an_expert_trainer() -> None:
    sheet = Thing(assessor_id="bo", kind="screening", certification=case())
    assert holds("assessor", actor(), sheet)
    assert not holds("assessor", KIM, sheet)


def test_the_lead_is_the_first_of_the_facilitators() -> None:
    expert = actor(RoleName.EXPERT_TRAINER)
    people = (Thing(person_id="bo", position=1), Thing(person_id="bea", position=0))
    assert not holds("tot_lead", expert, activity("tot_event", people=people))
    assert not holds("tot_lead", expert, activity("tot_event"))
    assert not holds("tot_lead", expert, activity("workshop", people=people[:1]))
    assert not holds("tot_lead", expert, Thing())


@pytest.mark.parametrize(
    ("state", "expert", "master"),
    [
        (CertificationState.ASSESSMENT, True, False),
        (CertificationState.RECOMMENDED, False, True),
        (CertificationState.MORE_PRACTICE, True, True),
    ],
)
def test_more_practice_is_asked_for_by_whoever_has_the_file(
    state: CertificationState, expert: bool, master: bool
) -> None:
    thing = case(supervisor_id="bo", state=state)
    assert holds("practice_asker", actor(RoleName.EXPERT_TRAINER), thing) is expert
    assert holds("practice_asker", actor(RoleName.MASTER_TRAINER), thing) is master
    assert not holds("practice_asker", actor(RoleName.MASTER_TRAINER, module="QUA"), thing)


def test_observers_of_one_event_see_each_other_once_both_are_in() -> None:
    both = AssessmentState.SUBMITTED, AssessmentState.RECONCILED
    for mine in AssessmentState:
        for theirs in AssessmentState:
            for kind in AssessmentKind:
                sheets = [
                    Thing(assessor_id=who, kind=kind, state=state, activity_id="workshop")
                    for who, state in (("bo", mine), ("bea", theirs))
                ]
                sheets[1].certification = Thing(assessments=sheets)
                seen = kind is AssessmentKind.OBSERVATION and mine in both and theirs in both
                assert holds("fellow_observer", actor(), sheets[1]) is seen


def test_an_observer_of_another_event_or_a_panel_member_is_no_fellow() -> None:
    theirs = Thing(assessor_id="bea", kind="observation", state="submitted", activity_id="workshop")
    for mine in (
        Thing(assessor_id="bo", kind="observation", state="submitted", activity_id="visit"),
        Thing(assessor_id="bo", kind="screening", state="submitted", activity_id="workshop"),
        Thing(assessor_id="tuan", kind="observation", state="submitted", activity_id="workshop"),
    ):
        theirs.certification = Thing(assessments=[mine, theirs])
        assert not holds("fellow_observer", actor(), theirs)


def provider(**scope: Any) -> Actor:
    """Bo acts for the provider of the Red River."""
    return actor(RoleName.PROVIDER, **{"organisation": "red river", **scope})


def test_a_provider_sees_whom_it_nominated_or_employs() -> None:
    def works(organisation: str, **days: Any) -> Thing:
        tie = Thing(**{"organisation_id": organisation, "from_on": BEFORE, "until_on": AFTER, **days})
        return case(holder=Thing(affiliations=(tie,)))

    nominated = case(nominating_organisation_id="red river")
    assert holds("own_provider", provider(), nominated)
    assert holds("nominator", provider(), nominated)
    assert not holds("nominator", provider(), works("red river"))
    assert holds("own_provider", provider(), works("red river"))
    assert holds("own_provider", provider(), works("red river", from_on=ON))
    assert holds("own_provider", provider(), works("red river", until_on=ON))
    assert holds("own_provider", provider(), works("red river", until_on=None))
    assert not holds("own_provider", provider(), works("red river", from_on=AFTER))
    assert not holds("own_provider", provider(), works("red river", until_on=BEFORE))
    assert not holds("own_provider", provider(), works("another"))
    assert not holds("own_provider", provider(module="QUA"), works("red river"))
    assert not holds("nominator", provider(), Thing())
    assert not holds("own_provider", provider(module="QUA"), nominated)
    assert not holds("own_provider", provider(country="KE"), nominated)
    assert not holds("nominator", provider(module="QUA"), nominated)
    assert not holds("nominator", provider(country="KE"), nominated)
    assert not holds("own_provider", provider(), Thing())
    assert not holds("own_provider", actor(), nominated)
    assert not holds("nominator", actor(), case())
    assert not holds("own_provider", provider(organisation=None), case())


def test_a_nomination_is_seen_once_the_person_confirmed_it() -> None:
    nominated = {"nominating_organisation_id": "red river", "nominated_by_id": "sami"}
    draft = CertificationState.DRAFT
    assert not holds("own_provider", provider(), case(state=draft, **nominated))
    assert holds("own_provider", provider(), case(state=draft, nomination_confirmed_at=ON, **nominated))
    assert holds("own_provider", provider(), case(state=CertificationState.SUBMITTED, **nominated))
    own = {"nominating_organisation_id": "red river"}
    assert holds("own_provider", provider(), case(state=draft, **own))


def test_a_cohort_is_its_providers() -> None:
    thing = cohort(organisation_id="red river")
    assert holds("cohorts_provider", provider(), thing)
    assert holds("cohorts_provider", provider(), activity(cohort=thing))
    assert holds("enterprise_provider", provider(), Thing(cohorts=(thing,)))
    assert not holds("cohorts_provider", provider(module="QUA"), thing)
    assert not holds("cohorts_provider", provider(country="KE"), thing)
    assert not holds("cohorts_provider", provider(), cohort(organisation_id="another"))
    assert not holds("cohorts_provider", provider(), cohort())
    assert not holds("cohorts_provider", provider(), Thing())
    assert not holds("cohorts_provider", provider(), thing, date(2026, 6, 3))


def test_the_organisations_of_an_actor_are_those_of_grants_as_provider() -> None:
    assert provider(until_on=BEFORE).organisations == {"red river"}
    assert provider(organisation=None).organisations == frozenset()
    assert actor(RoleName.COORDINATOR, organisation="red river").organisations == frozenset()
    coordinator = actor(RoleName.COORDINATOR, organisation="red river")
    assert coordinator.provides_for(on=ON) == frozenset()


def test_a_contact_answers_for_one_enterprise() -> None:
    eka = Actor("eka", "Eka", contact_of=frozenset({"loom"}))
    assert holds("enterprise_contact", eka, activity(enterprise_id="loom"))
    assert holds("enterprise_contact", eka, Thing(id="loom", contacts=()))
    assert not holds("enterprise_contact", eka, Thing(id="loom"))
    assert not holds("enterprise_contact", eka, activity(enterprise_id="mill"))
    assert not holds("enterprise_contact", eka, activity())
    assert holds("visited_contact", eka, activity("visit", enterprise_id="loom"))
    assert not holds("visited_contact", eka, activity("baseline", enterprise_id="loom"))


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("tot_coordinator", "tot_event", RoleName.COORDINATOR),
        ("refresher_reviewer", "refresher", RoleName.QA_REVIEWER),
    ],
)
def test_a_kind_of_activity_has_its_own_role(name: str, kind: str, role: RoleName) -> None:
    assert holds(name, actor(role), activity(kind))
    assert not holds(name, actor(), activity(kind))
    assert not holds(name, actor(role), activity("baseline"))


def test_the_coordinator_stands_in_where_nobody_supervises() -> None:
    olu = actor(RoleName.COORDINATOR)
    assert holds("unsupervised_cohort_coordinator", olu, activity(cohort=cohort()))
    assert not holds("unsupervised_cohort_coordinator", olu, activity(cohort=cohort(supervisor_id="bea")))
    assert not holds("unsupervised_cohort_coordinator", olu, activity())
    assert not holds("unsupervised_cohort_coordinator", actor(), activity(cohort=cohort()))
    kenyan = actor(RoleName.COORDINATOR, country="KE")
    assert not holds("unsupervised_cohort_coordinator", kenyan, activity(cohort=cohort()))


def test_who_delivers_and_who_has_a_case_and_who_is_anybody() -> None:
    delivering = {RoleName.COORDINATOR, RoleName.PROVIDER, RoleName.EXPERT_TRAINER}
    assert {role for role in RoleName if holds("delivers", actor(role), None)} == delivering
    assert not holds("delivers", actor(RoleName.PROVIDER), None, date(2026, 6, 3))
    assert holds("delivers", Actor("ana", "Ana", on_path=True), None)
    assert not holds("delivers", KIM, None)
    assert holds("case_holder", Actor("ana", "Ana", has_case=True), None)
    assert not holds("case_holder", KIM, None)
    assert holds("signed_in", KIM, None)
    assert not holds("signed_in", NOBODY, None)
    assert holds("the_clock", Actor("", "Certify", is_clock=True), None)
    assert not holds("the_clock", KIM, None)


def test_a_right_is_made_of_a_role_a_kind_or_the_cohorts() -> None:
    """The same three makers that the table was made with, once more and by hand."""
    trains = holds_role(RoleName.EXPERT_TRAINER)
    here = actor(RoleName.EXPERT_TRAINER, module="WPC", country="VN")
    assert trains(here, case(), ON)
    assert trains(here, None, ON)
    assert not trains(here, case(), date(2026, 6, 3))
    assert not trains(here, case(module="QUA"), ON)
    assert not trains(here, case(country="KE"), ON)
    assert not trains(here, Thing(), ON)
    assert not trains(actor(RoleName.AUDITOR), case(), ON)
    assert trains(here, Thing(country="VN"), ON)  # an enterprise has no module: any will do
    assert trains(here, Thing(certification=Thing(module="WPC")), ON)
    visits = of_kind("visit", trains)
    assert visits(here, activity("visit"), ON)
    assert not visits(here, activity("workshop"), ON)
    assert not visits(here, activity("visit", country="KE"), ON)
    assert not visits(here, activity("visit"), date(2026, 6, 3))
    assert not visits(actor(), activity("visit"), ON)
    among = of_its_cohorts(trains)
    assert among(here, Thing(cohorts=(cohort(country="KE"), cohort())), ON)
    assert not among(here, Thing(cohorts=(cohort(country="KE"),)), ON)
    assert not among(here, Thing(cohorts=(cohort(),)), date(2026, 6, 3))
    assert not among(actor(), Thing(cohorts=(cohort(),)), ON)


def test_an_employer_knows_the_people_who_work_for_it() -> None:
    assert holds("employer", provider(), None)
    assert not holds("employer", actor(), None)
    assert not holds("employer", provider(), None, date(2026, 6, 3))
    tie = {"organisation_id": "red river", "from_on": BEFORE, "until_on": ON}
    staff = Thing(affiliations=(Thing(**tie),))
    assert holds("employer", provider(), staff)
    assert not holds("employer", provider(), staff, AFTER)
    assert not holds("employer", provider(organisation="another"), staff)
    assert not holds("employer", provider(), Thing(affiliations=()))


def test_any_one_predicate_of_an_action_suffices() -> None:
    assert fits(KIM, ("administrator", "signed_in"), None, ON)
    assert not fits(KIM, ("administrator", "auditor"), None, ON)
    sol = actor(RoleName.SCHEME_OWNER, country="VN")
    for day, country, held in ((ON, "VN", True), (date(2026, 6, 3), "VN", False), (ON, "KE", False)):
        assert fits(sol, ("scheme_owner",), Thing(country=country), day) is held
        assert may(sol, "issuer.manage", Thing(country=country), day) is held
    assert may(KIM, "issuer.see", None, ON)
    assert not may(KIM, "issuer.manage", None, ON)
    with pytest.raises(KeyError):
        may(KIM, "certificate.forge", None, ON)
