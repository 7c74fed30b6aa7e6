"""Doing one thing to several activities: each succeeds or fails for itself, and failures are named."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from certify.models import Activity, Cohort, db
from certify.models.store import write_tx
from certify.presentation import day
from certify.queries.paging import PAGE
from certify.queries.to_confirm import title_of
from certify.scheme.words import ActivityKind
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import BASELINE_ON, REPORT_ON, Player, at
from tests.views.sending import fields_on
from tests.views.test_certifications import text_of
from tests.views.test_moves import hidden

ClientOf = Callable[[Member], StrictClient]


@pytest.fixture
def waiting(delivered: Player, world: World, turn: Turn) -> list[str]:
    """Three projects of Ana's cohort, submitted to Bo."""
    ids = []
    for one in world.enterprises[:3]:
        with write_tx() as session:
            made = create_activity(
                session, world.actor(session, world.ana, REPORT_ON), at(REPORT_ON),
                kind=ActivityKind.IMPROVEMENT_PROJECT, cohort=session.get_one(Cohort, delivered.cohort),
                fields={
                    "held_on": REPORT_ON.isoformat(), "enterprise": one, "problem": "Rework", "action": "5S",
                    "before": "9", "after": "5", "sustained": True,
                },
            )  # fmt: skip
            ids.append(made.id)
        delivered.do(ids[-1], "submit", world.ana, REPORT_ON)
    turn(REPORT_ON)
    return ids


def states(ids: list[str]) -> list[str]:
    db.session.rollback()
    return [str(db.session.get_one(Activity, id).state) for id in ids]


def confirm(client: StrictClient, ids: list[str], **fields: str):  # type: ignore[no-untyped-def]
    data = {**hidden(client.get("/to-confirm").text), "activities": ids, **fields}
    return client.post("/to-confirm", data=data)


def test_several_are_confirmed_at_once(waiting: list[str], world: World, client_of: ClientOf) -> None:
    bo = client_of(world.bo)
    answer = confirm(bo, waiting[:2])
    assert (answer.status_code, answer.location) == (303, "/to-confirm")
    assert states(waiting) == ["confirmed", "confirmed", "submitted"]
    assert "2 activities confirmed." in bo.get("/to-confirm").text


def test_one_that_cannot_be_confirmed_is_named_and_the_others_are(
    waiting: list[str], world: World, client_of: ClientOf, delivered: Player
) -> None:
    bo = client_of(world.bo)
    page = hidden(bo.get("/to-confirm").text)
    delivered.do(waiting[1], "void", world.bo, REPORT_ON, reason="Entered twice.")
    answer = bo.post("/to-confirm", data={**page, "activities": waiting})
    assert answer.status_code == 409
    assert states(waiting) == ["confirmed", "void", "confirmed"]
    said = text_of(answer.text)
    assert "2 of 3 were confirmed" in said
    assert (said.count("Settled meanwhile"), said.count("Not confirmed")) == (1, 0)
    assert "still ticked" not in said
    assert "Nothing else waits for your confirmation." in said


def test_what_waits_no_longer_is_named_with_who_settled_it(
    waiting: list[str], world: World, client_of: ClientOf, delivered: Player
) -> None:
    bo = client_of(world.bo)
    page = hidden(bo.get("/to-confirm").text)
    delivered.do(waiting[0], "confirm", world.bo, REPORT_ON)
    delivered.do(waiting[1], "return", world.bo, REPORT_ON, reason="Which line?")
    answer = bo.post("/to-confirm", data={**page, "activities": waiting})
    assert answer.status_code == 409
    said = text_of(answer.text)
    told = f"on {day(REPORT_ON)}."
    assert (f"You confirmed it {told}" in said, f"You sent it back {told}" in said) == (True, True)
    assert "An activity that waits no longer" not in said
    assert said.count(title_of(db.session.get_one(Activity, waiting[0]))) == 1
    assert states(waiting) == ["confirmed", "returned", "confirmed"]


def test_all_are_named_before_they_are_confirmed_and_nobody_is_asked_why(
    waiting: list[str], world: World, client_of: ClientOf
) -> None:
    page = client_of(world.bo).get("/to-confirm?all=1").text
    assert [f'<a href="/activities/{id}">' in page for id in waiting] == [True, True, True]
    assert "recorded by Ana Trần" in page
    assert "reason" not in fields_on(page, "/to-confirm")


