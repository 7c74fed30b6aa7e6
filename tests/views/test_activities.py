"""Activities: recording each kind, correcting it, its moves with their reasons, its files."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from certify.models import Activity, StoredFile, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.files.making import written_pdf
from tests.player import DECIDED_ON, Player
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]


def new(player: Player, kind: str) -> str:
    return f"/cohorts/{player.cohort}/activities/new/{kind}"


def made_by(location: str) -> Activity:
    db.session.rollback()
    return db.session.get_one(Activity, location.rpartition("/")[2])


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def visit(delivered: Player, world: World, client_of: ClientOf) -> str:
    """A visit by Ana, open."""
    answer = send(
        client_of(world.ana), new(delivered, "visit"), held_on="2026-05-20", enterprise=world.enterprises[0],
        purpose="consultation", people_met="Eka Bùi", report="Flow looked at.",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def test_a_baseline_is_recorded_with_its_readings(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    ana, path = client_of(world.ana), new(delivered, "baseline")
    asked = send(
        ana, path, held_on="2026-05-20",
        enterprise=world.enterprises[0], manager_interviewed="y", readings__0__kpi="Defect rate",
        readings__0__value="9", readings__0__unit="%",
    )  # fmt: skip
    assert "Save once more if the day is right." in asked.text
    answer = ana.post(path, data=fields_on(asked.text, path))
    assert "Recorded: Baseline" in ana.get(answer.location).text
    assert send(ana, f"{answer.location}/moves/submit").status_code == 303
    assert "Recorded: Submit." in ana.get(answer.location).text
    assert "Recorded:" not in ana.get(answer.location).text
    made = made_by(answer.location)
    assert (made.state, made.held_on, made.enterprise_id) == (
        "submitted",
        date(2026, 5, 20),
        world.enterprises[0],
    )
    assert made.facts == {
        "manager_interviewed": True,
        "worker_interviewed": False,
        "readings": [{"kpi": "Defect rate", "value": "9", "unit": "%"}],
    }


def test_a_workshop_is_one_form_with_attendance_and_feedback(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    first = f"attendance-{world.enterprises[0]}"
    answer = send(
        client_of(world.ana), new(delivered, "workshop"),
        **{
            "days-0-on": "2026-05-11", "days-0-hours": "7", "days-1-on": "2026-05-12", "days-1-hours": "7",
            f"{first}-manager-f": "2", f"{first}-worker-m": "1",
            "feedback-all-asked": "3", "feedback-all-4": "1", "feedback-all-5": "2",
        },
    )  # fmt: skip
    made = made_by(answer.location)
    assert made.facts == {
        "days": [{"on": "2026-05-11", "hours": "7"}, {"on": "2026-05-12", "hours": "7"}],
        "enterprises": made.facts["enterprises"],
        "attendance": [
            {"enterprise": world.enterprises[0], "role": "manager", "sex": "f", "n": 2},
            {"enterprise": world.enterprises[0], "role": "worker", "sex": "m", "n": 1},
        ],
        "feedback": {"asked": 3, "answers": [4, 5, 5]},
    }
    assert sorted(made.facts["enterprises"]) == sorted(world.enterprises[:4])
    assert [one.person_id for one in made.people] == [world.ana.id]
    assert (made.held_on, made.last_on) == (date(2026, 5, 11), date(2026, 5, 12))
    page = client_of(world.ana).get(f"/activities/{made.id}/edit").text
    kept = fields_on(page, f"/activities/{made.id}/edit")
    assert (kept[f"{first}-manager-f"], kept["feedback-all-5"]) == (["2"], ["2"])


@pytest.mark.parametrize(
    ("kind", "typed", "facts"),
    [
        (
            "improvement_project",
            {"problem": "Rework", "action": "5S", "before": "9 %", "after": "5 %"},
            {"problem": "Rework", "action": "5S", "before": "9 %", "after": "5 %", "sustained": False},
        ),
        (
            "cycle_report",
            {"report": "All went on.", "lessons": "Ask the workers."},
            {"report": "All went on.", "lessons": "Ask the workers."},
        ),
    ],
)
def test_every_kind_is_recorded_as_typed(
    delivered: Player,
    world: World,
    client_of: ClientOf,
    kind: str,
    typed: dict[str, str],
    facts: dict[str, object],
) -> None:
    typed = {"held_on": "2026-05-20", **typed}
    if kind == "improvement_project":
        typed["enterprise"] = world.enterprises[1]
    made = made_by(send(client_of(world.ana), new(delivered, kind), **typed).location)
    assert (made.kind, made.facts) == (kind, facts)


def test_a_wrong_form_keeps_everything_that_was_typed(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    cell = f"attendance-{world.enterprises[2]}-worker-f"
    typed = {"days-0-on": "2026-05-11", "days-0-hours": "7", cell: "a few", "feedback-all-asked": "1.5"}
    answer = send(client_of(world.ana), new(delivered, "workshop"), **typed)
    assert answer.status_code == 422
    kept = fields_on(answer.text, new(delivered, "workshop"))
    assert {name: kept[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert f'href="#{cell}"' in answer.text
    assert 'href="#feedback-all-asked"' in answer.text


@pytest.mark.parametrize("kind", ["nothing", "tot_event", "refresher", "code_of_conduct"])
def test_a_cohort_takes_no_other_kind(
    delivered: Player, world: World, client_of: ClientOf, kind: str
) -> None:
    assert client_of(world.ana).get(new(delivered, kind)).status_code == 404


def test_a_certified_trainer_logs_a_refresher_and_signs_the_code(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    ana, path = client_of(world.ana), f"/certifications/{certified.certification}/activities/new"
    refresher = made_by(send(ana, f"{path}/refresher", held_on="2026-05-04", hours="8").location)
    assert (refresher.certification_id, refresher.facts) == (certified.certification, {"hours": "8"})
    signed = made_by(send(ana, f"{path}/code_of_conduct", signed_on="2026-05-04").location)
    assert (signed.held_on, signed.state) == (date(2026, 5, 4), "open")
    assert client_of(world.olu).get(f"{path}/refresher").status_code == 403
    assert client_of(world.kim).get(f"{path}/refresher").status_code == 404


def test_a_stranger_finds_no_activity(visit: str, world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    for page in ("", "/edit", "/moves/submit"):
        assert kim.get(f"/activities/{visit}{page}").status_code == 404, page
    for page in ("/edit", "/moves/submit", "/files", "/roster"):
        assert kim.post(f"/activities/{visit}{page}").status_code == 404, page


def test_who_only_reads_may_not_change_it(visit: str, world: World, client_of: ClientOf) -> None:
    maya = client_of(world.maya)
    assert maya.get(f"/activities/{visit}").status_code == 200
    for page in ("/edit", "/moves/submit", "/moves/confirm"):
        assert maya.get(f"/activities/{visit}{page}").status_code == 403, page
    assert maya.post(f"/activities/{visit}/files").status_code == 403


def test_what_was_entered_can_be_corrected(visit: str, world: World, client_of: ClientOf) -> None:
    path = f"/activities/{visit}/edit"
    ana = client_of(world.ana)
    assert fields_on(ana.get(path).text, path)["report"] == ["Flow looked at."]
    assert send(ana, path, report="Flow and safety.", people_met="").status_code == 303
    made = made_by(visit)
    assert made.facts == {"report": "Flow and safety."}


def test_a_submitted_activity_cannot_be_changed(visit: str, world: World, client_of: ClientOf) -> None:
    path, ana = f"/activities/{visit}/edit", client_of(world.ana)
    mine = fields_on(ana.get(path).text, path)
    assert send(ana, f"/activities/{visit}/moves/submit").status_code == 303
    answer = ana.post(path, data={**mine, "report": "Too late"})
    assert answer.status_code == 409
    assert fields_on(answer.text, path)["report"] == ["Too late"]


def test_a_planned_visit_says_when_it_can_be_submitted(
    visit: str, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn("2026-05-10")
    ana = client_of(world.ana)
    page = text_of(ana.get(f"/activities/{visit}").text)
    assert "Planned" in page
    assert "has not been held yet" in page
    answer = send(ana, f"/activities/{visit}/moves/submit")
    assert answer.status_code == 409
    assert "has not been held yet" in answer.text


def test_a_supervisor_waits_for_the_enterprise_and_then_gives_a_reason(
    visit: str, world: World, client_of: ClientOf, turn: Turn
) -> None:
    assert send(client_of(world.ana), f"/activities/{visit}/moves/submit").status_code == 303
    bo, confirm = client_of(world.bo), f"/activities/{visit}/moves/confirm"
    early = send(bo, confirm, reason="Nobody answered.")
    assert early.status_code == 409
    assert fields_on(early.text, confirm)["reason"] == ["Nobody answered."]
    turn("2026-06-16")
    bo = client_of(world.bo)
    assert send(bo, confirm, reason="").status_code == 422
    assert send(bo, confirm, reason="Nobody answered.").status_code == 303
    made = made_by(visit)
    assert (made.state, made.reason, made.confirmed_by_name) == ("confirmed", "Nobody answered.", "Bo Nguyễn")


def test_only_who_stands_in_for_the_enterprise_is_asked_why(
    visit: str, world: World, client_of: ClientOf, turn: Turn
) -> None:
    assert send(client_of(world.ana), f"/activities/{visit}/moves/submit").status_code == 303
    turn("2026-06-16")
    confirm = f"/activities/{visit}/moves/confirm"
    asked = [
        "reason" in fields_on(client_of(one).get(confirm).text, confirm) for one in (world.bo, world.eka)
    ]
    assert asked == [True, False]
    assert send(client_of(world.eka), confirm).status_code == 303
    assert made_by(visit).confirmed_by_name == world.eka.name


def test_a_returned_activity_shows_why_and_can_be_submitted_again(
    visit: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    assert send(ana, f"/activities/{visit}/moves/submit").status_code == 303
    eka = client_of(world.eka)
    assert send(eka, f"/activities/{visit}/moves/return", reason="").status_code == 422
    assert send(eka, f"/activities/{visit}/moves/return", reason="It was Tuesday.").status_code == 303
    page = ana.get(f"/activities/{visit}").text
    assert "It was Tuesday." in page
    assert f"/activities/{visit}/edit" in page
    assert send(ana, f"/activities/{visit}/moves/submit").status_code == 303


def test_an_unknown_move_is_not_found(visit: str, world: World, client_of: ClientOf) -> None:
    for none in ("nothing", "create"):  # what is recorded is not recorded once more
        assert client_of(world.bo).get(f"/activities/{visit}/moves/{none}").status_code == 404


def test_a_file_is_checked_kept_and_listed(visit: str, world: World, client_of: ClientOf) -> None:
    content = written_pdf(1)
    ana, path = client_of(world.ana), f"/activities/{visit}"
    token = ana.token(path)
    given = {"csrf_token": token, "file": (io.BytesIO(content), "minutes.pdf")}
    answer = ana.post(f"{path}/files", data=given, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    kept = db.session.scalars(select(StoredFile).where(StoredFile.activity_id == visit)).one()
    assert kept.name == "minutes.pdf"
    assert f"/files/{kept.id}" in ana.get(path).text


def test_a_file_that_is_none_is_refused(visit: str, world: World, client_of: ClientOf) -> None:
    ana, path = client_of(world.ana), f"/activities/{visit}"
    token = ana.token(path)
    for content in (None, b"MZ not a document"):
        given = {"csrf_token": token}
        if content:
            given["file"] = (io.BytesIO(content), "minutes.pdf")
        answer = ana.post(f"{path}/files", data=given, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert 'href="#file"' in answer.text
    assert db.session.scalars(select(StoredFile).where(StoredFile.activity_id == visit)).first() is None


def test_the_enterprises_contact_sees_the_visit_and_no_way_that_is_closed(
    visit: str, world: World, client_of: ClientOf
) -> None:
    eka = client_of(world.eka)
    page = eka.get(f"/activities/{visit}").text
    main = page[page.index("<main") : page.index("</main>")]
    links = set(re.findall(r'href="(/[^"#?]*)"', main))
    assert [link for link in links if eka.get(link).status_code != 200] == []


def test_what_was_submitted_opens_to_be_read_with_the_way_to_change_it(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    made = send(
        client_of(world.ana), new(delivered, "cycle_report"), held_on="2026-05-20", report="All visits made."
    )
    id = made.location.rpartition("/")[2]
    path = f"/activities/{id}"
    assert f'action="{path}/edit"' in client_of(world.ana).get(f"{path}/edit").text
    assert send(client_of(world.ana), f"{path}/moves/submit").status_code == 303
    page = client_of(world.ana).get(f"{path}/edit")
    assert page.status_code == 200
    assert "The facts cannot be changed while the state is “submitted”." in page.text
    assert "All visits made." in page.text
    assert f'action="{path}/edit"' not in page.text
    assert "Ask whoever confirms it to send it back" in page.text
    assert f'href="{path}/moves/return"' in client_of(world.bo).get(f"{path}/edit").text
