"""What stands still beside the path: renewals, licences, reviews, requests for a name; and their nudges."""

from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from certify.models import (
    Affiliation,
    Certification,
    Credential,
    ExpertLicence,
    NameChange,
    Renewal,
    Review,
    db,
)
from certify.models.store import write_tx
from certify.queries.reminded import OfCase, Reminded
from certify.queries.stalled import Stall
from certify.queries.stalled_kinds import KINDS
from certify.scheme.words import CertificationState, LicenceState, NameChangeState, RenewalState, RoleName
from certify.workflows.clock_moves import make_due
from certify.workflows.name_change import ask
from tests.cast import SINCE, WORLD, World
from tests.conftest import Turn
from tests.licensing import EXAMINED_ON, NOMINATED_ON, Licensing
from tests.player import DECIDED_ON, Player, at
from tests.views.conftest import ClientOf
from tests.views.crowd import SINCE as CROWDED
from tests.views.crowd import asked, crowd
from tests.views.test_certifications import text_of
from tests.views.test_stalls import messages, press, queries_of_both, stalls, waits
from tests.workflows.renewing import DAY, GRACE_ENDS, OPENS, Renewing, grant_of

Told = tuple[str, str, list[tuple[str, str | None, int]], date | None]
FELL_ON = DECIDED_ON + 10 * DAY  # 14 May 2026: the suspension's limit is six months later


def told(day: date, about: str) -> list[Told]:
    return [
        (str(one.thing.state), one.mark, holds(one), one.ends_on)
        for one in stalls(WORLD, WORLD.olu, day, about=about).items
    ]


def holds(one: Stall) -> list[tuple[str, str | None, int]]:
    return sorted((hold.who, hold.name, hold.days) for hold in one.holds)


def waited_for(day: date) -> set[str]:
    (one,) = stalls(WORLD, WORLD.olu, day, about="renewal").items
    return {hold.who for hold in one.holds}


def many(ids: list[str]) -> None:
    """One of everything for each of some cases, waiting since long."""
    with write_tx() as session:
        (old,) = session.scalars(select(Credential.id).limit(1))
        for id in ids:
            case = session.get_one(Certification, id)
            case.valid_from = SINCE
            about: dict[str, Any] = {"case_id": case.case_id, "certification": case, "state_since": CROWDED}
            session.add_all(
                [
                    Renewal(
                        **about, credential_id=old, state=RenewalState.FILED, opened_at=CROWDED, route="late",
                        filed_at=CROWDED, scheme_version=WORLD.edition, reasons=[],
                    ),
                    ExpertLicence(
                        **about, module=case.module, country=case.country, scheme_version=WORLD.edition,
                        state=LicenceState.NOMINATED, nominated_by_id=WORLD.olu.id, nominated_at=CROWDED,
                        reason="Good.", reasons=[],
                    ),
                    Review(
                        **about, ground="suspension_limit", cause="x", state="open", opened_at=CROWDED
                    ),
                    NameChange(
                        **about, person_id=case.holder_id, state=NameChangeState.ASKED, name="Another",
                        reason="Married.", asked_at=CROWDED,
                    ),
                ]
            )  # fmt: skip


