"""What a transaction is asked once: for ever the same while it only reads, read afresh by every command."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from certify.models import Person, db
from certify.models.store import once, once_while_reading, write_tx
from tests.cast import World
from tests.conftest import NOW


@pytest.fixture
def people(app: Flask, world: World) -> Iterator[Callable[[], int]]:
    """Asks the table; `asked` counts how often."""

    def ask() -> int:
        ask.asked += 1  # type: ignore[attr-defined]
        return db.session.scalar(select(func.count(Person.id))) or 0

    ask.asked = 0  # type: ignore[attr-defined]
    yield ask
    db.session.rollback()


def test_a_reading_transaction_asks_once(people: Callable[[], int]) -> None:
    told = {once_while_reading(db.session(), "people", people) for _ in range(3)}
    assert (len(told), people.asked) == (1, 1)  # type: ignore[attr-defined]


def test_another_question_is_another_answer(people: Callable[[], int]) -> None:
    assert once(db.session(), "people", people) != once(db.session(), "nobody", lambda: -1)


def test_the_next_transaction_asks_again(people: Callable[[], int]) -> None:
    once(db.session(), "people", people)
    db.session.rollback()
    once(db.session(), "people", people)
    assert people.asked == 2  # type: ignore[attr-defined]


def test_a_command_sees_what_it_changed(people: Callable[[], int]) -> None:
    before = once_while_reading(db.session(), "people", people)
    with write_tx() as session:
        assert once_while_reading(session, "people", people) == before
        session.add(Person(name="Noa Lý", email="noa@example.org", country="VN", created_at=NOW))
        session.flush()
        assert once_while_reading(session, "people", people) == before + 1
