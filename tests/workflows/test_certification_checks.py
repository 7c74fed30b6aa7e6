"""Facts that fit their field and not the case: what is told beside the field."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from certify.scheme.words import (
    CertificationState,
)
from certify.workflows import certification_checks as checks
from tests.scheme.good_evidence import TODAY
from tests.workflows.asking import DAY, asked
from tests.workflows.still import AT, StillDossier, case


def test_a_module_and_a_country_are_of_the_scheme_and_of_the_world() -> None:
    thing = case(CertificationState.DRAFT)
    assert checks.module_and_country(asked("create", "ana", thing=thing)) == {}
    thing.module, thing.country = "ZZZ", "ZZ"
    assert checks.module_and_country(asked("create", "ana", thing=thing)) == {
        "module": ["Choose one of the modules of the scheme."],
        "country": ["Choose a country."],
    }


def test_each_reason_cites_a_requirement_of_the_edition() -> None:
    def told(*cited: str | None) -> Any:
        reasons = [{"requirement": one, "reason": "So."} for one in cited]
        return checks.cited_requirements(asked(reasons=reasons))

    assert checks.cited_requirements(asked()) == told("mean-score", "screening") == {}
    none = {"reasons": ["Each reason cites the requirement it rests on."]}
    assert told("mean-score", None) == none
    assert told("mean-score", "height") == {"reasons": ["“height” is no requirement of the scheme."]}


def test_what_is_waived_is_a_requirement() -> None:
    def told(**facts: Any) -> Any:
        return checks.waived_requirement(asked("waive", "olu", **facts))

    assert told(requirement="mean-score") == {}
    assert told(requirement="height") == {"requirement": ["“height” is no requirement of the scheme."]}


def test_whoever_is_named_has_an_account() -> None:
    nobody = "Nobody with an active account fits this entry."
    assert checks.known_person()(asked(person="xen", to="nobody")) == {}
    assert checks.known_person()(asked(person="nobody")) == {"person": [nobody]}
    assert checks.known_person("to")(asked(person="xen", to="nobody")) == {"to": [nobody]}


def test_an_activity_that_is_named_exists() -> None:
    class Nothing(StillDossier):
        def activity(self, activity_id: str) -> Any:
            return None if activity_id == "gone" else activity_id

    assert checks.known_activity(asked(dossier=Nothing(), activity="there")) == {}
    gone = checks.known_activity(asked(dossier=Nothing(), activity="gone"))
    assert gone == {"activity": ["There is no such activity."]}


def test_only_what_belongs_to_the_case_is_excluded() -> None:
    assert checks.excluded_activities(asked()) == {}
    assert checks.excluded_activities(asked(exclude=["workshop", "tot"])) == {}
    assert checks.excluded_activities(asked(exclude=["workshop", "zz"])) == {
        "exclude": ["Choose from the activities of this case."]
    }


def test_days_lie_where_they_belong() -> None:
    assert checks.practice_day(asked(by_on=TODAY + DAY)) == {}
    assert checks.practice_day(asked(by_on=TODAY)) == {"by_on": ["Give the candidate a day in the future."]}
    assert checks.starts_today_or_later(asked(effective_on=TODAY)) == {}
    assert checks.starts_today_or_later(asked(effective_on=TODAY - DAY)) == {
        "effective_on": ["A certificate starts today or later."]
    }
    late = replace(asked(effective_on=TODAY), at=AT + timedelta(hours=14))  # 20:00 UTC
    east = replace(StillDossier().delegations[0], zone="Asia/Ho_Chi_Minh")
    there = replace(late, dossier=StillDossier(delegations=(east,)))
    assert checks.starts_today_or_later(there) == {
        "effective_on": [f"A certificate starts today or later; where it is issued, today is {TODAY + DAY}."]
    }
    west = replace(StillDossier().delegations[0], zone="America/Bogota")
    early = replace(asked(effective_on=TODAY - DAY), at=AT - timedelta(hours=2))  # 23:00 there
    assert checks.starts_today_or_later(replace(early, dossier=StillDossier(delegations=(west,)))) == {}
    assert checks.recognised_dates(asked(valid_from=TODAY, valid_until=TODAY)) == {}
    assert checks.recognised_dates(asked(valid_from=TODAY, valid_until=TODAY - DAY)) == {
        "valid_until": ["The end lies before the start."]
    }


def test_a_self_assessment_scores_items_of_the_checklist() -> None:
    assert checks.checklist_items(asked(self_assessment={"objectives-met": 3})) == {}
    given = {"height": 3, "objectives-met": 3, "weight": 1}
    assert checks.checklist_items(asked(self_assessment=given)) == {
        "self_assessment": ["“height” is no item of the checklist.", "“weight” is no item of the checklist."]
    }
