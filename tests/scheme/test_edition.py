"""The shipped edition says what the scheme says, word for word and number for number."""

from datetime import date
from pathlib import Path

import pytest

from certify.scheme.catalogue import shipped
from certify.scheme.documents import in_figures, scheme_page
from certify.scheme.types import Edition
from certify.scheme.words import Act, Impartiality, Relation

IDS = [
    "prerequisite",
    "screening",
    "tot-attendance",
    "tot-test",
    "tot-micro-teaching",
    "toe-start",
    "toe-end",
    "cohort-size",
    "baseline-before-classroom",
    "classroom-days",
    "participants",
    "visits-after-classroom",
    "visits-per-enterprise",
    "visits-span",
    "improvement-projects",
    "cycle-report",
    "self-assessment",
    "observed-classroom",
    "observed-visit",
    "mean-score",
    "critical-items",
    "second-observer",
    "satisfaction",
    "recommendation",
    "independence",
    "delegation",
]
WAIVABLE = [
    "tot-attendance",
    "toe-start",
    "toe-end",
    "cohort-size",
    "classroom-days",
    "participants",
    "visits-span",
    "improvement-projects",
    "cycle-report",
    "satisfaction",
]
RENEWAL = [
    "practice-per-year",
    "refresher",
    "qa-observation",
    "code-of-conduct",
    "no-open-finding",
    "independence",
    "delegation",
]
RELATIONS = """
self                block block    block    block    block block block
family              block block    block    block    block block block
commercial_interest block block    block    block    block block block
employment          block mitigate block    mitigate block block block
facilitated         free  free     mitigate mitigate block free  block
screened            free  free     free     free     block free  block
supervised          free  free     free     free     block block block
observed            free  free     free     free     block block block
recommended         free  free     free     free     block block block
waived              free  free     free     free     block block block
decided             free  free     free     free     free  free  block
"""
NUMBERS = {
    "experience_years": (5, "P"),
    "sme_experience_years": (3, "P"),
    "screening_sheets": (2, "P"),
    "screening_percent": (60, "P"),
    "mandatory_minimum": (3, "P"),
    "reapplication_months": (6, "P"),
    "rejoin_months": (12, "P"),
    "tot_days": (5, "C"),
    "tot_attendance_percent": (90, "P"),
    "tot_test_percent": (70, "P"),
    "micro_teaching_mean": (3.0, "P"),
    "days_span_max": (14, "P"),
    "toe_start_months": (6, "P"),
    "toe_end_months": (12, "P"),
    "cohort_size_min": (4, "C"),
    "cohort_size_max": (5, "C"),
    "enterprise_size_min": (50, "C"),
    "enterprise_size_max": (250, "C"),
    "classroom_days": (2, "C"),
    "participants_managers": (2, "C"),
    "participants_workers": (2, "C"),
    "visits_per_enterprise": (3, "P"),
    "visits_span_days": (21, "P"),
    "visit_confirmation_days": (14, "P"),
    "projects_per_enterprise": (1, "P"),
    "cycle_report_days": (14, "P"),
    "score_min": (1, "C"),
    "score_max": (5, "C"),
    "score_sufficient": (3, "C"),
    "observed_classrooms": (1, "P"),
    "observed_visits": (1, "P"),
    "mean_score": (3.5, "P"),
    "critical_minimum": (3, "P"),
    "reconcile_gap": (2, "P"),
    "satisfaction_score": (4, "P"),
    "satisfaction_percent": (80, "P"),
    "satisfaction_response_percent": (60, "P"),
    "satisfaction_answers": (10, "P"),
    "decision_role": ("master_trainer", "P"),
    "decision_votes": (1, "P"),
    "decision_days": (30, "P"),
    "validity_months": (36, "S"),
    "relation_window_months": (24, "P"),
    "suspension_months": (6, "S"),
    "review_days": (30, "P"),
    "slow_percent": (50, "P"),
    "practice_cycles": (1, "P"),
    "practice_months": (12, "P"),
    "practice_in_force_percent": (50, "P"),
    "qa_observations": (1, "P"),
    "refresher_hours": (8, "P"),
    "code_of_conduct_months": (12, "P"),
    "renewal_window_days": (90, "P"),
    "grace_days": (90, "P"),
    "late_renewal_months": (12, "P"),
    "late_renewal_cycles": (1, "P"),
    "name_change_days": (14, "P"),
    "appeal_days": (30, "P"),
    "appeal_acknowledge_days": (5, "P"),
    "appeal_decide_days": (60, "P"),
    "expert_licence_months": (36, "S"),
    "licence_answer_days": (14, "P"),
    "licence_examination_days": (90, "P"),
    "expert_tots": (1, "S"),
    "expert_cycles": (2, "P"),
    "expert_examination_percent": (70, "P"),
    "small_cell": (5, "P"),
    "followup_months_min": (6, "C"),
    "followup_months_max": (12, "C"),
}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return shipped("score-2026")


def test_the_edition_is_named_and_dated(edition: Edition) -> None:
    assert (edition.name, edition.effective_on, edition.transition_end_on) == (
        "score-2026",
        date(2026, 1, 1),
        None,
    )