def test_a_renewal_waits_for_its_review_and_then_for_its_decision(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open()
    assert told(OPENS + 60 * DAY, "renewal") == []
    renewing.file()
    assert told(OPENS + 6 * DAY, "renewal") == []
    ends = OPENS + 14 * DAY
    assert [told(OPENS + n * DAY, "renewal") for n in (7, 14)] == [
        [("filed", "slow", [("qa_reviewer", None, 7)], ends)],
        [("filed", "stalled", [("qa_reviewer", None, 14)], ends)],
    ]
    renewing.review(ends)
    assert told(ends + 10 * DAY, "renewal") == [
        ("reviewed", "slow", [("master_trainer", None, 10)], ends + 30 * DAY)
    ]
    renewing.grant(ends + 11 * DAY)
    assert told(ends + 99 * DAY, "renewal") == []


def test_a_late_renewal_waits_for_its_cycle_then_for_the_coordinator_then_for_the_observers(
    certified: Player, world: World
) -> None:
    filed, first, day = GRACE_ENDS + DAY, GRACE_ENDS + 2 * DAY, GRACE_ENDS + 60 * DAY
    renewing = Renewing(certified).open(filed).file(filed)
    assert told(day, "renewal")[0][2] == [
        ("coordinator", None, 59), ("holder", "Ana Trần", 59), ("holder", "Ana Trần", 59),
        ("qa_reviewer", None, 59),
    ]  # fmt: skip
    workshop, visit = renewing.deliver(first)
    assert told(day, "renewal")[0][2] == [
        ("coordinator", None, 44), ("coordinator", None, 58), ("qa_reviewer", None, 59),
    ]  # fmt: skip
    renewing.assign(workshop, world.tuan, first + 30 * DAY)
    assert waited_for(day) == {"observer", "coordinator", "qa_reviewer"}
    renewing.review(day).assign(visit, world.tuan, day)
    assert waited_for(day + 30 * DAY) == {"observer"}
    for sheet in (workshop, visit):
        with write_tx() as session:
            case = session.get_one(Certification, certified.certification)
            (open_sheet,) = [
                one for one in case.assessments if one.activity_id == sheet and one.kind == "observation"
            ]
            open_sheet.state = "submitted"
    assert waited_for(day + 30 * DAY) == {"master_trainer"}


def test_a_licence_waits_for_the_nominee_the_examination_and_the_decision(
    seasoned: Player, world: World
) -> None:
    licence = Licensing(seasoned).nominate()
    on, end = NOMINATED_ON, EXAMINED_ON
    assert told(on + 6 * DAY, "licence") == []
    assert told(on + 14 * DAY, "licence") == [
        ("nominated", "stalled", [("holder", "Ana Trần", 14)], on + 14 * DAY)
    ]
    licence.confirm().teach()
    assert told(on + 45 * DAY, "licence") == [
        ("confirmed", "slow", [("coordinator", None, 45)], on + 90 * DAY)
    ]
    licence.examine()
    assert told(end + 15 * DAY, "licence") == [
        ("examined", "slow", [("master_trainer", None, 15)], end + 30 * DAY)
    ]


def test_a_review_waits_since_it_was_opened_also_once_it_is_escalated(
    certified: Player, world: World
) -> None:
    certified.move("suspend", world.maya, FELL_ON, grounds="A complaint.")
    limit = date(2026, 11, 16)
    make_due(at(limit))
    assert told(limit + 14 * DAY, "review") == []
    assert told(limit + 15 * DAY, "review") == [
        ("open", "slow", [("master_trainer", None, 15)], limit + 30 * DAY)
    ]
    make_due(at(limit + 30 * DAY))
    assert told(limit + 31 * DAY, "review") == [
        ("escalated", "stalled", [("master_trainer", None, 31)], limit + 30 * DAY)
    ]


def asks_for_a_name(played: Player) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, played.certification)
        actor = WORLD.actor(session, WORLD.ana, FELL_ON)
        ask(session, case, actor, at(FELL_ON), name="Ana Lê", reason="Married.")


def test_a_request_for_another_name_waits_for_a_coordinator(certified: Player, world: World) -> None:
    asks_for_a_name(certified)
    assert told(FELL_ON + 7 * DAY, "name_change") == [
        ("asked", "slow", [("coordinator", None, 7)], FELL_ON + 14 * DAY)
    ]


