"""Single-use links: a look changes nothing, and of many at once exactly one wins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import select, update

from certify.auth import links
from certify.models import SingleUseLink, db
from certify.models.store import write_tx
from certify.reminders.links import make_link
from tests.cast import World

ANA = "ana00000000000000000"


def _link(purpose: str = "reset", subject: str = ANA) -> str:
    with write_tx() as session:
        path = make_link(session, purpose=purpose, subject=subject, email="ana@example.org")
    return path.rpartition("/")[2]


def _use(token: str, purpose: str = "reset") -> bool:
    with write_tx() as session:
        return links.consume(session, token, purpose) is not None


def test_twelve_at_once_and_one_wins(app: Flask, world: World) -> None:
    token, ready = _link(), Barrier(12)

    def use(_number: int) -> bool:
        with app.app_context():
            ready.wait()
            return _use(token)

    with ThreadPoolExecutor(12) as pool:
        assert sorted(pool.map(use, range(12))) == [False] * 11 + [True]


def test_looking_does_not_use_it_up(app: Flask, world: World) -> None:
    token = _link()
    assert [links.peek(db.session(), token, "reset") is not None for _ in range(3)] == [True] * 3
    assert _use(token)
    assert links.peek(db.session(), token, "reset") is None


def test_a_link_opens_only_what_it_is_for(app: Flask, world: World) -> None:
    token = _link("invitation")
    assert not _use(token, "reset")
    assert _use(token, "invitation")


def test_a_link_runs_out(app: Flask, world: World) -> None:
    token = _link()
    with write_tx() as session:
        session.execute(
            update(SingleUseLink).values(
                expires_at=SingleUseLink.created_at, created_at=SingleUseLink.created_at
            )
        )
    assert not _use(token)


def test_using_one_spends_the_others_for_the_same_thing_and_no_more(app: Flask, world: World) -> None:
    first, second, other = _link(), _link(), _link(subject="kim00000000000000000")
    assert _use(first)
    assert not _use(second)
    assert _use(other)


def test_the_token_is_stored_nowhere(app: Flask, world: World) -> None:
    token = _link()
    row = db.session.scalars(select(SingleUseLink)).one()
    assert token not in {str(value) for value in vars(row).values()}
    assert len(token) >= 43  # 256 bits
    assert row.expires_at - row.created_at == timedelta(hours=1)
