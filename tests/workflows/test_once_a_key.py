"""The key of a command: taken once, answered again as it was, and forgotten after its week."""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import IdempotencyKey
from certify.models.store import write_tx
from certify.workflows import idempotency
from tests.cast import World
from tests.conftest import NOW
from tests.workflows.afresh import afresh

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


@pytest.fixture
def once() -> ModuleType:
    return afresh(idempotency)


def asked(once: ModuleType, world: World, key: str = "k", **change: str) -> Any:
    whole = {"person_id": world.ana.id, "key": key, "target": "POST /x", "body_sha256": "b" * 64, **change}
    return once.Asked(**whole)


def rows(session: Session) -> list[tuple[Any, ...]]:
    session.expire_all()
    found = session.scalars(select(IdempotencyKey).order_by(IdempotencyKey.person_id, IdempotencyKey.key))
    return [
        (
            one.person_id, one.key, one.target, one.body_sha256, one.created_at, one.status, one.headers,
            one.body, one.scope, one.rights,
        )
        for one in found
    ]  # fmt: skip


def test_a_key_answers_as_it_did_until_it_is_a_week_old(once: ModuleType, world: World) -> None:
    first = once.Answered(201, {"Location": "/x/1"}, "made", "write", (("see", "case", "1"),))
    new = (None, {}, "", "", [])
    with write_tx() as session:
        assert once.claim(session, asked(once, world), NOW) is None
        own = (world.ana.id, "k", "POST /x", "b" * 64, NOW)
        assert rows(session) == [(*own, *new)]
        for one in (asked(once, world, "other"), asked(once, world, person_id=world.bo.id)):
            assert once.claim(session, one, NOW) is None
        once.keep(session, asked(once, world), first)
        answered = (201, {"Location": "/x/1"}, "made", "write", [["see", "case", "1"]])
        assert [row[5:] for row in rows(session)] == [answered, new, new]
        again = once.claim(session, asked(once, world), NOW + WEEK - SECOND)
        assert (again.status, again.headers, again.body, again.scope, again.rights) == answered
        for change in ({"target": "POST /y"}, {"body_sha256": "c" * 64}):
            with pytest.raises(once.KeyReused, match=r"^k$"):
                once.claim(session, asked(once, world, **change), NOW)
        plain = once.Answered(204, {}, "")
        once.keep(session, asked(once, world, "other"), plain)
        again = once.claim(session, asked(once, world, "other"), NOW)
        assert (again.status, again.scope, list(again.rights)) == (204, "", [])


def test_an_old_key_is_taken_anew_though_it_was_not_swept(once: ModuleType, world: World) -> None:
    """The sweep of a week later takes it first: here it is of the future, and only looked at."""
    with write_tx() as session:
        assert once.claim(session, asked(once, world), NOW) is None
        answered = once.Answered(201, {"a": "b"}, "made", "write", (("a", "b", "c"),))
        once.keep(session, asked(once, world), answered)
        many = [f"old {n:02}" for n in range(once.SWEPT_AT_ONCE)]
        _old(session, world, many, NOW - 2 * WEEK)
        anew = asked(once, world, target="POST /y", body_sha256="c" * 64)
        assert once.claim(session, anew, NOW + WEEK) is None
        taken = (world.ana.id, "k", "POST /y", "c" * 64, NOW + WEEK, None, {}, "", "", [])
        assert rows(session) == [taken]


def _old(session: Session, world: World, keys: list[str], at: datetime) -> None:
    session.add_all(
        IdempotencyKey(person_id=world.bo.id, key=key, target="", body_sha256="", created_at=at)
        for key in keys
    )
    session.flush()


def test_each_command_sweeps_a_few_of_the_oldest_and_forgetting_all(once: ModuleType, world: World) -> None:
    with write_tx() as session:
        _old(session, world, [f"a{n:02}" for n in range(5)], NOW - WEEK)
        _old(session, world, [f"b{n:02}" for n in range(20)], NOW - WEEK - SECOND)
        _old(session, world, ["young"], NOW - WEEK + SECOND)
        once.claim(session, asked(once, world), NOW)
        left = [one[1] for one in rows(session)]
        assert left == ["k", "a00", "a01", "a02", "a03", "a04", "young"]
        assert once.forget(session, NOW) == 5
        assert [one[1] for one in rows(session)] == ["k", "young"]
        assert once.forget(session, NOW) == 0
        assert (once.REMEMBERED, once.SWEPT_AT_ONCE) == (WEEK, 20)