def test_there_are_twelve_modules_keyed_by_code(edition: Edition) -> None:
    assert {code: module.name for code, module in edition.modules.items()} == {
        "WPC": "Workplace Cooperation",
        "QUA": "Quality Improvement",
        "REF": "Resource Efficiency",
        "WFM": "Workforce Management",
        "OSH": "Safety & Health at Work",
        "CSH": "COVID-19 Safety & Health at Work",
        "BCP": "COVID-19 Business Continuity Planning",
        "LEA": "Lean Manufacturing",
        "HOC": "Hospitality Coaching",
        "GEN": "Gender Equality",
        "RBU": "Responsible Business",
        "BAS": "SCORE Basics",
    }


def test_workplace_cooperation_or_basics_opens_every_other_module(edition: Edition) -> None:
    entry = {code for code, module in edition.modules.items() if module.prerequisites == ()}
    others = {module.prerequisites for code, module in edition.modules.items() if code not in entry}
    assert (entry, others) == ({"WPC", "BAS"}, {("WPC", "BAS")})


def test_requirements_have_the_ids_and_the_order_of_the_path(edition: Edition) -> None:
    assert list(edition.requirements) == IDS
    assert list(edition.renewal_requirements) == RENEWAL


def test_only_ten_requirements_can_be_waived_and_only_by_a_coordinator(edition: Edition) -> None:
    every = {**edition.requirements, **edition.renewal_requirements}
    assert [name for name, each in every.items() if each.waivable] == WAIVABLE
    assert {name: each.waived_by for name, each in every.items() if each.waived_by} == dict.fromkeys(
        WAIVABLE, ("coordinator",)
    )


def test_the_relations_table_is_the_scheme_s(edition: Edition) -> None:
    rows = [line.split() for line in RELATIONS.strip().splitlines()]
    assert edition.relations == {
        (Relation(row[0]), act): Impartiality(cell)
        for row in rows
        for act, cell in zip(Act, row[1:], strict=True)
    }


def test_every_number_stands_with_its_evidence(edition: Edition) -> None:
    assert {name: (each.value, each.evidence) for name, each in edition.parameters.items()} == NUMBERS
    assert edition.relation_window_months == edition.parameters["relation_window_months"]


def test_twenty_items_of_which_both_places_have_critical_ones(edition: Edition) -> None:
    classroom = [item for item in edition.checklist if "classroom" in item.applies]
    visit = [item for item in edition.checklist if "visit" in item.applies]
    assert (len(edition.checklist), len(classroom), len(visit)) == (20, 14, 14)
    assert [sum(item.critical for item in here) for here in (classroom, visit)] == [6, 6]


def test_both_experience_minimums_are_mandatory_in_screening(edition: Edition) -> None:
    mandatory = {item.id for item in edition.screening if item.mandatory}
    assert {"professional-experience", "sme-experience"} <= mandatory


@pytest.mark.parametrize(
    ("name", "module", "country", "variant", "value"),
    [
        ("cohort_size_max", "HOC", None, None, 6),
        ("cohort_size_max", "HOC", None, "group-programme", 15),
        ("cohort_size_min", "WPC", "IN", "group-programme", 10),
        ("classroom_days", "HOC", None, None, 3),
        ("classroom_days", "GEN", None, None, 1),
        ("classroom_days", "WPC", "ET", "five-modules-in-three-days", 3),
        ("enterprise_size_min", "QUA", "IN", None, 30),
        ("enterprise_size_max", "QUA", "IN", None, 250),
        ("enterprise_size_min", "QUA", "ET", None, 50),
    ],
)
def test_a_variant_a_module_a_country_has_its_own_number(
    edition: Edition, name: str, module: str | None, country: str | None, variant: str | None, value: int
) -> None:
    assert edition.parameter(name, module=module, country=country, variant=variant).value == value


def test_a_changed_number_keeps_the_meaning_and_brings_its_own_source(edition: Edition) -> None:
    base, india = (
        edition.parameters["enterprise_size_min"],
        edition.overlays["IN"].parameters["enterprise_size_min"],
    )
    assert (india.unit, india.text, india.evidence) == (base.unit, base.text, "C")
    assert india.source == "Enterprises of 30 to 250 employees in India"


def test_ethiopia_counts_its_modules_otherwise(edition: Edition) -> None:
    numbers = edition.overlays["ET"].module_numbers
    assert (numbers["M3"], numbers["M4"], numbers["M5"]) == ("LEA", "OSH", "BCP")
    assert edition.overlays["ID"].module_numbers["M3"] == "REF"
    assert {"IN", "ID", "CN", "ET"} <= set(edition.overlays)


def test_the_generated_page_is_up_to_date(edition: Edition) -> None:
    page = Path(__file__).parents[2] / "docs" / "scheme.md"
    assert page.read_text(encoding="utf-8") == scheme_page(edition)


def test_the_page_shows_every_part_of_the_edition(edition: Edition) -> None:
    page = scheme_page(edition)
    ids = [*edition.requirements, *edition.renewal_requirements, *edition.modules, *edition.parameters]
    ids += [item.id for item in (*edition.checklist, *edition.screening)] + [
        *edition.variants,
        *edition.wording,
    ]
    assert [each for each in ids if f"`{each}`" not in page] == []


def test_figures_read_like_speech(edition: Edition) -> None:
    names = ("validity_months", "screening_percent", "projects_per_enterprise", "decision_role")
    assert [in_figures(edition.parameters[name]) for name in names] == [
        "36 months",
        "60 %",
        "1 project",
        "master trainer",
    ]