def test_nothing_ticked_is_asked_for(waiting: list[str], world: World, client_of: ClientOf) -> None:
    answer = confirm(client_of(world.bo), [])
    assert answer.status_code == 422
    assert "Fill in: Activities." in answer.text


def test_what_is_not_mine_is_not_confirmed(waiting: list[str], world: World, client_of: ClientOf) -> None:
    for member in (world.ana, world.tuan, world.kim):
        client = client_of(member)
        assert "Nothing waits for your confirmation" in client.get("/to-confirm").text
        answer = client.post(
            "/to-confirm", data={"csrf_token": client.token("/account"), "activities": waiting}
        )
        assert answer.status_code == 409
        assert "This is not yours to confirm, or waits no longer." in answer.text
    assert states(waiting) == ["submitted"] * 3


def test_each_failure_is_told_in_its_row_and_stays_ticked(
    waiting: list[str], world: World, client_of: ClientOf, delivered: Player, turn: Turn
) -> None:
    """A supervisor confirms a visit with a reason only: the project beside it is confirmed all the same."""
    with write_tx() as session:
        visit = create_activity(
            session, world.actor(session, world.ana, REPORT_ON), at(REPORT_ON), kind=ActivityKind.VISIT,
            cohort=session.get_one(Cohort, delivered.cohort),
            fields={
                "held_on": REPORT_ON.isoformat(), "enterprise": world.enterprises[0],
                "purpose": "consultation", "trainers": [world.ana.id],
                "people_met": "The manager", "report": "As planned",
            },
        ).id  # fmt: skip
    delivered.do(visit, "submit", world.ana, REPORT_ON)
    turn(REPORT_ON + timedelta(15))
    bo = client_of(world.bo)
    answer = confirm(bo, [waiting[0], visit])
    assert answer.status_code == 409
    row = answer.text.partition(f'id="activity-{visit}"')[2].partition("</th>")[0]
    assert ("checked" in row, "Not confirmed" in row) == (True, True)
    assert f'href="#activity-{visit}"' in answer.text
    assert states([*waiting, visit]) == ["confirmed", "submitted", "submitted", "submitted"]
    assert "1 of 2 were confirmed" in text_of(answer.text)
    assert re.search(r"<title>\s*Error:", answer.text)


def test_all_that_is_shown_is_confirmed_after_a_question(
    waiting: list[str], world: World, client_of: ClientOf
) -> None:
    bo = client_of(world.bo)
    [link] = re.findall(r'href="(/to-confirm\?all=1)"', bo.get("/to-confirm").text)
    asked = bo.get(link).text
    assert "Have you read all 3 of them?" in asked
    assert states(waiting) == ["submitted"] * 3
    answer = bo.post("/to-confirm", data=fields_on(asked, "/to-confirm"))
    assert (answer.status_code, states(waiting)) == (303, ["confirmed"] * 3)
    assert "3 activities confirmed." in bo.get("/to-confirm").text


def test_the_groups_are_the_cohorts_with_their_counts(
    waiting: list[str], world: World, client_of: ClientOf, delivered: Player
) -> None:
    page = text_of(client_of(world.bo).get("/to-confirm").text)
    name = db.session.get_one(Cohort, delivered.cohort).name
    assert f"{name} (3)" in page
    assert "3 activities wait for you." in page


def test_a_cohort_leads_to_what_waits_in_it(
    waiting: list[str], delivered: Player, world: World, client_of: ClientOf
) -> None:
    bo = client_of(world.bo)
    page = bo.get(f"/cohorts/{delivered.cohort}").text
    assert "3 activities wait for your confirmation" in page
    assert len(re.findall(r'name="activities"', bo.get(f"/to-confirm?cohort={delivered.cohort}").text)) == 3
    assert 'name="activities"' not in bo.get("/to-confirm?cohort=another").text
    assert "wait for your confirmation" not in client_of(world.ana).get(f"/cohorts/{delivered.cohort}").text


