"""Assessments: declared, scored with a draft on the server, handed in, corrected, reconciled, void."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Assessment, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import EDITION, REPORT_ON, Player
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
CLASSROOM = [item for item in EDITION.checklist if "classroom" in item.applies]
LENIENT = next(item for item in CLASSROOM if not item.critical)
CRITICAL = next(item for item in CLASSROOM if item.critical)


def assign(player: Player, observer: Member, world: World) -> str:
    """The observation of the workshop by this observer."""
    player.move("assign_observer", world.olu, REPORT_ON, person=observer.id, activity=player.workshop)
    return db.session.scalars(
        select(Assessment.id).where(Assessment.kind == "observation", Assessment.assessor_id == observer.id)
    ).one()


@pytest.fixture
def assigned(visited: Player, world: World) -> str:
    """Tuấn is asked to observe Ana's workshop."""
    return assign(visited, world.tuan, world)


@pytest.fixture
def declared(assigned: str, world: World, client_of: ClientOf) -> str:
    declare = f"/assessments/{assigned}/moves/declare"
    assert send(client_of(world.tuan), f"/assessments/{assigned}", declare).status_code == 303
    return assigned


def scores(value: int, **others: int) -> dict[str, str]:
    """A score for every item of the classroom, some of them another one."""
    return {f"score-{item.id}": str(others.get(item.id, value)) for item in CLASSROOM}


def row(id: str) -> Assessment:
    db.session.rollback()
    return db.session.get_one(Assessment, id)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def hand_in(client: StrictClient, id: str, **typed: Any) -> int:
    return send(client, f"/assessments/{id}", **{"do": "submit", **typed}).status_code


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


