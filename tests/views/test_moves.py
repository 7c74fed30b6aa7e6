"""One page for every move: what it does, 303, 409 with reasons, 422 filled, 409 for a stale page."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from certify.models import Activity, Affiliation, Certification, Delegation, Relationship, db
from certify.models.store import write_tx
from certify.queries.move_choices import choices_for
from certify.scheme.words import ActivityState, AssessmentState, CertificationState, TieKind
from certify.workflows.certification import MOVES, Dossier
from certify.workflows.engine import Refused, perform
from tests.cast import LONG_AGO, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, REPORT_ON, Player

ClientOf = Callable[[Member], StrictClient]


def address(case: Player, move: str) -> str:
    return f"/certifications/{case.certification}/moves/{move}"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in found]
    return {name[1]: value[1] for name, value in pairs if name and value}


def send(client: StrictClient, path: str, **fields: str | list[str]):  # type: ignore[no-untyped-def]
    return client.post(path, data={**hidden(client.get(path).text), **fields})


def state(case: Player) -> CertificationState:
    db.session.rollback()
    return db.session.get_one(Certification, case.certification).state


def test_a_move_is_made_and_leads_back_to_the_case(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    answer = send(
        client_of(world.olu), address(submitted, "return_application"), to_complete="Name your sectors."
    )
    assert answer.status_code == 303
    assert answer.location == f"/certifications/{submitted.certification}"
    assert state(submitted) is CertificationState.DRAFT


def test_the_page_says_what_the_move_does(submitted: Player, world: World, client_of: ClientOf) -> None:
    page = client_of(world.olu).get(address(submitted, "return_application")).text
    assert re.search(r"The case goes from “[^”]+” to “[^”]+”", page)


@pytest.mark.parametrize(("who", "move", "style"), [("ana", "leave", "danger"), ("olu", "hold", "primary")])
def test_what_ends_a_path_has_the_style_of_danger(
    admitted: Player, world: World, client_of: ClientOf, who: str, move: str, style: str
) -> None:
    page = client_of(getattr(world, who)).get(address(admitted, move)).text
    assert re.findall(r'<button type="submit"\s+class="btn btn-(\w+)"', page.partition("<main")[2]) == [style]


def test_the_holder_comes_back_to_the_own_path(admitted: Player, world: World, client_of: ClientOf) -> None:
    page = client_of(world.ana).get(address(admitted, "leave")).text
    crumbs = page.partition('class="breadcrumb')[2].partition("</nav>")[0]
    assert ('href="/my/path"' in crumbs or ">My path<" in crumbs, ">Cases<" in crumbs) == (True, False)


def test_bad_input_comes_back_filled(submitted: Player, world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    answer = send(olu, address(submitted, "return_application"), to_complete="  ")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert state(submitted) is CertificationState.SUBMITTED


def test_a_form_without_its_token_is_not_lost(submitted: Player, world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    answer = olu.post(address(submitted, "return_application"), data={"to_complete": "Name your sectors."})
    assert answer.status_code == 422
    assert "Name your sectors." in answer.text
    assert state(submitted) is CertificationState.SUBMITTED


def test_a_refused_move_shows_every_reason_and_no_form(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.olu).get(address(submitted, "admit"))
    assert page.status_code == 200
    assert "This cannot be done now" in page.text
    assert 'action="' + address(submitted, "admit") not in page.text


def test_a_refused_move_that_is_sent_all_the_same_answers_409(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    answer = olu.post(address(submitted, "admit"), data={"csrf_token": olu.token("/apply?another=1")})
    assert answer.status_code == 409
    assert "<code>screening</code>" in answer.text
    assert state(submitted) is CertificationState.SUBMITTED


def test_who_sees_the_case_but_has_not_the_role_is_forbidden(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    for member in (world.ana, world.asa, world.maya):
        ana = client_of(member)
        assert ana.get(address(submitted, "return_application")).status_code == 403
        answer = ana.post(address(submitted, "return_application"), data={"to_complete": "x"})
        assert answer.status_code == 403


@pytest.mark.parametrize("move", ["conquer", "create", "recognise"])
def test_an_unknown_move_is_not_found(
    submitted: Player, world: World, client_of: ClientOf, move: str
) -> None:
    assert client_of(world.olu).get(address(submitted, move)).status_code == 404


def test_a_step_that_somebody_else_took_meanwhile_is_not_offered_as_a_step(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    olu, path = client_of(world.olu), f"/certifications/{delivered.certification}/moves/hold"
    page = hidden(olu.get(path).text)
    assert olu.post(path, data={**page, "reason": "A flood."}).status_code == 303
    late = olu.post(path, data={**page, "reason": "The factory is closed."})
    assert (late.status_code, "The case goes from" in late.text) == (409, False)
    assert "The case is “On hold” now, and this does not start from there." in late.text
    assert "The factory is closed." in late.text


def test_a_stale_page_is_told_what_changed_and_keeps_what_was_typed(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    seen = hidden(olu.get(address(submitted, "return_application")).text)
    submitted.move("assign_screener", world.olu, date(2026, 1, 13), person=world.bea.id)
    typed = {**seen, "to_complete": "Name your sectors."}
    answer = olu.post(address(submitted, "return_application"), data=typed)
    assert answer.status_code == 409
    assert "This case changed while your page was open." in answer.text
    assert "named a member of the screening panel" in answer.text
    assert "opened the application" not in answer.text
    assert "Name your sectors." in answer.text
    assert state(submitted) is CertificationState.SUBMITTED
    again = olu.post(address(submitted, "return_application"), data={**typed, **hidden(answer.text)})
    assert again.status_code == 303


def test_two_who_decide_from_the_same_page_make_one_move(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    first, second = client_of(world.olu), client_of(world.olu)
    path = address(submitted, "return_application")
    forms = [{**hidden(one.get(path).text), "to_complete": "Sectors."} for one in (first, second)]
    assert first.post(path, data=forms[0]).status_code == 303
    assert second.post(path, data=forms[1]).status_code == 409


def test_relations_are_shown_before_somebody_is_chosen(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        session.add(
            Relationship(
                person_id=world.bea.id,
                other_id=world.ana.id,
                kind=TieKind.FAMILY,
                declared_by_id=world.bea.id,
                declared_at=LONG_AGO,
            )
        )
    olu = client_of(world.olu)
    page = olu.get(address(submitted, "assign_screener")).text
    assert "Bea Okafor is family of the candidate." in page
    assert f'value="{world.ana.id}"' not in page
    answer = send(olu, address(submitted, "assign_screener"), person=world.bea.id)
    assert answer.status_code == 409
    assert "Bea Okafor is family of the candidate." in answer.text
    assert send(olu, address(submitted, "assign_screener"), person=world.quy.id).status_code == 303


def test_a_person_who_was_not_offered_is_refused(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    answer = send(client_of(world.olu), address(submitted, "assign_screener"), person=world.kim.id)
    assert answer.status_code == 422


def test_enrolling_offers_the_events_of_the_module(
    admitted: Player, world: World, client_of: ClientOf
) -> None:
    other = Player(holder=world.lan).apply().admit().train()
    olu = client_of(world.olu)
    event = db.session.get_one(Certification, other.certification).roster_entries[0].activity_id
    assert f'value="{event}"' not in olu.get(address(admitted, "enrol")).text
    with write_tx() as session:
        session.get_one(Activity, event).state = ActivityState.SUBMITTED
    page = olu.get(address(admitted, "enrol")).text
    assert f'value="{event}"' in page
    assert "Bea " in page


def test_the_self_assessment_asks_all_twenty_items(
    delivered: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(REPORT_ON)
    page = client_of(world.ana).get(address(delivered, "submit_for_assessment")).text
    assert "This cannot be done now" in page
    ready = Player(holder=world.lan).apply().admit().train().deliver().visit()
    assert state(ready) is CertificationState.ASSESSMENT


def test_what_is_waived_is_not_offered_and_not_waived_again(
    delivered: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(REPORT_ON)
    olu, page = client_of(world.olu), address(delivered, "waive")
    kept = {**hidden(olu.get(page).text), "requirement": "cohort-size", "reason": "Two are left."}
    assert olu.post(page, data=kept).status_code == 303
    assert olu.post(page, data=kept).status_code in (409, 422)
    assert 'value="cohort-size"' not in olu.get(page).text
    case = db.session.get_one(Certification, delivered.certification)
    with pytest.raises(Refused, match="waived already"), write_tx():
        perform(
            case,
            "waive",
            world.actor(db.session(), world.olu, REPORT_ON),
            NOW,
            requirement="cohort-size",
            reason="Again.",
        )


def test_an_oversized_reason_is_bad_input(submitted: Player, world: World, client_of: ClientOf) -> None:
    answer = send(client_of(world.olu), address(submitted, "return_application"), to_complete="x" * 5000)
    assert answer.status_code == 422
    assert "At most 4000 characters." in answer.text


def test_handing_over_offers_only_what_can_be_handed_over(app: Flask, world: World) -> None:
    """Bo supervises and nobody observes yet, so it is asked who may supervise."""
    played = Player(holder=world.lan).apply().admit().train()
    with write_tx() as session:
        mine = session.get_one(Certification, played.certification)
        mine.assessments[0].state = AssessmentState.ASSIGNED  # a screener whose sheet is still open
    case, at = db.session.get_one(Certification, played.certification), NOW
    dossier, olu = Dossier(db.session(), case, at), world.actor(db.session(), world.olu)
    found = choices_for(db.session(), case, MOVES["reassign"], olu, dossier, at=at)
    assert found["from"] == [(world.bo.id, "Bo Nguyễn · supervises")]
    assert dict(found["to"]) == {
        world.bo.id: "Bo Nguyễn",
        world.tuan.id: "Tuấn Lê",
        world.bea.id: "Bea Okafor",
    }


def test_handing_over_shows_both_relations_and_the_work_of_each_person(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    """Bea taught the ToT: no observer without a second one; Tuấn has an employer in common with Ana."""
    delivered.move("assign_observer", world.olu, REPORT_ON, person=world.tuan.id, activity=delivered.workshop)
    with write_tx() as session:
        session.add_all(
            Affiliation(person_id=one.id, organisation_id=world.other_provider, from_on=date(2025, 1, 1))
            for one in (world.tuan, world.ana)
        )
    page = client_of(world.olu).get(address(delivered, "reassign")).text
    rows = {
        re.search(r'value="([^"]*)"', row)[1]: (  # type: ignore[index]
            re.search(r'data-label="Open tasks"><span>(\d+)', row)[1],  # type: ignore[index]
            re.findall(r'data-label="To (\w+)">.*?pill-(\w+)', row, re.DOTALL),
            "disabled" in row,
        )
        for row in re.findall(r"<tr[^>]*>\s*<th scope=\"row\".*?</tr>", page, re.DOTALL)
    }
    assert rows == {
        world.bo.id: ("1", [("supervise", "good"), ("observe", "good")], False),
        world.bea.id: ("0", [("supervise", "good"), ("observe", "warn")], False),
        world.tuan.id: ("1", [("supervise", "warn"), ("observe", "bad")], False),
    }
    assert "Tuấn Lê · has to observe" in page


def test_the_bodies_offered_are_those_that_the_guard_lets_decide(recommended: Player, world: World) -> None:
    case = db.session.get_one(Certification, recommended.certification)
    maya, dossier = world.actor(db.session(), world.maya), Dossier(db.session(), case, NOW)
    asked = {"move": MOVES["grant"], "actor": maya, "dossier": dossier, "at": NOW}
    assert choices_for(db.session(), case, **asked)["issuer"] == [(world.issuer, "SCORE Việt Nam")]
    with write_tx() as session:
        session.get_one(Delegation, world.delegation).until_on = DECIDED_ON
    case = db.session.get_one(Certification, recommended.certification)
    asked["dossier"] = Dossier(db.session(), case, NOW)
    assert choices_for(db.session(), case, **asked)["issuer"] == []


def test_people_are_chosen_from_a_table_in_which_who_is_blocked_cannot_be(
    trained: Player, world: World, client_of: ClientOf
) -> None:
    """Bea facilitated Ana's ToT: as a second observer she would need another; Lan's colleague may not."""
    with write_tx() as session:
        session.add_all(
            Affiliation(person_id=one.id, organisation_id=world.other_provider, from_on=date(2025, 1, 1))
            for one in (world.tuan, world.ana)
        )
    page = client_of(world.olu).get(f"/certifications/{trained.certification}/moves/assign_observer").text
    radios = {
        re.search(r'value="([^"]*)"', one)[1]: "disabled" in one  # type: ignore[index]
        for one in re.findall(r'<input[^>]*type="radio"[^>]*name="person"[^>]*>', page)
    }
    assert radios == {world.bo.id: False, world.bea.id: False, world.tuan.id: True}
    assert "Tuấn Lê and the candidate share an employer or provider." in page
