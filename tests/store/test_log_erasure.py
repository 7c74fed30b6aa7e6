"""Personal values leave the log by one command, which the log tells of; put back, they are found."""

import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select

from certify.models import Certification, Event, EventSecret, Person, db
from certify.models.store import own_tx
from tests.cast import World
from tests.player import REPORT_ON, Player


@pytest.fixture
def held(admitted: Player, world: World) -> Event:
    admitted.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    return db.session.scalars(select(Event).filter_by(move="hold")).one()


def _run(app: Flask, *args: str, typed: str = "") -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["audit", *args], input=typed)


def _verified(app: Flask, event: str) -> tuple[int, list[tuple[str, str]]]:
    """The exit code of the check of an event's case, and what it found."""
    db.session.rollback()
    case = db.session.get_one(Event, event).case_id
    said = _run(app, "verify", "--json", "--case", case)
    return said.exit_code, [(one["row"], one["wrong"]) for one in json.loads(said.stdout)["findings"]]


def _secrets(event: str) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(EventSecret.path).filter_by(event_id=event)))


def test_a_value_is_erased_after_a_question_and_the_log_says_by_whom(
    held: Event, app: Flask, world: World
) -> None:
    id = held.id
    args = ("erase", "--event", id, "--path", "/reason", "--reason", "Asked for.", "--by", world.olu.email)
    assert (_run(app, *args, typed="n\n").exit_code, _secrets(id)) == (1, ["/reason"])
    said = _run(app, *args, typed="y\n")
    assert (said.exit_code, "1 values and 0 files erased" in said.output) == (0, True), said.output
    assert _secrets(id) == []
    told = db.session.scalars(select(Event).filter_by(move="erase")).one()
    assert (told.subject_id, told.actor_id) == (id, world.olu.id)
    assert told.facts == {"paths": ["/reason"], "reason": "Asked for."}
    assert _verified(app, id) == (0, [])
    assert "no such value or file" in _run(app, "erase", "--event", id, "--reason", "x", "--yes").output


def test_a_path_that_the_event_does_not_hold_is_refused_and_nothing_goes(held: Event, app: Flask) -> None:
    id = held.id
    said = _run(
        app, "erase", "--event", id, "--path", "/reason", "--path", "/other", "--reason", "x", "--yes"
    )
    assert (said.exit_code, _secrets(id)) == (1, ["/reason"])


def test_of_a_person_the_texts_of_their_cases_and_every_text_with_their_name_go(
    certified: Player, app: Flask
) -> None:
    holder = db.session.get_one(Certification, certified.certification).holder_id
    person = db.session.get_one(Person, holder)
    name, email = person.name, person.email
    own = select(Event.id).where(
        Event.case_id.in_(select(Certification.case_id).where(Certification.holder_id == holder))
    )
    before = set(db.session.scalars(select(EventSecret.event_id).where(EventSecret.event_id.in_(own))))
    assert before
    said = _run(app, "erase", "--person", email, "--reason", "Article 17.", "--yes")
    assert said.exit_code == 0, said.output
    assert [event for event in before if _secrets(event)] == []
    texts = list(db.session.scalars(select(EventSecret.value)))
    assert [text for text in texts if name in text or email in text] == []
    assert {_verified(app, event)[0] for event in before} == {0}


def test_it_has_to_be_said_what_goes(app: Flask, world: World) -> None:
    assert _run(app, "erase", "--reason", "x", "--yes").exit_code == 2
    assert "no person" in _run(app, "erase", "--person", "nobody", "--reason", "x", "--yes").output


def test_an_erased_value_that_is_put_back_is_found(held: Event, app: Flask) -> None:
    id = held.id
    kept = db.session.execute(select(EventSecret.__table__).filter_by(event_id=id)).mappings().one()
    row = dict(kept)
    assert _run(app, "erase", "--event", id, "--reason", "Asked for.", "--yes").exit_code == 0
    with own_tx() as session:
        session.execute(insert(EventSecret).values(row))
    assert _verified(app, id) == (
        1,
        [(f"{id} /reason", "the log tells of its erasure, and the value is there")],
    )
    assert _run(app, "erase", "--event", id, "--reason", "Again.", "--yes").exit_code == 0
    assert _verified(app, id) == (0, [])


def test_an_erasure_tells_of_its_paths_and_of_no_other(certified: Player, app: Flask) -> None:
    """The triggers let any value of the event go once an erasure names it; the check does not."""
    paths = select(EventSecret.event_id, EventSecret.path).order_by(EventSecret.event_id, EventSecret.path)
    rows = db.session.execute(paths).all()
    id = next(one for one, _ in rows if sum(event == one for event, _ in rows) > 1)
    first, second, *_ = (path for event, path in rows if event == id)
    assert _run(app, "erase", "--event", id, "--path", first, "--reason", "x", "--yes").exit_code == 0
    with own_tx() as session:
        session.execute(EventSecret.__table__.delete().filter_by(event_id=id, path=second))
    assert _verified(app, id) == (
        1,
        [(f"{id} {second}", "the value is gone, and no erasure is told in the log")],
    )