def test_everything_stands_in_one_order_page_by_page_and_person_by_person(
    certified: Player, world: World
) -> None:
    ids = crowd(20, CertificationState.CERTIFIED)
    many(ids)
    crowd(3, CertificationState.SUBMITTED)
    crowd(2, CertificationState.CERTIFIED, country="ET")
    day, seen, cursor = date(2026, 8, 1), list[Stall](), None
    for n in (50, 33):
        page = stalls(world, world.olu, day, cursor)
        assert len(page.items) == n
        cursor, seen = page.next, [*seen, *page.items]
    assert (cursor, len({one.id for one in seen})) == (None, 83)
    assert [one.since for one in seen] == sorted(one.since for one in seen)
    assert {who: n for who, n in ((one.who, one.cases) for one in waits(world, day)) if who != "holder"} == {
        "coordinator": 43, "master_trainer": 20, "qa_reviewer": 20,
    }  # fmt: skip
    assert sum(one.cases for one in waits(world, day, who="holder")) == 40
    for given, n in (
        ({"about": "licence"}, 20), ({"who": "qa_reviewer"}, 20), ({"on": "coordinator"}, 43),
        ({"on": seen[0].case.holder_id}, 2), ({"stall": "slow"}, 0), ({"module": "QUA"}, 0),
    ):  # fmt: skip
        assert len(stalls(world, world.olu, day, **given).items) == n, given
    for sort, names in (("name", 1), ("-name", -1)):
        by_name = stalls(world, world.olu, day, sort=sort).items
        listed = [one.case.holder.name for one in by_name]
        assert listed == sorted(listed)[::names]


def test_fifty_of_everything_cost_as_many_queries_as_one(certified: Player, world: World) -> None:
    many(crowd(1, CertificationState.CERTIFIED, module="QUA"))
    once = queries_of_both(world)
    many(crowd(10, CertificationState.CERTIFIED, module="REF"))
    assert queries_of_both(world) == once