@pytest.fixture
def bare(trained: Player, world: World, turn: Turn, client_of: ClientOf) -> str:
    """A cohort of two enterprises of which nothing is recorded yet."""
    turn(BASELINE_ON)
    with write_tx() as session:
        cohort = create_cohort(
            session, world.actor(session, world.olu, BASELINE_ON), at(BASELINE_ON), module="WPC",
            country="VN", trainers=[world.ana.id], supervisor=world.bo.id,
            enterprises=list(world.enterprises[:2]),
        )  # fmt: skip
        return cohort.id


def baselines(cohort: str) -> dict[str, tuple[str, date, bool, bool]]:
    db.session.rollback()
    return {
        one.enterprise.name: (
            str(one.state),
            one.held_on,
            one.facts["manager_interviewed"],
            one.facts["worker_interviewed"],
        )
        for one in db.session.get_one(Cohort, cohort).activities
        if one.enterprise and one.kind is ActivityKind.BASELINE
    }


def enter(client: StrictClient, cohort: str, *, tick: bool = False, **fields: str):  # type: ignore[no-untyped-def]
    path = f"/cohorts/{cohort}/baselines"
    named = {f"lines-{name.replace('_on', '-on')}": value for name, value in fields.items()}
    ticked = {"submit_too": "y"} if tick else {}
    return client.post(path, data={**hidden(client.get(path).text), **named, **ticked})


def test_the_baselines_of_a_cohort_are_one_form(bare: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    answer = ana.post(
        f"/cohorts/{bare}/baselines",
        data={
            **hidden(ana.get(f"/cohorts/{bare}/baselines").text),
            "lines-0-on": "2026-03-02",
            "lines-0-manager_interviewed": "1",
            "lines-0-worker_interviewed": "1",
            "lines-1-on": "2026-03-01",
            "lines-1-worker_interviewed": "1",
            "submit_too": "y",
        },
    )
    assert answer.status_code == 303, text_of(answer.text)
    assert baselines(bare) == {
        "Gỗ Tân Phú": ("submitted", date(2026, 3, 2), True, True),
        "May Hòa Bình": ("submitted", date(2026, 3, 1), False, True),
    }
    assert "Every enterprise has its baseline" in ana.get(f"/cohorts/{bare}/baselines").text


def test_a_line_without_a_day_is_left_alone(bare: str, world: World, client_of: ClientOf) -> None:
    assert enter(client_of(world.ana), bare, **{"0_on": "2026-03-02"}).status_code == 303
    assert list(baselines(bare)) == ["Gỗ Tân Phú"]


def test_a_baseline_of_tomorrow_is_not_submitted_and_the_others_are(
    bare: str, world: World, client_of: ClientOf
) -> None:
    answer = enter(client_of(world.ana), bare, tick=True, **{"0_on": "2026-03-03", "1_on": "2026-03-02"})
    assert answer.status_code == 409
    assert "1 baseline was not recorded" in answer.text
    assert "2026-03-03" in answer.text
    assert list(baselines(bare)) == ["May Hòa Bình"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Give the day of at least one baseline."),
        ({"0_on": "soon"}, "Gỗ Tân Phú: Give a date like 2026-11-22."),
        ({"1-manager_interviewed": "1"}, "May Hòa Bình: give the day of the baseline."),
    ],
)
def test_a_line_that_cannot_be_read_comes_back(
    bare: str, world: World, client_of: ClientOf, fields: dict[str, str], said: str
) -> None:
    answer = enter(client_of(world.ana), bare, **fields)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert baselines(bare) == {}


def test_only_who_delivers_or_supervises_enters_baselines(
    bare: str, world: World, client_of: ClientOf
) -> None:
    assert client_of(world.bo).get(f"/cohorts/{bare}/baselines").status_code == 200
    assert client_of(world.olu).get(f"/cohorts/{bare}/baselines").status_code == 403
    assert client_of(world.kim).get(f"/cohorts/{bare}/baselines").status_code == 404


def test_one_request_confirms_no_more_than_was_shown(
    waiting: list[str], world: World, client_of: ClientOf
) -> None:
    others = [f"{n:0>20x}" for n in range(2 * PAGE)]
    answer = confirm(client_of(world.bo), [*others, *waiting])
    assert answer.status_code == 422
    assert states(waiting) == ["submitted"] * 3
