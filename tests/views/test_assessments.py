"""Assessments: declared, scored, handed in, corrected, void, printed."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from certify.models import Assessment, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import EDITION, REPORT_ON, Player
from tests.views.sending import fields_on, send
from tests.views.sheets import CLASSROOM, CRITICAL, LENIENT, hand_in, row, scores, text_of

ClientOf = Callable[[Member], StrictClient]


def test_my_queue_says_what_is_next(assigned: str, world: World, client_of: ClientOf) -> None:
    tuan = client_of(world.tuan)
    page = tuan.get("/assessments").text
    assert f'href="/assessments/{assigned}"' in page
    assert "Declare conflicts" in page
    assert "Nothing done yet" in tuan.get("/assessments?view=done").text
    assert f"/assessments/{assigned}" not in client_of(world.bea).get("/assessments").text


def test_a_stranger_finds_no_assessment(assigned: str, world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    for page in ("", "/print", "/correct", "/reconcile", "/moves/declare", "/moves/void"):
        assert kim.get(f"/assessments/{assigned}{page}").status_code == 404, page
    assert kim.post(f"/assessments/{assigned}").status_code == 404


def test_nobody_else_scores_or_declares(assigned: str, world: World, client_of: ClientOf) -> None:
    maya = client_of(world.maya)
    assert maya.get(f"/assessments/{assigned}").status_code == 200
    assert maya.post(f"/assessments/{assigned}", data={"do": "draft"}).status_code == 403
    assert maya.get(f"/assessments/{assigned}/moves/declare").status_code == 403
    assert maya.get(f"/assessments/{assigned}/moves/void").status_code == 403
    assert maya.get(f"/assessments/{assigned}/reconcile").status_code == 403


def test_scoring_begins_after_conflicts_are_declared(
    assigned: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{assigned}"
    assert f"score-{LENIENT.id}" not in tuan.get(path).text
    answer = send(tuan, path, f"{path}/moves/declare", conflicts="We studied together.")
    assert answer.status_code == 303
    assert (str(row(assigned).state), row(assigned).conflicts) == ("declared", ["We studied together."])
    assert f'name="score-{LENIENT.id}"' in tuan.get(path).text


def test_a_draft_stays_on_the_server(declared: str, world: World, client_of: ClientOf) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    first, second = CLASSROOM[0], CLASSROOM[1]
    typed = {
        f"score-{first.id}": "4", f"comment-{second.id}": "Look again.", "private_notes": "Nervous at first.",
        f"score-{LENIENT.id}": "na", f"reason-{LENIENT.id}": "No machine ran.",
    }  # fmt: skip
    answer = send(tuan, path, do="draft", **typed)
    assert answer.status_code == 303
    answered = 1 if LENIENT.id == first.id else 2
    assert f"{answered} of {len(CLASSROOM)}" in text_of(tuan.get(answer.location).text)
    kept = fields_on(client_of(world.tuan).get(path).text, path)
    assert {name: kept[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert row(declared).scores == {}
    assert str(row(declared).state) == "declared"


def test_an_incomplete_sheet_is_not_handed_in_and_nothing_is_lost(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    typed = scores(4)
    del typed[f"score-{CRITICAL.id}"]
    typed |= {f"score-{LENIENT.id}": "na", f"comment-{CRITICAL.id}": "Unsure"}
    answer = send(tuan, path, do="submit", **typed)
    assert answer.status_code == 422
    assert f'href="#score-{CRITICAL.id}"' in answer.text
    assert f'href="#reason-{LENIENT.id}"' in answer.text
    kept = fields_on(answer.text, path)
    assert {name: kept[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert str(row(declared).state) == "declared"
    later = fields_on(tuan.get(path).text, path)
    assert {name: later[name] for name in typed} == {name: [text] for name, text in typed.items()}


def test_a_critical_item_is_never_not_applicable(declared: str, world: World, client_of: ClientOf) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    assert send(tuan, path, do="submit", **{**scores(4), f"score-{CRITICAL.id}": "na"}).status_code == 422


def test_handed_in_scores_are_shown_with_their_mean(declared: str, world: World, client_of: ClientOf) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    typed = {**scores(4), f"score-{LENIENT.id}": "na", f"reason-{LENIENT.id}": "No machine ran."}
    assert hand_in(tuan, declared, **typed, private_notes="Strong.") == 303
    for member, notes in ((world.tuan, True), (world.maya, True), (world.ana, False)):
        page = text_of(client_of(member).get(path).text)
        assert ("4.00" in page) is notes, member.name
        assert ("Strong." in page) is notes, member.name
    assert row(declared).not_applicable == {LENIENT.id: "No machine ran."}
    assert row(declared).scores[LENIENT.id] is None
    assert "Handed in" in text_of(client_of(world.ana).get(path).text)


def test_a_correction_keeps_the_first_version_and_its_reason(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    assert hand_in(tuan, declared, **scores(4)) == 303
    assert "Recorded: Submit the scores." in tuan.get(path).text
    change = {f"score-{CRITICAL.id}": "5"}
    without = send(tuan, f"{path}/correct", **change)
    assert without.status_code == 422
    assert fields_on(without.text, f"{path}/correct")[f"score-{CRITICAL.id}"] == ["5"]
    assert send(tuan, f"{path}/correct", **change, reason="Misread my notes.").status_code == 303
    assert [sheet.scores[CRITICAL.id] for sheet in row(declared).sheets] == [4, 5]
    assert "Misread my notes." in tuan.get(path).text


def test_a_correction_from_a_stale_tab_is_told_what_changed(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}/correct"
    assert hand_in(tuan, declared, **scores(4)) == 303
    stale = fields_on(tuan.get(path).text, path)
    assert send(tuan, path, **{f"score-{CRITICAL.id}": "5"}, reason="Misread my notes.").status_code == 303
    answer = tuan.post(path, data={**stale, f"score-{CRITICAL.id}": "3", "reason": "Misread again."})
    assert (answer.status_code, "What changed meanwhile" in answer.text) == (409, True)
    assert row(declared).sheets[-1].scores[CRITICAL.id] == 5


@pytest.mark.parametrize("move", ["declare", "void"])
def test_a_move_from_a_stale_tab_says_why_not(
    declared: str, world: World, client_of: ClientOf, move: str
) -> None:
    olu, path = client_of(world.olu), f"/assessments/{declared}/moves/void"
    reader = olu if move == "void" else client_of(world.tuan)
    stale = {"csrf_token": reader.token("/account"), "version": "1", "seen": "1", "reason": "Late."}
    assert send(olu, path, reason="Wrong event.").status_code == 303
    answer = reader.post(f"/assessments/{declared}/moves/{move}", data=stale)
    assert (answer.status_code, "What changed meanwhile" in answer.text) == (409, True)


def test_a_coordinator_voids_with_a_reason(declared: str, world: World, client_of: ClientOf) -> None:
    olu, path = client_of(world.olu), f"/assessments/{declared}/moves/void"
    assert send(olu, path, reason="").status_code == 422
    assert send(olu, path, reason="Wrong event.").status_code == 303
    assert (str(row(declared).state), row(declared).reason) == ("void", "Wrong event.")
    assert send(olu, path, reason="Again.").status_code == 409


def test_a_screening_sheet_is_scored_the_same_way(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    submitted.move("assign_screener", world.olu, REPORT_ON, person=world.quy.id)
    id = db.session.scalars(select(Assessment.id).where(Assessment.kind == "screening")).one()
    quy, path = client_of(world.quy), f"/assessments/{id}"
    assert send(quy, path, f"{path}/moves/declare").status_code == 303
    assert 'value="na"' not in quy.get(path).text
    typed = {f"score-{item.id}": "4" for item in EDITION.screening}
    assert send(quy, path, do="submit", **typed).status_code == 303
    page = text_of(quy.get(path).text)
    assert "80 %" in page
    assert "Passed" in page


def test_the_sheet_can_be_printed_blank_and_filled(declared: str, world: World, client_of: ClientOf) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    assert "Circle one score in each line." in tuan.get(f"{path}/print").text
    assert hand_in(tuan, declared, **scores(4), **{f"comment-{CRITICAL.id}": "Well heard."}) == 303
    assert "Well heard." in tuan.get(f"{path}/print").text
    assert "Well heard." not in client_of(world.ana).get(f"{path}/print").text


def test_a_sheet_says_why_it_cannot_be_handed_in_yet(
    visited: Player, declared: str, world: World, client_of: ClientOf
) -> None:
    visited.do(visited.workshop, "void", world.bo, REPORT_ON, reason="Held elsewhere.")
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    assert "The activity was declared void." in tuan.get(path).text
    answer = send(tuan, path, do="submit", **scores(4))
    assert answer.status_code == 409
    assert fields_on(answer.text, path)[f"score-{CRITICAL.id}"] == ["4"]
    assert str(row(declared).state) == "declared"
    assert fields_on(tuan.get(path).text, path)[f"score-{CRITICAL.id}"] == ["4"]
