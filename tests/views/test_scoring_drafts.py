"""A sheet that is still being scored: kept on the server, open in several windows, nothing lost."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Member, World
from tests.client import StrictClient
from tests.views.sending import fields_on, send
from tests.views.sheets import CRITICAL, LENIENT, hand_in, row, scores

ClientOf = Callable[[Member], StrictClient]


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


@pytest.mark.parametrize(
    "body",
    ["[" * 50_000, "[]", "null", '{"csrf_token": ["x"]}', "{"],
    ids=["deep", "[]", "null", "array", "half"],
)
def test_a_form_is_not_read_from_json(declared: str, world: World, client_of: ClientOf, body: str) -> None:
    tuan, path = client_of(world.tuan), f"/assessments/{declared}"
    for page in (path, f"{path}/draft"):
        assert tuan.post(page, data=body, content_type="application/json").status_code == 415
    assert row(declared).draft is None


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
