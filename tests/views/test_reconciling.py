"""Two observers of one event: neither reads the other too early, then they agree on scores."""

from collections.abc import Callable

from certify.workflows.assessment_rules import OWN_FIRST
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import Player
from tests.views.sending import fields_on, send
from tests.views.sheets import CRITICAL, assign, hand_in, row, scores, text_of
from tests.views.test_moves import hidden

ClientOf = Callable[[Member], StrictClient]


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


def test_an_agreement_open_in_two_tabs_loses_nothing(
    visited: Player, declared: str, world: World, client_of: ClientOf
) -> None:
    other = assign(visited, world.bo, world)
    bo, path = client_of(world.bo), f"/assessments/{declared}/reconcile"
    assert hand_in(client_of(world.tuan), declared, **scores(4)) == 303
    assert send(bo, f"/assessments/{other}", f"/assessments/{other}/moves/declare").status_code == 303
    assert hand_in(bo, other, **scores(4, **{CRITICAL.id: 2})) == 303
    agreed, note = f"agreed-{CRITICAL.id}", f"note-{CRITICAL.id}"
    stale = hidden(bo.get(path).text)
    assert send(bo, path, do="draft", **{agreed: "3"}).status_code == 303
    assert bo.post(path, data={**stale, "do": "draft", note: "Bo sat far off."}).status_code == 303
    kept = {"agreed": {CRITICAL.id: "3"}, "notes": {CRITICAL.id: "Bo sat far off."}}
    assert row(declared).draft == kept
    late = bo.post(path, data={**stale, agreed: "2", note: "Bo sat far off."})
    assert (late.status_code, str(row(declared).state), row(declared).draft) == (409, "submitted", kept)
    again = bo.post(path, data={**hidden(late.text), agreed: "2", note: "Bo sat far off."})
    assert (again.status_code, row(declared).agreed_scores[CRITICAL.id]) == (303, 2)


def test_a_supervisor_who_owes_an_own_sheet_of_the_event_reconciles_nothing_yet(
    visited: Player, declared: str, world: World, client_of: ClientOf
) -> None:
    """Two others are apart; who reconciled them now would read both before scoring the same event."""
    others = {id: client_of(one) for one in (world.bea, world.bo) for id in [assign(visited, one, world)]}
    for id, client in others.items():
        assert send(client, f"/assessments/{id}", f"/assessments/{id}/moves/declare").status_code == 303
    (beas, bea), (bos, bo) = others.items()
    assert hand_in(client_of(world.tuan), declared, **scores(4)) == 303
    assert (
        hand_in(bea, beas, **scores(4, **{CRITICAL.id: 2}, **{f"comment-{CRITICAL.id}": "Far too fast."}))
        == 303
    )
    path, page = f"/assessments/{declared}/reconcile", bo.get(f"/assessments/{declared}/reconcile")
    assert str(OWN_FIRST) in text_of(page.text)
    assert "points apart" not in text_of(page.text)
    assert "points apart" not in text_of(bo.get("/assessments").text)
    assert "Reconcile" not in text_of(bo.get("/supervision").text)
    token = bo.token(f"/assessments/{bos}")
    agreed = {"csrf_token": token, f"agreed-{CRITICAL.id}": "3"}
    assert [bo.post(path, data={**agreed, "do": do}).status_code for do in ("", "draft")] == [409, 409]
    assert row(declared).draft is None
    assert hand_in(bo, bos, **scores(4)) == 303
    assert "1 item is two or more points apart" in text_of(bo.get(path).text)


def test_reconciling_what_does_not_differ_is_refused_with_the_reason(
    declared: str, world: World, client_of: ClientOf
) -> None:
    assert hand_in(client_of(world.tuan), declared, **scores(4)) == 303
    bo, path = client_of(world.bo), f"/assessments/{declared}/reconcile"
    page = bo.get(path)
    assert "No second observer of this event has handed in scores." in page.text
    token = bo.token("/assessments")
    assert bo.post(path, data={"csrf_token": token}).status_code == 409
