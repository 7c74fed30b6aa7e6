"""Opening an application: signed in, with a module and a country, and told what stands there already."""

import re
from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy import select

from certify.models import Message, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import EDITION, Player
from tests.views.test_application import answer
from tests.views.test_moves import send

ClientOf = Callable[[Member], StrictClient]


def test_signed_out_applicants_sign_in_first(app: Flask, client: StrictClient) -> None:
    assert client.get("/apply").location == "/sign-in?next=/apply"


def test_a_form_sent_signed_out_leads_back_to_its_page(app: Flask, client: StrictClient) -> None:
    sent = client.post("/apply", data={"module": "WPC"})
    assert sent.location == "/sign-in?next=/apply&unsaved=1"
    assert "What you typed on the last page was not saved." in client.get(sent.location).text
    assert client.post("/certifications/x/application/files/y/remove").location == "/sign-in?unsaved=1"


def test_who_has_a_closed_case_sees_it_too(submitted: Player, world: World, client_of: ClientOf) -> None:
    for member in (world.bea, world.quy):
        submitted.move("assign_screener", world.olu, date(2026, 1, 13), person=member.id)
        submitted._score("screening", member, date(2026, 1, 13), {item.id: 2 for item in EDITION.screening})
    reason = {"requirement": "screening", "reason": "Too little experience yet."}
    submitted.move("decline_application", world.olu, date(2026, 1, 14), reasons=[reason])
    page = client_of(world.ana).get("/apply").text
    assert "Declined" in page
    assert 'name="module"' not in page
    assert 'href="/apply?another=1"' in page


def test_an_application_for_no_module_comes_back_filled(
    world: World, app: Flask, client_of: ClientOf
) -> None:
    page = send(client_of(world.ana), "/apply", module="M1", country="VN")
    assert page.status_code == 422
    assert '<option selected value="VN">' in page.text


def test_a_country_without_a_coordinator_is_told_before_and_after_the_choice(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    page = ana.get("/apply").text
    served = page.partition('<optgroup label="With a national coordinator">')[2].partition("</optgroup>")[0]
    assert re.findall(r'value="(\w\w)"', served) == ["VN"]
    assert '<optgroup label="No national coordinator yet">' in page
    opened = send(ana, "/apply", module="WPC", country="KE")
    for place in (opened.location, f"{opened.location}/submit"):
        assert "No national coordinator serves Kenya for this module yet." in ana.get(place).text
    answer(ana, opened.location)
    assert send(ana, f"{opened.location}/submit", declaration="y").status_code == 303
    owed = db.session.scalars(select(Message).where(Message.kind == "application_unserved")).all()
    assert [one.recipient_id for one in owed] == [world.sol.id]
    assert not any("Ana" in str(one.params) for one in owed)


def test_modules_are_grouped_by_what_opens_them(submitted: Player, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    page = ana.get("/apply?another=1").text
    groups = {
        label: re.findall(r'value="(\w+)"', inside)
        for label, inside in re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)
    }
    first = [one.code for one in EDITION.modules.values() if not one.prerequisites]
    assert groups["Open to you"] == [code for code in first if code != "WPC"]
    assert groups["You have a case for it already"] == ["WPC"]
    after = {label: codes for label, codes in groups.items() if label.startswith("Opens after")}
    assert after == {
        f"Opens after {' or '.join(one.prerequisites)}": [
            other.code for other in EDITION.modules.values() if other.prerequisites == one.prerequisites
        ]
        for one in EDITION.modules.values()
        if one.prerequisites
    }
    assert re.search(r'<option disabled value="WPC">', page)
    shut = next(iter(after.values()))[0]  # a draft may be opened all the same
    assert send(ana, "/apply?another=1", module=shut, country="VN").status_code == 303


def test_the_module_of_the_link_is_chosen_already(app: Flask, world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    assert re.findall(r'<option selected value="(\w+)">', kim.get("/apply?module=QUA").text) == ["QUA", "VN"]
    assert re.findall(r'<option selected value="(\w*)">', kim.get("/apply?module=Nonsense").text) == [
        "",
        "VN",
    ]


def test_the_own_path_leads_to_the_form_with_its_module(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    links = re.findall(r'href="(/apply\?[^"]*module=QUA[^"]*)"', ana.get("/my-path").text)
    assert links == ["/apply?another=1&amp;module=QUA"]
    assert '<option selected value="QUA">' in ana.get(links[0].replace("&amp;", "&")).text
