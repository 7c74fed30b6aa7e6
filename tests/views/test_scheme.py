"""The scheme in plain words: everything comes from the edition in force, module by module."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from certify.models import db
from certify.models.store import write_tx
from certify.presentation.scheme import figure
from certify.scheme.catalogue import EDITIONS, load_edition, shipped
from certify.scheme.types import Edition
from certify.workflows.editions import publish
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.views.test_public import words

CHANGES = (
    ('name = "score-2026"', 'name = "score-changed"'),
    ("effective_on = 2026-01-01", "effective_on = 2026-05-15"),
    ("validity_months = { value = 36", "validity_months = { value = 41"),
    ("mean_score = { value = 3.5", "mean_score = { value = 3.7"),
    ("cohort_size_max = { value = 6", "cohort_size_max = { value = 9"),
    ("enterprise_size_min = { value = 30", "enterprise_size_min = { value = 17"),
    ('name = "Gender Equality"', 'name = "Equality at Work"'),
    ("Came prepared: room", "Came well prepared: room"),
    ("tot_days = { value = 5", "tot_days = { value = 1"),
)


@pytest.fixture
def changed(world: World, tmp_path: Path) -> Edition:
    """A copy of the shipped edition with other numbers and words, in force since 15 May."""
    text = (EDITIONS / "score-2026.toml").read_text(encoding="utf-8")
    for before, after in CHANGES:
        assert text.count(before) >= 1, before
        text = text.replace(before, after)
    path = tmp_path / "changed.toml"
    path.write_text(text, encoding="utf-8")
    edition = load_edition(path)
    with write_tx() as session:
        publish(session, edition, datetime(2026, 5, 1, tzinfo=UTC))
    return edition


def test_the_scheme_page_says_every_requirement_with_its_numbers(client: StrictClient, world: World) -> None:
    edition = shipped("score-2026")
    page = client.get("/scheme").text
    missing = [each for each in edition.requirements if f'id="{each}"' not in page]
    missing += [each for each in edition.modules if f"({each})" not in page]
    assert missing == []
    assert "36 months" in page


def test_the_scheme_page_holds_the_whole_edition(client: StrictClient, world: World) -> None:
    edition, page = shipped("score-2026"), words(client.get("/scheme").text)
    for parameter in edition.parameters.values():
        assert f"{parameter.text} {figure(parameter)} {parameter.evidence} {parameter.source}" in page
    told = [
        *edition.checklist,
        *edition.screening,
        *edition.requirements.values(),
        *edition.variants.values(),
    ]
    assert [each.id for each in told if each.text not in page] == []


def test_critical_and_mandatory_items_are_marked(client: StrictClient, world: World) -> None:
    edition, page = shipped("score-2026"), client.get("/scheme").text
    assert page.count(">Critical<") == sum(item.critical for item in edition.checklist)
    assert page.count(">Mandatory<") == sum(item.mandatory for item in edition.screening)


def test_a_changed_edition_changes_the_pages(client: StrictClient, changed: Edition) -> None:
    page = words(client.get("/scheme").text)
    for told in (
        "Validity of a certification 41 months",
        "Mean of the observations, at least 3.7 points",
        "Equality at Work (GEN)",
        "Came well prepared",
        "17 employees",
        "1 day C",
    ):
        assert told in page, told
    assert "36 months P" not in page.partition("Expert Trainer's licence")[0]
    assert "at most 9 enterprises" in words(client.get("/scheme/modules/HOC").text)
    assert "Usually 1 day in the training of trainers" in words(client.get("/become-a-trainer").text)
    assert "full cycle of the certification (41 months)" in words(client.get("/privacy").text)


def test_an_edition_is_told_from_the_day_on_which_it_takes_effect(
    client: StrictClient, changed: Edition, turn: Turn
) -> None:
    turn("2026-05-14")
    assert "Mean of the observations, at least 3.5 points" in words(client.get("/scheme").text)
    turn("2026-05-15")
    assert "Mean of the observations, at least 3.7 points" in words(client.get("/scheme").text)


def test_an_earlier_edition_can_still_be_read_and_says_that_it_is_not_in_force(
    client: StrictClient, changed: Edition
) -> None:
    earlier = words(client.get("/scheme/editions/score-2026").text)
    assert "This edition is not the one in force." in earlier
    assert "Validity of a certification 36 months" in earlier
    assert "not the one in force" not in client.get("/scheme/editions/score-changed").text
    assert client.get("/scheme/editions/score-1999").status_code == 404


@pytest.mark.parametrize("code", shipped("score-2026").modules)
def test_every_module_has_its_page_with_all_requirements(
    client: StrictClient, world: World, code: str
) -> None:
    edition, page = shipped("score-2026"), client.get(f"/scheme/modules/{code}")
    assert page.status_code == 200
    asked = {**edition.requirements, **edition.renewal_requirements}
    assert [each for each in asked if f'id="{each}"' not in page.text] == []
    text = words(page.text)
    for parameter in edition.modules[code].parameters.values():
        assert f"{parameter.text} {figure(parameter)}" in text
    assert [alias for alias in edition.modules[code].aliases if alias not in text] == []


def test_a_module_says_what_comes_first_and_what_it_opens(client: StrictClient, world: World) -> None:
    quality, cooperation = (words(client.get(f"/scheme/modules/{code}").text) for code in ("QUA", "WPC"))
    assert "What comes first Workplace Cooperation (WPC) or SCORE Basics (BAS)" in quality
    assert "What comes first Nothing: this is an entry module" in cooperation
    assert "Opens Quality Improvement (QUA), Resource Efficiency (REF)" in cooperation


def test_a_module_says_where_it_differs_from_the_others(client: StrictClient, world: World) -> None:
    text = words(client.get("/scheme/modules/HOC").text)
    assert "Enterprises in a cohort, at most 6 enterprises in general 5 enterprises C" in text
    assert "Who certifies it No issuing body is delegated at the moment." in text
    assert "Who certifies it Vietnam · SCORE Việt Nam" in words(client.get("/scheme/modules/WPC").text)


def test_a_country_that_differs_is_told_with_the_number_elsewhere(client: StrictClient, world: World) -> None:
    told = "India Size of an enterprise, at least 30 employees in general 50 employees C"
    assert told in words(client.get("/scheme").text)
    assert told in words(client.get("/scheme/modules/WPC").text)


@pytest.mark.parametrize(
    ("called", "code"),
    [
        ("wpc", "WPC"),
        ("Quality Improvement", "QUA"),
        ("quality management", "QUA"),
        ("Clean-Production", "REF"),
        ("hoco", "HOC"),
        ("Module 4", "WFM"),
        ("Safety and Health at Work - A Platform for Productivity", "OSH"),
    ],
)
def test_a_module_is_found_by_what_it_was_called(
    client: StrictClient, world: World, called: str, code: str
) -> None:
    answer = client.get(f"/scheme/modules/{called}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/scheme/modules/{code}")


@pytest.mark.parametrize("called", ["XYZ", "module", "M3", "%20", "é" * 200, "WPC%00"])
def test_a_module_that_does_not_exist_is_not_found(client: StrictClient, world: World, called: str) -> None:
    assert client.get(f"/scheme/modules/{called}").status_code == 404


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("production", ["REF"]),
        ("M3", ["REF", "LEA"]),
        ("module 3", ["REF", "LEA"]),
        ("HEALTH", ["OSH", "CSH"]),
        ("lean", ["LEA"]),
        ("zzz", []),
        ("", list(shipped("score-2026").modules)),
        ("!!", list(shipped("score-2026").modules)),
    ],
)
def test_modules_are_found_by_any_name_and_by_the_numbers_of_countries(
    client: StrictClient, world: World, text: str, codes: list[str]
) -> None:
    page = client.get("/scheme/modules", query_string={"q": text}).text
    assert re.findall(r'href="/scheme/modules/(\w+)"', page) == codes
    if not codes:
        assert "No module is called “zzz”" in page


def test_a_number_is_told_with_the_countries_that_use_it(client: StrictClient, world: World) -> None:
    page = words(client.get("/scheme/modules?q=M3").text)
    assert "M3 in Ethiopia" in page.partition("Lean Manufacturing")[2]


def test_before_an_edition_is_published_the_pages_say_so(client: StrictClient) -> None:
    assert "The scheme owner has not published an edition yet." in client.get("/scheme").text
    assert client.get("/scheme/modules").status_code == 404
    assert client.get("/scheme/modules/WPC").status_code == 404


def test_a_page_of_the_scheme_asks_the_database_a_few_questions(client: StrictClient, world: World) -> None:
    client.get("/scheme/modules/WPC")
    seen: list[str] = []
    note = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    client.get("/scheme/modules/WPC")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) <= 5, seen


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mean_score", "3.5 points"),
        ("observed_visits", "1 visit"),
        ("visits_per_enterprise", "3 visits"),
        ("tot_attendance_percent", "90 % of the hours"),
        ("decision_role", "Master Trainer"),
    ],
)
def test_a_figure_reads_as_people_write_it(name: str, told: str) -> None:
    assert figure(shipped("score-2026").parameters[name]) == told