def test_two_windows_do_not_overwrite_each_other_unseen(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    mine = fields_on(tuan.get(path).text, path)
    assert send(tuan, path, do="draft", **{f"score-{CRITICAL.id}": "2"}).status_code == 303
    stale = tuan.post(path, data={**mine, "do": "draft", f"score-{CRITICAL.id}": "5"})
    assert stale.status_code == 409
    assert "Another window saved “2” for" in stale.text
    assert "here it is “5”" in stale.text
    assert row(declared).draft["scores"][CRITICAL.id] == 2
    again = fields_on(stale.text, path)
    assert again[f"score-{CRITICAL.id}"] == ["5"]
    assert tuan.post(path, data={**again, "do": "draft"}).status_code == 303
    assert row(declared).draft["scores"][CRITICAL.id] == 5


def test_what_two_windows_scored_apart_is_merged(declared: str, world: World, client_of: ClientOf) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    first = second = fields_on(tuan.get(path).text, path)
    assert tuan.post(path, data={**first, "do": "draft", f"score-{CRITICAL.id}": "2"}).status_code == 303
    mine = {"do": "draft", f"comment-{LENIENT.id}": "Calm.", "private_notes": "Late."}
    assert tuan.post(path, data={**second, **mine}).status_code == 303
    kept = fields_on(tuan.get(path).text, path)
    assert (kept[f"score-{CRITICAL.id}"], kept[f"comment-{LENIENT.id}"], kept["private_notes"]) == (
        ["2"], ["Calm."], ["Late."],
    )  # fmt: skip


def test_a_window_hands_in_what_another_one_scored(declared: str, world: World, client_of: ClientOf) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    page = fields_on(tuan.get(path).text, path)
    half = dict(list(scores(4).items())[:5])
    rest = {name: text for name, text in scores(5).items() if name not in half}
    assert tuan.post(path, data={**page, **half, "do": "draft"}).status_code == 303
    assert tuan.post(path, data={**page, **rest, "do": "submit"}).status_code == 303
    handed_in = {f"score-{id}": str(score) for id, score in row(declared).scores.items()}
    assert handed_in == {**half, **rest}


def autosave(client: StrictClient, id: str, page: dict[str, Any], **typed: str) -> Any:
    return client.post(f"/assessments/{id}/draft", data={**page, **typed})


def test_each_change_is_kept_and_other_windows_learn_of_it(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    first = second = fields_on(tuan.get(path).text, path)
    one = autosave(tuan, declared, first, **{f"score-{CRITICAL.id}": "2"})
    assert (one.status_code, one.json["clashes"], one.json["signed"]) == (200, [], True)
    two = autosave(tuan, declared, second, **{f"reason-{LENIENT.id}": "No machine ran."})
    assert two.json["texts"][f"score-{CRITICAL.id}"] == "2"
    kept = tuan.get(f"{path}/draft").json["texts"]
    assert (kept[f"score-{CRITICAL.id}"], kept[f"reason-{LENIENT.id}"]) == ("2", "No machine ran.")
    assert str(row(declared).state) == "declared"


def test_one_item_scored_in_two_windows_is_shown_with_both_values_and_the_rest_is_kept(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path, name = client_of(world.tuan), f"/assessments/{declared}", f"score-{CRITICAL.id}"
    first = second = fields_on(tuan.get(path).text, path)
    autosave(tuan, declared, first, **{name: "2"})
    answer = autosave(tuan, declared, second, **{name: "5", "private_notes": "Late."})
    assert answer.status_code == 409
    assert [(one["name"], one["here"], one["there"]) for one in answer.json["clashes"]] == [(name, "5", "2")]
    assert (row(declared).draft["scores"][CRITICAL.id], row(declared).private_notes) == (2, "Late.")
    meant = autosave(tuan, declared, {**second, "seen": [answer.json["seen"]]}, **{name: "5"})
    assert meant.status_code == 200
    assert row(declared).draft["scores"][CRITICAL.id] == 5


def test_a_form_of_an_earlier_sign_in_gets_its_new_token_and_loses_nothing(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    page = fields_on(tuan.get(path).text, path)
    typed = {f"score-{CRITICAL.id}": "3"}
    old = autosave(tuan, declared, {**page, "csrf_token": ["of another session"]}, **typed)
    assert (old.status_code, old.json["signed"]) == (422, False)
    assert old.json["texts"][f"score-{CRITICAL.id}"] == "3"
    assert row(declared).draft is None
    again = autosave(tuan, declared, {**page, "csrf_token": [old.json["csrf_token"]]}, **typed)
    assert again.status_code == 200
    assert row(declared).draft["scores"][CRITICAL.id] == 3


def test_a_draft_is_the_assessors_alone_and_ends_when_handed_in(
    declared: str, client: StrictClient, world: World, client_of: ClientOf
) -> None:
    path = f"/assessments/{declared}"
    assert client_of(world.maya).get(f"{path}/draft").status_code == 403
    assert client_of(world.kim).get(f"{path}/draft").status_code == 404
    assert client.post(f"{path}/draft").status_code == 303  # the script takes this for “signed out”
    tuan = client_of(world.tuan)
    page = fields_on(tuan.get(path).text, path)
    assert hand_in(tuan, declared, **scores(4)) == 303
    late = autosave(tuan, declared, page, **{f"score-{CRITICAL.id}": "1"})
    assert (late.status_code, late.json["closed"]) == (409, True)
    assert row(declared).scores[CRITICAL.id] == 4
    assert tuan.get(f"{path}/draft").status_code == 409
    assert f'data-sheet-done="{declared}.{world.tuan.id}"' in tuan.get(path).text


def test_a_correction_keeps_the_first_version_and_its_reason(
    declared: str, world: World, client_of: ClientOf
) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    assert hand_in(tuan, declared, **scores(4)) == 303
    change = {f"score-{CRITICAL.id}": "5"}
    without = send(tuan, f"{path}/correct", **change)
    assert without.status_code == 422
    assert fields_on(without.text, f"{path}/correct")[f"score-{CRITICAL.id}"] == ["5"]
    assert send(tuan, f"{path}/correct", **change, reason="Misread my notes.").status_code == 303
    assert [sheet.scores[CRITICAL.id] for sheet in row(declared).sheets] == [4, 5]
    assert "Misread my notes." in tuan.get(path).text


def test_observers_do_not_see_each_other_until_both_are_in_and_then_reconcile(
    visited: Player, declared: str, world: World, client_of: ClientOf
) -> None:
    other = assign(visited, world.bo, world)
    bo, tuan = client_of(world.bo), client_of(world.tuan)
    assert hand_in(tuan, declared, **scores(4)) == 303
    assert "4.00" not in text_of(bo.get(f"/assessments/{declared}").text)
    assert send(bo, f"/assessments/{other}", f"/assessments/{other}/moves/declare").status_code == 303
    assert hand_in(bo, other, **scores(4, **{CRITICAL.id: 2})) == 303
    assert "4.00" in text_of(bo.get(f"/assessments/{declared}").text)
    assert "1 item is two or more points apart" in text_of(bo.get("/assessments").text)
    path = f"/assessments/{declared}/reconcile"
    assert send(bo, path).status_code == 422
    agreed = {f"agreed-{CRITICAL.id}": "3", f"note-{CRITICAL.id}": "Bo sat far off."}
    kept = send(bo, path, do="draft", **agreed)
    assert kept.status_code == 303
    assert str(row(declared).state) == "submitted"
    assert fields_on(bo.get(path).text, path)[f"note-{CRITICAL.id}"] == ["Bo sat far off."]
    assert send(bo, path).status_code == 303
    assert [row(id).agreed_notes for id in (declared, other)] == [{CRITICAL.id: "Bo sat far off."}] * 2
    assert [str(row(id).state) for id in (declared, other)] == ["reconciled", "reconciled"]
    assert (row(declared).agreed_scores[CRITICAL.id], row(declared).scores[CRITICAL.id]) == (3, 4)
    assert "→ 3" in text_of(bo.get(f"/assessments/{declared}").text)


def test_reconciling_what_does_not_differ_is_refused_with_the_reason(
    declared: str, world: World, client_of: ClientOf
) -> None:
    assert hand_in(client_of(world.tuan), declared, **scores(4)) == 303
    bo, path = client_of(world.bo), f"/assessments/{declared}/reconcile"
    page = bo.get(path)
    assert "No second observer of this event has handed in scores." in page.text
    token = bo.token("/assessments")
    assert bo.post(path, data={"csrf_token": token}).status_code == 409


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
