"""My path: what is next, who holds it up, activities, files, messages and data; all of it one's own alone."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from certify.models import Certification, Message, Person, db
from certify.models.store import write_tx
from certify.queries.forecast import foretold_path, holding_up
from certify.queries.journey import next_of
from certify.queries.my_activities import Filters, activity_page, verdicts_of
from certify.workflows.drafts import keep_draft
from certify.workflows.notices import owe
from certify.workflows.result_sight import ReadersDossier
from tests.cast import LONG_AGO, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import (
    APPLIED_ON,
    ASSESSED_ON,
    BASELINE_ON,
    DECIDED_ON,
    REPORT_ON,
    TOT_ON,
    Player,
    at,
)
from tests.views.test_certifications import text_of

ClientOf = Callable[[Member], StrictClient]
PAGES = ("", "/activities", "/files", "/messages", "/data", "/data.json")


def holds(case: Player, world: World, on: date) -> list[tuple[str, str | None, str, int]]:
    db.session.rollback()
    session, row = db.session(), db.session.get_one(Certification, case.certification)
    actor = world.actor(session, world.ana, on)
    following = next_of(ReadersDossier(session, row, at(on), actor), row, at(on))
    return [
        (one.who, one.name, str(one.what), one.days) for one in holding_up(session, row, following, at(on))
    ]


def foretold(case: Player, world: World, on: date) -> dict[str, date | None]:
    db.session.rollback()
    session, row = db.session(), db.session.get_one(Certification, case.certification)
    dossier = ReadersDossier(session, row, at(on), world.actor(session, world.ana, on))
    return {str(step.label): step.earliest_on for step in foretold_path(session, row, dossier)}


def statements(call: Callable[[], object]) -> int:
    told: list[str] = []

    def note(*args: object) -> None:
        told.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(told)


def test_every_page_asks_to_sign_in(app: Flask, client: StrictClient) -> None:
    for page in PAGES:
        assert client.get(f"/my-path{page}").location.startswith("/sign-in?next=/my-path")


def test_every_page_is_there_for_who_has_nothing_yet(world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    assert [kim.get(f"/my-path{page}").status_code for page in PAGES] == [200] * len(PAGES)
    assert "You are on no path yet" in kim.get("/my-path").text
    for page, said in (
        ("activities", "No activities yet"),
        ("files", "No files yet"),
        ("messages", "No mess"),
    ):
        assert said in kim.get(f"/my-path/{page}").text


def test_the_link_stands_in_the_head_once_there_is_a_case(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    for member, shown in ((world.ana, True), (world.kim, False), (world.olu, False)):
        head = client_of(member).get("/desk").text.partition("</header>")[0]
        assert ('href="/my-path"' in head) is shown, member.key


def test_the_path_says_what_is_next_and_who_holds_it_up(
    submitted: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(APPLIED_ON + timedelta(9))
    page = text_of(client_of(world.ana).get("/my-path").text)
    assert "Who holds it up National coordinator Admit since 12 Jan 2026 · 9 days" in page


def test_sheets_that_are_missing_name_who_owes_them(submitted: Player, world: World) -> None:
    submitted.move("assign_screener", world.olu, APPLIED_ON, person=world.bea.id)
    told = holds(submitted, world, APPLIED_ON + timedelta(3))
    assert told == [("screener", "Bea Okafor", "The screening sheet is not handed in yet.", 3)]


def test_records_that_wait_name_who_has_to_confirm_them(
    trained: Player, world: World, client_of: ClientOf
) -> None:
    assert holds(trained, world, TOT_ON + timedelta(14)) == [
        ("candidate", "Ana Trần", "Deliver the classroom workshop, then begin the visits.", 10)
    ]
    from certify.workflows.activity_edit import create_activity
    from certify.workflows.cohort import create_cohort

    with write_tx() as session:
        actor = world.actor(session, world.ana, BASELINE_ON)
        cohort = create_cohort(
            session, actor, at(BASELINE_ON), module="WPC", country="VN", name="Spring",
            trainers=[world.ana.id], supervisor=world.bo.id, enterprises=list(world.enterprises[:4]),
        )  # fmt: skip
        baselines = [
            create_activity(
                session, actor, at(BASELINE_ON), kind="baseline", cohort=cohort,
                fields={"held_on": BASELINE_ON.isoformat(), "enterprise": enterprise,
                        "manager_interviewed": True, "worker_interviewed": True},
            ).id
            for enterprise in world.enterprises[:2]
        ]  # fmt: skip
    for one in baselines:
        trained.do(one, "submit", world.ana, BASELINE_ON)
    assert holds(trained, world, BASELINE_ON + timedelta(5)) == [
        ("candidate", "Ana Trần", "Deliver the classroom workshop, then begin the visits.", 29),
        ("supervisor", "Bo Nguyễn", "2 records wait to be confirmed.", 5),
    ]
    trained.do(baselines[0], "return", world.bo, BASELINE_ON + timedelta(1), reason="Which line?")
    told = {(who, what) for who, _, what, _ in holds(trained, world, BASELINE_ON + timedelta(5))}
    assert {who for who, _ in told} == {"supervisor", "candidate"}
    assert any("came back to be completed." in what for _, what in told)


def test_what_lies_ahead_says_when_it_can_begin(trained: Player, world: World) -> None:
    on = TOT_ON + timedelta(5)
    assert foretold(trained, world, on) == {
        "Application": None,
        "ToT": None,
        "Classroom delivery": None,
        "Supervised visits": date(2026, 2, 10),
        "Assessment": date(2026, 3, 3),
        "Approval": date(2026, 3, 3),
        "Certified": date(2026, 3, 3),
    }


def test_nothing_is_foretold_once_it_is_for_others_to_judge(recommended: Player, world: World) -> None:
    assert set(foretold(recommended, world, ASSESSED_ON).values()) == {None}


def test_the_case_page_shows_the_forecast_and_groups_what_is_open(
    trained: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(TOT_ON + timedelta(5))
    mine = text_of(client_of(world.ana).get(f"/certifications/{trained.certification}").text)
    assert "earliest possible: 3 Mar 2026" in mine
    assert "Certified at the earliest on 3 Mar 2026" in mine
    assert re.search(r"For you to do \(\d+\).*For others to do \(\d+\).*Met \(\d+\)", mine)
    assert "Record a baseline at each enterprise" in mine
    others = text_of(client_of(world.olu).get(f"/certifications/{trained.certification}").text)
    assert "For the candidate to do" in others
    assert "Record a baseline at each enterprise" not in others


def test_a_certificate_counts_its_days_down(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    page = text_of(client_of(world.ana).get("/my-path").text)
    assert re.search(r"Valid until 4 May 2029 · 1096 days left|Valid until 3 May 2029 · 1095 days left", page)
    assert "It can be renewed from" in page
    turn(date(2029, 6, 1))
    page = text_of(client_of(world.ana).get("/my-path").text)
    assert "Expired, in grace" in page
    assert "Ended on" in page


def test_the_modules_say_what_opens_them(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    ana = text_of(client_of(world.ana).get("/my-path").text)
    kim = text_of(client_of(world.kim).get("/my-path").text)
    assert re.search(r"Workplace Cooperation \(WPC\) Valid Valid until \d+ May 2029 QUA, REF", ana)
    assert re.search(r"Open to you .*Quality Improvement \(QUA\) Apply", ana)
    assert "Not open to you yet" not in ana
    assert re.search(r"Not open to you yet .*Quality Improvement \(QUA\) · opened by WPC or BAS", kim)


# activities


def test_my_activities_are_listed_with_whether_they_count(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(REPORT_ON)
    ana = client_of(world.ana)
    page = ana.get("/my-path/activities").text
    assert page.count('class="pill pill-good">Counted<') > 10
    assert 'rel="next"' in page or page.count("<tr>") > 10
    assert f'/activities/{visited.workshop}"' in ana.get("/my-path/activities?kind=workshop").text
    assert "No activity fits these filters" in ana.get("/my-path/activities?counts=no").text
    assert "No activity fits these filters" in ana.get("/my-path/activities?module=OSH").text
    nonsense = ana.get("/my-path/activities?kind=nonsense&state=x&counts=perhaps")
    assert nonsense.status_code == 200
    assert "Counted" in nonsense.text


def test_the_list_of_activities_shows_nobody_elses(visited: Player, world: World) -> None:
    session = db.session()
    mine = activity_page(session, world.actor(session, world.ana), NOW.date(), Filters(), {}, limit=200)
    assert len(mine.items) > 20
    theirs = activity_page(session, world.actor(session, world.lan), NOW.date(), Filters(), {}, limit=200)
    assert theirs.items == ()


def test_activities_are_paged_by_cursor_with_a_constant_number_of_queries(
    visited: Player, world: World
) -> None:
    session, actor = db.session(), world.actor(db.session(), world.ana)
    cases = tuple(session.scalars(select(Certification)))
    verdicts = verdicts_of(session, cases, NOW)
    seen: list[str] = []
    cursor = None
    while True:
        page = activity_page(session, actor, NOW.date(), Filters(), verdicts, cursor=cursor, limit=7)
        seen += [one.id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) > 20
    counts = []
    for limit in (2, 20):
        session.expire_all()
        counts.append(
            statements(
                lambda limit=limit: activity_page(  # type: ignore[misc]
                    session, actor, NOW.date(), Filters(), verdicts, limit=limit
                )
            )
        )
    assert counts[1] <= counts[0] + 3


# files and messages


def test_my_files_are_listed_and_nobody_elses(submitted: Player, world: World, client_of: ClientOf) -> None:
    assert "cv.pdf" in client_of(world.ana).get("/my-path/files").text
    assert "cv.pdf" not in client_of(world.lan).get("/my-path/files").text
    assert "cv.pdf" not in client_of(world.olu).get("/my-path/files").text


def test_messages_are_read_here_by_their_recipient_alone(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    submitted.move("return_application", world.olu, date(2026, 1, 13), to_complete="Name your sectors.")
    page = client_of(world.ana).get("/my-path/messages").text
    assert "Your application needs completing" in page
    address = re.search(r'href="(/my-path/messages/\w+)"', page)
    assert address
    one = client_of(world.ana).get(address[1]).text
    assert "Name your sectors." in one
    assert f'href="/certifications/{submitted.certification}"' in one
    assert client_of(world.olu).get(address[1]).status_code == 404
    assert client_of(world.ana).get("/my-path/messages/nothing").status_code == 404


def test_a_link_that_works_once_is_not_repeated(app: Flask, world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        owe(session, key="reset:1", kind="reset", at=LONG_AGO, recipient=session.get(Person, world.ana.id),
            link_purpose="reset", link_subject=world.ana.id)  # fmt: skip
    page = client_of(world.ana).get("/my-path/messages").text
    address = re.search(r'href="(/my-path/messages/\w+)"', page)
    assert address
    one = client_of(world.ana).get(address[1]).text
    assert "held a link that works once" in one
    assert "/reset" not in one


def test_messages_are_paged_newest_first(app: Flask, world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        for n in range(60):
            owe(session, key=f"n{n}", kind="admitted", at=LONG_AGO + timedelta(hours=n),
                recipient=session.get(Person, world.ana.id), params={"module": f"M{n:02}"})  # fmt: skip
    ana, seen, address = client_of(world.ana), [], "/my-path/messages"
    while address:
        page = ana.get(address).text
        seen += re.findall(r"module (M\d\d)", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"M{n:02}" for n in reversed(range(60))]
    assert re.findall(r"module (M\d\d)", ana.get("/my-path/messages?sort=day").text) == seen[::-1][:25]


# data


def document(client: StrictClient) -> dict[str, object]:
    response = client.get("/my-path/data.json")
    assert response.headers["Content-Disposition"] == 'attachment; filename="certify-my-data.json"'
    found: dict[str, object] = json.loads(response.text)
    return found


def test_my_data_hold_everything_about_me(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    data = document(client_of(world.ana))
    assert data["person"]["email"] == world.ana.email  # type: ignore[index]
    (case,) = data["certifications"]  # type: ignore[misc]
    assert (case["module"], case["state"]) == ("WPC", "certified")
    assert len(case["requirements"]) == 24
    assert len(case["certificates"]) == 1
    assert any("granted the certificate" in one["what"] for one in case["history"])
    assert any(one.get("scores") for one in case["observations_of_you"])
    page = client_of(world.ana).get("/my-path/data").text
    assert 'href="/my-path/data.json"' in page
    assert case["certificates"][0]["number"] in page
    assert (case["country"], ">Vietnam</span>" in page, ">VN</span>" in page) == ("VN", True, False)


def test_what_was_sent_with_an_application_is_not_called_unsent(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    submitted.move("return_application", world.olu, APPLIED_ON, to_complete="Name your sectors.")
    kept = {"consents": ["assessment"], "conflicts": ["My aunt"]}
    with write_tx() as session:
        case, ana = session.get_one(Certification, submitted.certification), world.ana
        keep_draft(session, case, "submit", world.actor(session, ana, APPLIED_ON), at(APPLIED_ON), **kept)
    assert drafts_of(client_of(world.ana)) == [[kept], []]
    submitted.move("submit", world.ana, APPLIED_ON, declaration=True, **kept)
    assert drafts_of(client_of(world.ana)) == [[], [kept]]
    assert "for when one is returned" in client_of(world.ana).get("/my-path/data").text


def drafts_of(client: StrictClient) -> list[list[object]]:
    """What is unsent, and what is kept of applications that were sent."""
    told: dict[str, Any] = document(client)
    return [[one["typed"] for one in told[key]] for key in ("unsent", "kept_of_applications")]


def _observed(case: Player, world: World) -> None:
    classroom = dict.fromkeys(_items(), 2)
    case.move("assign_observer", world.olu, date(2026, 4, 21), person=world.tuan.id, activity=case.workshop)
    case._score("observation", world.tuan, date(2026, 4, 22), classroom)


def _items() -> list[str]:
    from tests.player import EDITION

    return [item.id for item in EDITION.checklist if "classroom" in item.applies]


def test_scores_that_are_not_told_yet_are_in_nobodys_download(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    _observed(visited, world)
    turn("2026-04-23")
    (case,) = document(client_of(world.ana))["certifications"]  # type: ignore[misc]
    observations = [one for one in case["observations_of_you"] if one["kind"] == "observation"]
    assert [sorted(one) for one in observations] == [["assigned_at", "kind", "state"]]
    told = {one["id"]: one["reasons"] for one in case["requirements"]}
    assert told["mean-score"] == ["The scores are not shown to you yet."]
    assert told["critical-items"] == ["The scores are not shown to you yet."]
    (task,) = document(client_of(world.tuan))["tasks_in_cases_of_others"]  # type: ignore[misc]
    assert sorted(task) == ["assigned_at", "conflicts_declared", "done_at", "kind", "state"]


def test_a_download_tells_of_nobody_else(recommended: Player, world: World, client_of: ClientOf) -> None:
    for member in (world.kim, world.lan):
        text = json.dumps(document(client_of(member)), ensure_ascii=False)
        assert [one for one in (world.ana.name, recommended.certification) if one in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_looking_needs_no_more_queries_for_more_messages(
    submitted: Player, world: World, client_of: ClientOf, page: str
) -> None:
    ana = client_of(world.ana)
    ana.get(f"/my-path{page}")
    few = statements(lambda: ana.get(f"/my-path{page}"))
    with write_tx() as session:
        for n in range(20):
            owe(session, key=f"n{n}", kind="admitted", at=LONG_AGO + timedelta(hours=n),
                recipient=session.get(Person, world.ana.id), params={"module": "WPC"})  # fmt: skip
    assert db.session.scalars(select(Message).where(Message.recipient_id == world.ana.id)).all()
    assert statements(lambda: ana.get(f"/my-path{page}")) <= few
