"""A service provider's pages: own trainers, nominating several people, checking many certificates."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from certify.models import Affiliation, Certification, Credential, Message, db
from certify.models.store import write_tx
from certify.presentation import day
from tests.cast import SINCE, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, Player
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
SEVERAL = "/nominate/several"


def listed(client: StrictClient, query: str = "") -> list[str]:
    """The names on the page of my trainers."""
    return re.findall(r'<h2 id="trainer-\w+">([^<]+)</h2>', client.get("/trainers" + query).text)


def test_a_provider_sees_its_own_people_and_nobody_elses(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    assert listed(client_of(world.sami)) == ["Lan Phạm", "Sami Haddad"]
    with write_tx() as session:
        session.add(Affiliation(person_id=world.ana.id, organisation_id=world.other_provider, from_on=SINCE))
        session.add(
            Affiliation(
                person_id=world.kim.id,
                organisation_id=world.provider,
                from_on=SINCE,
                until_on=date(2026, 5, 31),
            )
        )
    assert listed(client_of(world.sami)) == ["Lan Phạm", "Sami Haddad"]


def test_each_module_shows_what_it_is_worth_what_is_next_and_who_must_act(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    player = Player(holder=world.lan).apply().admit()
    page = client_of(world.sami).get("/trainers").text
    assert "Get a place in a training of trainers" in page
    assert "Waits for: National coordinator, since 12 Jan 2026" in page
    player.train().deliver().visit().recommend().grant()
    page = client_of(world.sami).get("/trainers").text
    assert "Valid until 4 May 2029" in page
    assert "Nothing now; the renewal opens on 3 Feb 2029" in page


def test_a_certificate_that_begins_later_asks_for_no_renewal(
    app: Flask, world: World, client_of: ClientOf, turn: Turn
) -> None:
    player = Player(holder=world.lan).apply().admit().train().deliver().visit().recommend()
    reasons = [{"requirement": "mean-score", "reason": "Strong in every event."}]
    later = DECIDED_ON + timedelta(days=60)
    player.move("grant", world.maya, DECIDED_ON, reasons=reasons, effective_on=later)
    turn(DECIDED_ON)
    page = client_of(world.sami).get("/trainers").text
    assert "Nothing now; the renewal opens on" in page
    assert "Renew the certification" not in page


def test_the_list_is_searched_and_narrowed(app: Flask, world: World, client_of: ClientOf) -> None:
    Player(holder=world.lan).apply()
    sami = client_of(world.sami)
    asked = ("?name=pham", "?name=zz", "?module=WPC", "?module=QUA", "?name=lan%40example")
    assert [listed(sami, query) for query in asked] == [["Lan Phạm"], [], ["Lan Phạm"], [], []]


def test_the_page_costs_the_same_for_few_and_for_many(app: Flask, world: World, client_of: ClientOf) -> None:
    Player(holder=world.lan).apply().admit()
    sami, asked, counts = client_of(world.sami), [], []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for holder in (None, world.kim, world.eka, world.ana):
        if holder:
            with write_tx() as session:
                session.add(Affiliation(person_id=holder.id, organisation_id=world.provider, from_on=SINCE))
            Player(holder=holder).apply().admit()
        asked.clear()
        assert sami.get("/trainers").status_code == 200
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("path", ["/trainers", SEVERAL])
def test_only_a_provider_opens_these_pages(world: World, client_of: ClientOf, path: str) -> None:
    for member in (world.kim, world.olu, world.maya, world.asa):
        assert client_of(member).get(path).status_code == 403, member.name
    assert client_of(world.sami).get(path).status_code == 200


def row(n: int, name: str, email: str, module: str = "WPC") -> dict[str, str]:
    return {f"people__{n}__name": name, f"people__{n}__email": email, f"people__{n}__module": module}


def cases() -> set[tuple[str, str]]:
    db.session.rollback()
    return {(case.holder.email, case.module) for case in db.session.scalars(select(Certification))}


@pytest.mark.parametrize("path", ["/nominate", SEVERAL])
def test_a_provider_nominates_in_the_countries_of_its_agreement_alone(
    world: World, client_of: ClientOf, path: str
) -> None:
    page = client_of(world.sami).get(path).text
    shown = re.search(r'<select[^>]*name="country".*?</select>', page, re.DOTALL)
    assert shown
    assert re.findall(r'value="([A-Z]{2})"', shown.group()) == ["VN"]
    assert re.findall(r'label="([^"]+)"', shown.group()) == ["With a national coordinator"]


def test_who_has_no_case_to_show_may_have_been_nominated(world: World, client_of: ClientOf) -> None:

    def shown(client: StrictClient) -> str:
        return client.get("/trainers").text.partition("<main")[2]

    sami = client_of(world.sami)
    told = "On no path yet, or nominated and not confirmed yet."
    before = shown(sami)
    assert told in before
    assert send(sami, SEVERAL, **row(0, "Lan Phạm", "lan@example.org")).status_code == 303
    sami.get("/trainers")  # says once how many were asked
    assert shown(sami) == before


def test_several_are_nominated_at_once(world: World, client_of: ClientOf) -> None:
    rows = {**row(0, "Kim", "kim@example.org"), **row(1, "Hoa Lê", "HOA@example.org", "QUA")}
    answer = send(client_of(world.sami), SEVERAL, **rows)
    assert (answer.status_code, answer.location) == (303, "/trainers")
    assert cases() == {("kim@example.org", "WPC"), ("hoa@example.org", "QUA")}
    kinds = sorted(one.kind for one in db.session.scalars(select(Message)))
    assert kinds == ["nominated", "nominated_new"]


def test_good_rows_are_done_and_bad_ones_come_back_filled(world: World, client_of: ClientOf) -> None:
    rows = {
        **row(0, "Kim", "kim@example.org"),
        **row(1, "", "nobody@example.org"),
        **row(2, "No At", "no-at"),
        **row(3, "Kim again", "KIM@example.org"),
        **row(4, "Sami", "sami@example.org"),
        **row(5, "Eka", "eka@example.org", ""),
    }
    answer = send(client_of(world.sami), SEVERAL, **rows)
    assert answer.status_code == 422
    assert cases() == {("kim@example.org", "WPC")}
    kept = fields_on(answer.text, SEVERAL)
    names = [value for name, value in kept.items() if name.endswith("-name")]
    assert names == [[""], ["No At"], ["Kim again"], ["Sami"], ["Eka"]]
    for told in (
        "Row 1: Give the name.",
        "Row 2: Give an e-mail address like name@example.org.",
        "Row 3: This person is asked already, from another row.",
        "Row 4: Nobody nominates themself; apply instead.",
        "Row 5: Choose the module.",
        "Asked to confirm by mail: Kim &lt;kim@example.org&gt;",
        "5 people are left: correct the rows below and send them again",
    ):
        assert told in answer.text, told
    assert 'href="#people-1-email"' in answer.text


def test_a_row_that_repeats_a_wrong_one_names_it_by_the_number_that_it_has_now(
    world: World, client_of: ClientOf
) -> None:
    rows = {
        **row(0, "Kim", "kim@example.org"),
        **row(1, "Sami", "sami@example.org"),
        **row(2, "Sami again", "SAMI@example.org"),
    }
    answer = send(client_of(world.sami), SEVERAL, **rows)
    assert answer.status_code == 422
    assert "Row 2: The same person as in row 1." in answer.text


def test_who_was_asked_is_not_written_to_again_within_a_day(
    world: World, client_of: ClientOf, turn: Turn
) -> None:
    sami = client_of(world.sami)
    rows = {**row(0, "Kim", "kim@example.org"), **row(1, "Hoa Lê", "hoa@example.org")}
    assert send(sami, SEVERAL, **rows).status_code == 303
    again = send(sami, SEVERAL, **rows)
    said = f"Asked already on {day(NOW.date())}; a person is written to once in 24 hours."
    assert (again.status_code, f"Row 1: {said}" in again.text, f"Row 2: {said}" in again.text) == (
        422,
        True,
        True,
    )
    assert "people are asked to confirm" not in again.text
    asked = select(Message).where(Message.kind.startswith("nominated"))
    assert len(db.session.scalars(asked).all()) == 2
    turn(NOW.date() + timedelta(days=2))
    assert send(sami, SEVERAL, **rows).status_code == 303
    db.session.rollback()
    assert len(db.session.scalars(asked).all()) == 4


def test_an_empty_form_and_a_form_without_an_organisation_do_nothing(
    world: World, client_of: ClientOf
) -> None:
    sami = client_of(world.sami)
    assert "Name at least one person." in send(sami, SEVERAL).text
    wrong = send(sami, SEVERAL, organisation="", **row(0, "Kim", "kim@example.org"))
    assert (wrong.status_code, "Kim" in wrong.text) == (422, True)
    other = send(sami, SEVERAL, organisation=world.other_provider, **row(0, "Kim", "kim@example.org"))
    assert other.status_code == 422
    assert cases() == set()


def test_a_nomination_does_not_tell_whether_the_address_was_new(world: World, client_of: ClientOf) -> None:
    """Neither the list of trainers nor that of staff names anybody before they have confirmed."""
    Player(holder=world.eka).apply()
    sami = client_of(world.sami)
    rows = {
        **row(0, "New One", "new@example.org"),
        **row(1, "Kim Known", "kim@example.org"),
        **row(2, "Eka Known", "eka@example.org"),
    }
    assert send(sami, SEVERAL, **rows).status_code == 303
    assert listed(sami) == ["Lan Phạm", "Sami Haddad"]
    staff = sami.get(f"/organisations/{world.provider}").text
    assert not any(name in staff for name in ("New One", "Kim", "Eka"))


def test_who_confirms_a_nomination_is_listed_and_who_worked_nowhere_is_recorded_with_the_provider(
    world: World, client_of: ClientOf
) -> None:
    sami = client_of(world.sami)
    send(sami, SEVERAL, **row(0, "Kim", "kim@example.org"))
    case = db.session.scalars(select(Certification)).one()
    path = f"/certifications/{case.id}/moves/confirm_nomination"
    assert send(client_of(world.kim), path).status_code == 303
    assert listed(sami) == ["Kim Park", "Lan Phạm", "Sami Haddad"]
    db.session.rollback()
    [work] = db.session.scalars(select(Affiliation).where(Affiliation.person_id == world.kim.id))
    assert (work.organisation_id, work.from_on, work.until_on) == (world.provider, NOW.date(), None)


def test_who_works_elsewhere_stays_there_when_they_confirm(world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        session.add(Affiliation(person_id=world.kim.id, organisation_id=world.other_provider, from_on=SINCE))
    send(client_of(world.sami), SEVERAL, **row(0, "Kim", "kim@example.org"))
    case = db.session.scalars(select(Certification)).one()
    send(client_of(world.kim), f"/certifications/{case.id}/moves/confirm_nomination")
    db.session.rollback()
    works = db.session.scalars(select(Affiliation).where(Affiliation.person_id == world.kim.id)).all()
    assert [work.organisation_id for work in works] == [world.other_provider]


def number_of(player: Player) -> str:
    return db.session.scalars(select(Credential.number)).one()


def test_a_pasted_list_gets_a_verdict_for_each_number_once(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    number = number_of(certified)
    typed = f"{number.lower().replace('-', ' ')}\r\nTC-0000-0000-0000-0, nonsense\n{number}"
    page = client_of(world.sami).get("/check-certificates", query_string={"numbers": typed})
    assert page.status_code == 200
    verdicts = re.findall(r'number-line" href="[^"]+">([^<]+)</a>.*?pill-(\w+)">([^<]+)<', page.text, re.S)
    assert verdicts[0] == (number, "good", "Valid")
    assert {shown for _, _, shown in verdicts[1:3]} == {"Unknown number"}
    assert "Ana Trần" in page.text


def test_the_table_holds_the_same_and_no_formula(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        session.scalars(select(Credential)).one().holder_name = "=cmd()"
    number = number_of(certified)
    answer = client_of(world.sami).get("/check-certificates.csv", query_string={"numbers": number})
    assert answer.mimetype == "text/csv"
    [line] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (line["number"], line["verdict"], line["reason"], line["holder"]) == (
        number,
        "Valid",
        "",
        "'=cmd()",
    )


def test_too_many_numbers_and_none_are_told(world: World, client_of: ClientOf) -> None:
    sami = client_of(world.sami)
    many = "\n".join(f"TC-{n:04}" for n in range(51))
    for path in ("/check-certificates", "/check-certificates.csv"):
        answer = sami.get(path, query_string={"numbers": many})
        assert (answer.status_code, "At most 50 numbers at once; these are 51." in answer.text) == (422, True)
        assert sami.get(path, query_string={"numbers": " \n "}).status_code == 422


def test_fifty_numbers_cost_as_many_queries_as_one(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    """What counts the unknown ones as guesses stands apart: it happens now and then."""
    sami, asked, counts = client_of(world.sami), [], []
    event.listen(
        db.engine,
        "before_cursor_execute",
        lambda *a: asked.append(a[2]) if a[2].startswith("SELECT") and "throttle" not in a[2] else None,
    )
    for numbers in (number_of(certified), "\n".join([number_of(certified), *(f"x{n}" for n in range(49))])):
        asked.clear()
        assert sami.get("/check-certificates", query_string={"numbers": numbers}).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_list_of_guesses_is_stopped_for_whoever_sends_it_and_for_nobody_else_at_that_address(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    sami, guesses = client_of(world.sami), "\n".join(f"guess {n}" for n in range(50))
    answers = [
        sami.get("/check-certificates", query_string={"numbers": guesses}).status_code for _ in range(20)
    ]
    assert (answers[0], answers[-1]) == (200, 429)
    table = sami.get("/check-certificates.csv", query_string={"numbers": number_of(certified)})
    assert (table.status_code, int(table.headers["Retry-After"]) > 0) == (429, True)
    neighbour = client_of(world.kim).get("/check-certificates", query_string={"numbers": guesses})
    assert neighbour.status_code == 200


def test_everybody_who_is_signed_in_may_check(
    world: World, client: StrictClient, client_of: ClientOf
) -> None:
    assert client_of(world.kim).get("/check-certificates").status_code == 200
    assert client.get("/check-certificates").status_code == 303