def test_asking_about_ten_of_everything_costs_as_many_queries_as_about_one(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    many(crowd(10, CertificationState.CERTIFIED))
    crowd(10, CertificationState.RECOMMENDED)
    turn(date(2026, 8, 1))
    olu, cases = client_of(world.olu), select(Certification.id).where(Certification.state == "recommended")
    for these in (cases, *(select(row.id) for row in (Renewal, ExpertLicence, Review, NameChange))):
        ids, counts = db.session.scalars(these).all(), []
        for n in (1, 10):
            with asked() as queries:
                olu.get("/stalls/nudge?" + "&".join(f"cases={id}" for id in ids[:n]))
            counts.append(len(queries))
        assert counts[0] == counts[1], these


def test_only_what_was_told_since_it_waits_and_is_about_it_counts_as_a_reminder() -> None:
    first, second, third, fourth = (at(OPENS + n * DAY) for n in range(4))
    told = OfCase(second, {"renewal-review-due": fourth, "practice-due": third})
    assert told.since(first, KINDS["renewal"].reminds) == Reminded(second, fourth)
    assert told.since(third, KINDS["path"].reminds) == Reminded(None, third)
    assert OfCase().since(first, KINDS["review"].reminds) == Reminded()


def test_a_nudge_for_a_renewal_reaches_who_may_review_it_and_nobody_else(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """Kim works where Ana does; Quý is free to review."""
    renewing = Renewing(certified).open().file()
    with write_tx() as session:
        for person in (world.kim, world.ana):
            session.add(Affiliation(person_id=person.id, organisation_id=world.provider, from_on=SINCE))
    turn(OPENS + 20 * DAY)
    olu = client_of(world.olu)
    page = text_of(olu.get("/stalls").text)
    assert "Renewal · WPC · Vietnam · Filed" in page
    press(olu, renewing.id)
    (message,) = messages()
    assert (message.kind, message.recipient_id) == ("nudge_renewal", world.quy.id)
    assert (message.params["thing"], message.params["since_on"]) == (renewing.id, OPENS.isoformat())
    assert "Quý Vũ was nudged." in olu.get("/stalls").text
    page = text_of(olu.get(f"/certifications/{certified.certification}").text)
    assert "Olu Adeyemi nudged Quý Vũ about the renewal." in page


def test_the_nominee_is_nudged_about_the_licence(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    licence = Licensing(seasoned).nominate()
    turn(NOMINATED_ON + 20 * DAY)
    press(client_of(world.olu), licence.id)
    assert [(one.kind, one.recipient_id) for one in messages()] == [("nudge_licence_own", world.ana.id)]


def test_nobody_is_nudged_to_decide_on_whom_they_examined_or_nominated(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    licence = Licensing(seasoned).nominate(by=world.mika).confirm().teach().examine()
    turn(EXAMINED_ON + 20 * DAY)
    press(client_of(world.olu), licence.id)
    assert [(one.kind, one.recipient_id) for one in messages()] == [("nudge_licence", world.maya.id)]


def test_nobody_is_nudged_to_answer_an_own_request(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    asks_for_a_name(certified)
    with write_tx() as session:
        session.add(grant_of(world.ana, RoleName.COORDINATOR))
    turn(FELL_ON + 20 * DAY)
    (one,) = stalls(world, world.olu, FELL_ON + 20 * DAY, about="name_change").items
    press(client_of(world.olu), one.id, sure="1")
    assert messages() == []


def test_who_is_nudged_about_two_things_of_one_case_gets_one_message(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    certified.move("suspend", world.maya, FELL_ON, grounds="A complaint.")
    limit = date(2026, 11, 16)
    make_due(at(limit))
    turn(limit + 20 * DAY)
    olu = client_of(world.olu)
    ids = [one.id for one in stalls(world, world.olu, limit + 20 * DAY).items]
    assert len(ids) == 2
    address = "/stalls/nudge?" + "&".join(f"cases={id}" for id in ids)
    page = text_of(olu.get(address).text)
    assert "Send 2 nudges" in page
    assert "Maya Đặng, Mika Hoàng: told of this case by what stands above" in page
    data = {"csrf_token": olu.token(address), "cases": ids, "sure": "1"}
    assert olu.post("/stalls/nudge", data=data).status_code == 303
    assert sorted(one.recipient_id or "" for one in messages()) == sorted([world.maya.id, world.mika.id])


def test_only_what_would_be_sent_is_counted_and_the_list_says_what_not(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(date(2026, 7, 1))
    olu, (other,) = client_of(world.olu), crowd(1, CertificationState.ASSESSMENT)
    send = {"csrf_token": olu.token("/stalls"), "sure": "1"}
    olu.post("/stalls/nudge", data={**send, "cases": recommended.certification})
    assert len(messages()) == 2
    page = text_of(olu.get(f"/stalls/nudge?cases={recommended.certification}&cases={other}").text)
    assert "Send one nudge" in page
    assert "goes to Bo Nguyễn" in page
    for name in ("Maya Đặng", "Mika Hoàng"):
        assert f"nothing to {name}, whom Olu Adeyemi nudged about it today already" in page
    alone = text_of(olu.get(f"/stalls/nudge?cases={recommended.certification}").text)
    assert "Nobody to nudge" in alone
    assert "nothing to Maya Đặng, whom Olu Adeyemi nudged about it today already" in alone


def test_what_waits_in_another_country_is_not_shown_nor_nudged_about(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    many(crowd(1, CertificationState.CERTIFIED, country="ET"))
    day = date(2026, 8, 1)
    assert [len(stalls(world, who, day).items) for who in (world.olu, world.asa)] == [0, 4]
    turn(day)
    olu = client_of(world.olu)
    for one in stalls(world, world.asa, day).items:
        assert press(olu, one.id).status_code == 404
    assert messages() == []


def test_a_case_that_the_clock_holds_says_that_it_resumes_by_itself(
    app: Flask, certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    second = Player(module="OSH", later=133).apply().admit()
    make_due(at(date(2026, 5, 25)))
    says = "The case resumes by itself when the module that it rests on is no longer suspended."
    page = f"/certifications/{second.certification}"
    turn(date(2026, 6, 9))
    certified.move("suspend", world.maya, date(2026, 6, 8), grounds="A complaint.")
    make_due(at(date(2026, 6, 8)))
    text = text_of(client_of(world.olu).get(page).text)
    assert "Resume" in text
    assert says in text
    assert "Who holds it up" not in text
    assert says in text_of(client_of(world.olu).get(f"{page}/moves/resume").text)
    second.move("resume", world.olu, date(2026, 6, 9), reason="She may go on.")
    second.move("hold", world.olu, date(2026, 6, 9), reason="She is ill.")
    for address in (page, f"{page}/moves/resume"):
        assert says not in text_of(client_of(world.olu).get(address).text)
