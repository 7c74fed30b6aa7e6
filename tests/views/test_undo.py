"""Undoing a plain change: by one button, once, by whoever made it, and never over a later change."""

import re
from datetime import timedelta

from flask import Flask
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from certify.models import Person, RoleGrant, StoredFile
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows import role_rules, roles
from tests.cast import World, named
from tests.client import StrictClient
from tests.conftest import NOW
from tests.files.making import pdf
from tests.views.sending import fields_on, send
from tests.views.test_application import answer as fill_in
from tests.views.test_application import draft, only_case, upload
from tests.views.undoing import CHANGED, ClientOf, fresh, press, refused, told, undone

LATE = "This was done more than 60 minutes ago, so it is not undone any more."


def standing() -> list[str]:
    return sorted(file.name for file in only_case().files if file.removed_at is None)


def remove(client: StrictClient, draft: str, name: str) -> str:
    """Remove a paper by its button; the page that says so."""
    [file] = [one for one in only_case().files if one.name == name]
    path = next(
        each
        for each in re.findall(r'action="([^"]+/remove)"', client.get(f"{draft}/files").text)
        if file.id in each
    )
    return client.get(press(client, client.get(f"{draft}/files").text, path).location).text


def test_a_removed_paper_comes_back(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    page = remove(ana, draft, "letter.pdf")
    assert (told(page), standing()) == (["“letter.pdf” was removed."], [])
    assert told(undone(ana, page)) == ["Undone."]
    assert standing() == ["letter.pdf"]


def test_pressed_twice_it_does_no_more(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    page = remove(ana, draft, "letter.pdf")
    undone(ana, page)
    assert told(undone(ana, page)) == ["This was undone already."]
    assert standing() == ["letter.pdf"]


def test_pressed_after_a_later_removal_it_says_so(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    first = remove(ana, draft, "letter.pdf")
    undone(ana, first)
    with write_tx() as session:
        file = session.get_one(StoredFile, only_case().files[0].id)
        file.removed_at = NOW + timedelta(minutes=5)
    assert refused(press(ana, first, "/undo")) == (409, [CHANGED])
    assert standing() == []


def test_pressed_after_submission_it_says_so(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    fill_in(ana, draft)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    page = remove(ana, draft, "letter.pdf")
    assert send(ana, f"{draft}/submit", declaration="y").status_code == 303
    late = press(ana, page, "/undo")
    reason = (
        "The application was submitted; it can be edited again once it is returned. "
        "Who can clear it: National coordinator."
    )
    assert refused(late) == (409, [reason])
    assert f'href="{draft}/files"' in late.text
    assert standing() == ["cv.pdf"]


def test_the_earlier_cv_comes_back_instead_of_the_newer(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "first.pdf", pdf())
    page = ana.get(upload(ana, draft, "second.pdf", pdf()).location).text
    assert (told(page), standing()) == (["The new CV stands instead of the earlier one."], ["second.pdf"])
    assert told(undone(ana, page)) == ["Undone."]
    assert standing() == ["first.pdf"]
    assert told(undone(ana, page)) == ["This was undone already."]


def test_a_removed_cv_stays_away_once_another_stands(draft: str, world: World, client_of: ClientOf) -> None:
    """Of CVs the newest stands, and no more than one."""
    ana = client_of(world.ana)
    upload(ana, draft, "first.pdf", pdf())
    [first] = only_case().files
    sent = {"csrf_token": ana.token(f"{draft}/background")}
    page = ana.get(ana.post(f"{draft}/files/{first.id}/remove", data=sent).location).text
    assert (told(page), standing()) == (["“first.pdf” was removed."], [])
    shown = ana.get(upload(ana, draft, "second.pdf", pdf()).location).text
    assert told(shown) == [], "nothing stood that the new one took the place of"
    assert refused(press(ana, page, "/undo")) == (409, [CHANGED, "“second.pdf” was added since."])
    assert standing() == ["second.pdf"]


def test_the_earlier_cv_stays_away_once_the_newer_was_replaced(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "first.pdf", pdf())
    page = ana.get(upload(ana, draft, "second.pdf", pdf()).location).text
    upload(ana, draft, "third.pdf", pdf())
    reasons = [CHANGED, "“second.pdf” was removed since.", "“third.pdf” was added since."]
    assert refused(press(ana, page, "/undo")) == (409, reasons)
    assert standing() == ["third.pdf"]


def test_a_removed_paper_comes_back_beside_a_later_one(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    page = remove(ana, draft, "letter.pdf")
    upload(ana, draft, "cv.pdf", pdf())
    upload(ana, draft, "other.pdf", pdf(), "evidence")
    assert told(undone(ana, page)) == ["Undone."]
    assert standing() == ["cv.pdf", "letter.pdf", "other.pdf"]


def aged(app: Flask, note: str, age: timedelta) -> str:
    """The same note as if it had been written earlier."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - int(age.total_seconds())

    signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="undo", signer=Earlier)
    return str(signer.dumps(signer.loads(note)))


def test_a_note_of_more_than_an_hour_ago_is_refused(
    app: Flask, draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    page = remove(ana, draft, "letter.pdf")
    [note] = fields_on(page, "/undo")["note"]
    late = press(ana, page, "/undo", note=aged(app, note, timedelta(minutes=60, seconds=5)))
    assert refused(late) == (409, [LATE])
    assert (f'href="{draft}/files"' in late.text, standing()) == (True, [])
    in_time = press(ana, page, "/undo", note=aged(app, note, timedelta(minutes=59)))
    assert (told(ana.get(in_time.location).text), standing()) == (["Undone."], ["letter.pdf"])


def test_a_note_is_of_no_use_to_another_who_may_do_the_same(world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        wish = role_rules.Proposal(
            session.get_one(Person, world.asa.id), RoleName.ADMINISTRATOR, None, None, NOW.date()
        )
        grant = roles.propose(session, world.actor(session, world.ada), wish, NOW)
        roles.confirm(session, world.actor(session, world.sol), grant, NOW)
    ada, asa = client_of(world.ada), client_of(world.asa)
    page = f"/people/{world.kim.id}/disable"
    note = fields_on(ada.get(press(ada, ada.get(page).text, page).location).text, "/undo")["note"]
    sent = {"csrf_token": asa.token(page), "note": note}
    assert asa.post("/undo", data=sent).status_code == 400
    assert fresh(Person, world.kim.id).disabled_at == NOW


def test_nobody_undoes_what_somebody_else_did(draft: str, world: World, client_of: ClientOf) -> None:
    ana, kim = client_of(world.ana), client_of(world.kim)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    note = fields_on(remove(ana, draft, "letter.pdf"), "/undo")["note"]
    token = kim.token("/account")
    assert kim.post("/undo", data={"csrf_token": token, "note": note}).status_code == 400
    forged = [note[0][:-2] + "xx"]
    assert ana.post("/undo", data={"csrf_token": ana.token("/account"), "note": forged}).status_code == 400
    assert ana.post("/undo", data={"csrf_token": ana.token("/account")}).status_code == 400
    assert standing() == []


def test_it_needs_the_token_of_the_own_page(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "letter.pdf", pdf(), "evidence")
    page = remove(ana, draft, "letter.pdf")
    answer = press(ana, page, "/undo", csrf_token="another")
    assert (answer.status_code, standing()) == (422, [])


def test_it_is_judged_as_the_change_was(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    page = f"/people/{world.kim.id}/disable"
    shown = ada.get(press(ada, ada.get(page).text, page).location).text
    with write_tx() as session:
        session.get_one(RoleGrant, named("grantada")).ended_at = NOW
    assert press(ada, shown, "/undo").status_code in (403, 404)
    assert fresh(Person, world.kim.id).disabled_at == NOW


def test_strangers_are_sent_to_the_entrance(client: StrictClient, world: World) -> None:
    assert client.post("/undo").location == "/sign-in?unsaved=1"
    assert client.get("/undo").status_code == 405


__all__ = ["draft"]  # a fixture
