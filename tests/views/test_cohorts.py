"""Cohorts: who lists, starts and changes them, and the cycle at a glance: counted, or why not."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from certify.models import Cohort, db
from certify.policy import may
from certify.queries.cohorts import cohort_page
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import Player
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
NEW = "/cohorts/new?module=WPC&country=VN"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_candidate_starts_the_own_cohort(trained: Player, world: World, client_of: ClientOf) -> None:
    answer = send(
        client_of(world.ana), NEW,
        name="Garment, Hanoi", trainers=[world.ana.id], supervisor=world.bo.id, enterprises=[],
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    cohort = db.session.get_one(Cohort, answer.location.rpartition("/")[2])
    assert (cohort.name, cohort.module, cohort.country) == ("Garment, Hanoi", "WPC", "VN")
    assert [one.id for one in cohort.trainers] == [world.ana.id]
    assert cohort.supervisor_id == world.bo.id


def test_a_candidate_can_choose_nobody_elses_case(trained: Player, world: World, client_of: ClientOf) -> None:
    Player(holder=world.lan).apply().admit().train()
    assert "Lan Phạm" in client_of(world.olu).get(NEW).text
    assert "Lan Phạm" not in client_of(world.ana).get(NEW).text


def test_the_supervisor_has_to_be_the_assigned_one(
    trained: Player, world: World, client_of: ClientOf
) -> None:
    typed = {"name": "Garment, Hanoi", "trainers": [world.ana.id], "supervisor": world.tuan.id}
    answer = send(client_of(world.olu), NEW, enterprises=list(world.enterprises[:2]), **typed)
    assert answer.status_code == 422
    assert 'href="#supervisor"' in answer.text
    kept = fields_on(answer.text, NEW)
    assert {name: kept[name] for name in ("name", "trainers", "supervisor", "enterprises")} == {
        "name": ["Garment, Hanoi"],
        "trainers": [world.ana.id],
        "supervisor": [world.tuan.id],
        "enterprises": kept["enterprises"],
    }
    assert sorted(kept["enterprises"]) == sorted(world.enterprises[:2])


def test_a_stranger_finds_no_cohort(delivered: Player, world: World, client_of: ClientOf) -> None:
    for page in ("", "/edit", "/activities/new/visit"):
        answer = client_of(world.kim).get(f"/cohorts/{delivered.cohort}{page}")
        assert answer.status_code == 404, page


def test_who_only_reads_may_not_change_it(delivered: Player, world: World, client_of: ClientOf) -> None:
    maya = client_of(world.maya)
    assert maya.get(f"/cohorts/{delivered.cohort}").status_code == 200
    assert maya.get(f"/cohorts/{delivered.cohort}/edit").status_code == 403
    assert maya.get(f"/cohorts/{delivered.cohort}/activities/new/visit").status_code == 403


def test_the_cycle_at_a_glance_says_what_counts(delivered: Player, world: World, client_of: ClientOf) -> None:
    page = text_of(client_of(world.ana).get(f"/cohorts/{delivered.cohort}").text)
    assert page.count("Counted") == 4 + 4 + 1  # baselines, the workshop with each, and once more below
    assert "Gỗ Tân Phú" in page


def test_what_does_not_count_says_why(delivered: Player, world: World, client_of: ClientOf) -> None:
    delivered.record(
        "visit", date(2026, 3, 5), enterprise=world.enterprises[0], trainers=[world.ana.id],
        purpose="consultation", people_met="Owner", report="Too early.",
    )  # fmt: skip
    page = text_of(client_of(world.ana).get(f"/cohorts/{delivered.cohort}").text)
    assert "Not counted" in page
    assert "classroom day" in page


def test_changing_a_cohort_keeps_who_is_in_it(delivered: Player, world: World, client_of: ClientOf) -> None:
    path = f"/cohorts/{delivered.cohort}/edit"
    assert send(client_of(world.ana), path, name="Another name").status_code == 303
    db.session.rollback()
    cohort = db.session.get_one(Cohort, delivered.cohort)
    assert cohort.name == "Another name"
    assert {one.id for one in cohort.enterprises} == set(world.enterprises[:4])


def test_an_enterprise_with_activities_stays(delivered: Player, world: World, client_of: ClientOf) -> None:
    path = f"/cohorts/{delivered.cohort}/edit"
    answer = send(client_of(world.ana), path, enterprises=list(world.enterprises[1:4]))
    assert answer.status_code == 422
    assert 'href="#enterprises"' in answer.text
    assert sorted(fields_on(answer.text, path)["enterprises"]) == sorted(world.enterprises[1:4])


def test_a_stale_page_is_told_and_loses_nothing(delivered: Player, world: World, client_of: ClientOf) -> None:
    path = f"/cohorts/{delivered.cohort}/edit"
    ana = client_of(world.ana)
    mine = fields_on(ana.get(path).text, path)
    assert send(client_of(world.bo), path, name="Bo's name").status_code == 303
    stale = ana.post(path, data={**mine, "name": "Ana's name"})
    assert stale.status_code == 409
    again = fields_on(stale.text, path)
    assert again["name"] == ["Ana's name"]
    assert ana.post(path, data=again).status_code == 303


def test_the_list_shows_exactly_what_policy_allows(delivered: Player, app: Flask, world: World) -> None:
    on = date(2026, 6, 1)
    cohort = db.session.get_one(Cohort, delivered.cohort)
    seen = {}
    for member in world.members:
        actor = world.actor(db.session(), member)
        seen[member.key] = may(actor, "cohort.see", cohort, on)
        listed = [one.id for one in cohort_page(db.session(), actor, on).items]
        assert listed == ([cohort.id] if seen[member.key] else []), member.name
    assert seen["kim"] is False
    assert seen["ana"] is True


def test_pages_follow_each_other_without_gap_or_double(
    trained: Player, app: Flask, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    for n in range(27):
        typed = {"name": f"Cohort {n:02}", "trainers": [world.ana.id], "supervisor": world.bo.id}
        assert send(ana, NEW, enterprises=[], **typed).status_code == 303
    first = ana.get("/cohorts").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = ana.get(following.group(1).replace("&amp;", "&")).text
    names = re.findall(r">Cohort (\d\d)<", first) + re.findall(r">Cohort (\d\d)<", second)
    assert sorted(names) == [f"{n:02}" for n in range(27)]


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyJhIiwiYiJd", "WzEsMl0", "%00"])
def test_a_cursor_that_nobody_made_harms_nothing(world: World, client_of: ClientOf, cursor: str) -> None:
    assert client_of(world.ana).get(f"/cohorts?cursor={cursor}").status_code in (200, 400)
