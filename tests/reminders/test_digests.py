"""Before letters go: quiet hours, wishes, and one letter for many; by any number of schedulers, once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from certify.models import Message, Person, Preference, SingleUseLink, db
from certify.models.store import own_tx
from certify.reminders.digests import gather
from certify.reminders.outbox import deliver_owed, not_gone
from certify.workflows.notices import owe
from tests.cast import World
from tests.reminders.sink import Sink, owe_to, states
from tests.views.crowd import asked

NOON = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)  # 12:00 in Hanoi
REMINDER = {"kind": "recommendation-due", "origin": "clock"}
ABOUT = {"holder": "Ana Trần", "module": "WPC", "certification": "c1", "about_on": "2026-06-08"}


def remind(*keys: str, at: datetime = NOON, to: str = "bo") -> None:
    for n, key in enumerate(keys):
        due_on = f"2026-06-{n + 10}"
        owe_to(key, at, to=to, params={**ABOUT, "due_on": due_on}, **REMINDER)


def rows(*columns: str) -> list[tuple[object, ...]]:
    db.session.rollback()
    asked = select(*(getattr(Message, name) for name in columns)).order_by(Message.key)
    return [tuple(row) for row in db.session.execute(asked)]


def wish(person: str, **wishes: object) -> None:
    night = {"quiet_from": time(21), "quiet_until": time(7)}
    usual = {"is_daily": False, "digest_hour": 8, **night, "opted_out": []}
    with own_tx() as session:
        session.add(Preference(person_id=f"{person:0<20}", **{**usual, **wishes}))


def test_what_the_clock_owes_goes_when_it_was_let_go_and_not_before(world: World, sink: Sink) -> None:
    remind("a")
    assert deliver_owed(NOON) == 0
    assert (gather(NOON), gather(NOON)) == (1, 0)
    assert deliver_owed(NOON) == 1


def test_a_month_of_reminders_is_one_letter_with_each_subject_day_step_and_link(
    world: World, sink: Sink
) -> None:
    remind("a", "b", "c", "d")
    assert (gather(NOON), gather(NOON)) == (4, 0)
    assert deliver_owed(NOON) == 1
    [(to, letter)] = sink.got
    assert (to, letter["Subject"]) == (["bo@example.org"], "4 messages for you")
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for body in (text, html):
        assert body.count("http://localhost/certifications/c1") == 4
        assert [f"({day} June 2026)" in body for day in (10, 11, 12, 13)] == [True] * 4
        assert "http://localhost/my-path/messages" in body
    assert letter["List-Unsubscribe"] is None
    assert Counter(row[0] for row in rows("state")) == {"bundled": 4, "sent": 1}


def test_at_night_they_wait_until_seven_where_their_reader_is(world: World, sink: Sink) -> None:
    night = NOON + timedelta(hours=10)
    remind("a", at=night)
    assert gather(night) == 1
    assert deliver_owed(night) == 0
    morning = datetime(2026, 6, 2, 0, 0, tzinfo=UTC)
    assert rows("due_at", "state") == [(morning, "owed")]
    assert (gather(morning), deliver_owed(morning)) == (1, 1)


def test_a_night_on_the_other_side_of_the_world_is_day(world: World, sink: Sink) -> None:
    with own_tx() as session:
        session.execute(update(Person).where(Person.id == f"{'bo':0<20}").values(zone="America/Bogota"))
    night = NOON + timedelta(hours=10)
    remind("a", at=night)
    gather(night)
    assert deliver_owed(night) == 1


def test_some_people_after_the_others_everybody_is_asked_for_once(world: World) -> None:
    for person in ("ana", "bea", "bo", "lan", "tuan"):
        remind(f"{person}1", f"{person}2", to=person)
    remind("bo3", "bo4")
    assert (gather(NOON, people=2), gather(NOON, people=2)) == (12, 0)
    assert Counter(rows("origin", "state")) == {
        ("clock", "owed"): 8,
        ("clock", "bundled"): 4,
        ("digest", "owed"): 1,
    }


def test_many_people_take_no_more_statements_than_one(world: World) -> None:
    counts = []
    for n, people in enumerate((["bo"], ["ana", "bea", "lan", "tuan"])):
        for person in people:
            remind(*(f"{person}{n}{each}" for each in range(4)), to=person)
        with asked("SELECT", "INSERT", "UPDATE") as statements:
            assert gather(NOON) == 4 * len(people)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_who_reads_once_a_day_gets_one_mail_of_that_day(world: World, sink: Sink) -> None:
    wish("bo", is_daily=True, digest_hour=13)
    remind("a", "b")
    owe_to("n", NOON, to="bo", kind="waived", params={"requirement": "cohort-size", "module": "WPC"})
    owe_to("d", NOON, to="bo", kind="file_to_decide", params=ABOUT)
    gather(NOON)
    assert deliver_owed(NOON) == 1  # what is to be decided does not wait
    at = NOON + timedelta(hours=1)
    assert (gather(at), deliver_owed(at)) == (3, 1)
    assert ("digest:bo000000000000000000:2026-06-01",) in rows("key")
    remind("e", "f", at=at)
    later = at + timedelta(minutes=1)
    assert (gather(later), deliver_owed(later)) == (2, 0)
    tomorrow = at + timedelta(days=1)
    assert (gather(tomorrow), deliver_owed(tomorrow)) == (2, 1)


def test_a_second_flood_of_the_same_minute_is_a_letter_of_its_own(world: World, sink: Sink) -> None:
    remind("a", "b", "c", "d")
    gather(NOON)
    remind("e", "f", "g", "h")
    gather(NOON)
    assert deliver_owed(NOON) == 2
    assert Counter(row[0] for row in rows("state")) == {"bundled": 8, "sent": 2}


def test_what_somebody_does_without_is_not_mailed_and_stays_readable(world: World, sink: Sink) -> None:
    wish("bo", opted_out=["ahead", "news"])
    owe_to("a", NOON, to="bo", kind="tot-soon", origin="clock", params=ABOUT)
    owe_to("n", NOON, to="bo", kind="waived", params={"module": "WPC"})
    remind("r")
    assert gather(NOON) == 3
    assert deliver_owed(NOON) == 1
    assert states() == [("muted", 0), ("muted", 0), ("sent", 1)]


def test_an_optional_letter_says_how_to_do_without_it_by_one_press(world: World, sink: Sink) -> None:
    owe_to("a", NOON, to="bo", kind="tot-soon", origin="clock", params=ABOUT)
    gather(NOON)
    assert deliver_owed(NOON) == 1
    [(_, letter)] = sink.got
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(letter["List-Unsubscribe"]).strip(" <>")
    assert url.startswith("http://localhost/opt-out/")
    link = db.session.scalars(select(SingleUseLink)).one()
    assert (link.purpose, link.subject) == ("opt_out", "bo000000000000000000:ahead")
    for kind in ("plain", "html"):
        assert url in letter.get_body((kind,)).get_content()  # type: ignore[union-attr]


def test_what_is_mandatory_offers_no_way_out(world: World, sink: Sink) -> None:
    remind("a")
    gather(NOON)
    deliver_owed(NOON)
    assert sink.got[0][1]["List-Unsubscribe"] is None


def test_what_is_past_its_time_is_overtaken_and_not_let_go(world: World, sink: Sink) -> None:
    remind("a", "b", "c")
    with own_tx() as session:
        session.execute(update(Message).where(Message.key == "a").values(not_after=NOON))
    gather(NOON)
    assert deliver_owed(NOON) == 2
    assert states()[0] == ("superseded", 0)


def test_what_is_done_before_its_digest_goes_is_not_in_it(world: World, sink: Sink) -> None:
    remind("a", "b", "c", "d")
    gather(NOON)
    with own_tx() as session:
        done = update(Message).where(Message.key.in_(("a", "b")), not_gone())
        session.execute(done.values(state="superseded"))
    assert deliver_owed(NOON) == 1
    [(_, letter)] = sink.got
    assert letter["Subject"] == "2 messages for you"


def test_what_is_past_its_time_before_its_digest_goes_is_not_in_it(world: World, sink: Sink) -> None:
    remind("a", "b", "c", "d")
    gather(NOON)
    with own_tx() as session:
        session.execute(update(Message).where(Message.key == "a").values(not_after=NOON + timedelta(hours=1)))
    gather(NOON + timedelta(hours=1))
    assert deliver_owed(NOON + timedelta(hours=1)) == 1
    assert [letter["Subject"] for _, letter in sink.got] == ["3 messages for you"]


def test_a_digest_with_nothing_left_in_it_is_not_sent(world: World, sink: Sink) -> None:
    remind("a", "b", "c", "d")
    gather(NOON)
    with own_tx() as session:
        session.execute(
            update(Message).where(not_gone(), Message.origin == "clock").values(state="superseded")
        )
    gather(NOON)
    assert deliver_owed(NOON) == 0
    assert {row[0] for row in rows("state")} == {"superseded"}


def test_a_reminder_to_who_has_no_account_goes_as_it_comes(world: World, sink: Sink) -> None:
    about = {"kind": "visit-confirmation", "origin": "clock", "link_purpose": "confirm_visit"}
    with own_tx() as session:
        for n in range(5):
            owe(session, key=str(n), at=NOON, email="eka@factory.example", link_subject=f"visit{n}", **about)
    gather(NOON)
    assert deliver_owed(NOON) == 5


def test_four_schedulers_at_once_bundle_each_message_once(app: Flask, world: World, sink: Sink) -> None:
    for person in ("bo", "bea", "tuan"):
        remind(*(f"{person}{n}" for n in range(6)), to=person)
    ready = Barrier(4)

    def scheduler(_number: int) -> int:
        with app.app_context():
            ready.wait()
            return gather(NOON)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(scheduler, range(4))) == 18
    assert Counter(row[0] for row in rows("state")) == {"bundled": 18, "owed": 3}
    inside = select(func.count()).where(Message.digest_id.is_not(None)).group_by(Message.digest_id)
    assert list(db.session.scalars(inside)) == [6, 6, 6]
    assert deliver_owed(NOON) == 3


def test_what_comes_while_the_digest_of_another_scheduler_goes_is_not_laid_into_it(
    app: Flask, world: World, sink: Sink
) -> None:
    """That one was made of the same minute and sent, while this one waited for its key."""
    remind("a", "b", "c", "d")

    def gathered() -> int:
        with app.app_context():
            return gather(NOON)

    with ThreadPoolExecutor() as pool:
        with own_tx() as session:
            bo = session.get_one(Person, f"{'bo':0<20}")
            key = f"digest:{bo.id}:{NOON:%Y-%m-%dT%H:%M}"
            owe(session, key=key, kind="digest", at=NOON, recipient=bo, origin="digest", params={"n": 1})
            session.execute(update(Message).where(Message.key == key).values(state="sent"))
            other = pool.submit(gathered)
            wait([other], timeout=0.3)
        other.result()
    gather(NOON)
    mine = rows("key")[-1][0]
    assert str(mine).startswith(f"{key}:")
    digest = aliased(Message)
    inside = select(digest.key).join(Message, Message.digest_id == digest.id)
    assert list(db.session.scalars(inside)) == [mine] * 4
