"""A durable move: ours whole, against the driver, Django, SQLAlchemy's ORM and eventsourcing, in one run.

Ours is all that one POST of a program commits: its key, the case read and locked, the rights, the guards
with their reasons, state and version, the sealed event with its secrets, the messages, the kept answer.
"""

import sqlite3
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import insert, make_url, update

from certify import workflows
from certify.clock import real_now
from certify.models import CaseFile, Certification, db, new_id
from certify.models.rows import find
from certify.models.store import write_mode, write_tx
from certify.policy import Actor
from certify.seal import FIRST
from certify.workflows import engine
from certify.workflows.idempotency import Answered, Asked, claim, keep
from certify.workflows.people import actor_of
from tests import cast
from tests.benchmarks import moves_django, moves_peers
from tests.benchmarks.moves_django import OTHERS
from tests.benchmarks.moves_place import django_database, on_disk, peers_url
from tests.benchmarks.rounds import Job, alternate, tell
from tests.cast import WORLD, Member
from tests.conftest import DATABASES
from tests.databases import bare_app, fill, migrate
from tests.place import KEY
from tests.player import EDITION, REPORT_ON, Player, at

pytestmark = pytest.mark.bench
A_ROUND = 15
LIGHT = "ours: hold, resume"
PEER = "Django ORM + django-fsm-2 + log + outbox"
SELF_ASSESSMENT = {item.id: 4 for item in EDITION.checklist}


def _fill(url: str) -> tuple[Player, Player]:
    """A full case (a workshop, twelve visits, four projects), an early one, and many others."""
    migrate(url)
    fill(url, cast.seed)
    with bare_app(url).app_context():
        full = Player().apply().admit().train().deliver().visit()
        early = Player(holder=WORLD.lan).apply().admit()
        early.move("assign_supervisor", WORLD.olu, REPORT_ON, person=WORLD.bo.id)
        _others()
        db.session.remove()
        db.engine.dispose()
    return full, early


def _others() -> None:
    now = real_now()
    cases = [
        {
            "id": new_id(),
            "kind": "certification",
            "opened_at": now,
            "last_seq": 0,
            "last_hash": FIRST,
            "version": 1,
        }
        for _ in range(OTHERS)
    ]
    rows = [
        {
            "id": new_id(), "case_id": case["id"], "holder_id": WORLD.kim.id, "module": "WPC",
            "country": "VN", "state": "training", "state_since": now, "version": 1,
        }
        for case in cases
    ]  # fmt: skip
    with write_mode(db.engine), db.engine.begin() as connection:
        connection.execute(insert(CaseFile), cases)
        connection.execute(insert(Certification), rows)


def _commit(player: Player, name: str, actor: Actor, facts: dict[str, Any]) -> None:
    """One command of a program, from its key to its commit; whoever asks was read before, as for a peer."""
    asked = Asked(actor.id, new_id(), "POST /api/v1/certifications/…", "a" * 64)
    with write_tx() as session:
        assert claim(session, asked, real_now()) is None
        thing = find(session, Certification, player.certification)
        engine.perform(thing, name, actor, at(REPORT_ON), **facts)
        answer = f'{{"id": "{thing.id}", "state": "{thing.state}", "version": {thing.version}}}'
        rights = [("certification.see", "Certification", thing.id)]
        keep(session, asked, Answered(200, {"ETag": f'"{thing.version}"'}, answer, "write", rights))
    db.session.remove()


def _actor(member: Member) -> Actor:
    found = actor_of(db.session(), member.id, REPORT_ON)
    assert found is not None
    return found


def _ours(full: Player, early: Player) -> tuple[dict[str, Job], dict[str, Job]]:
    """The jobs, and what puts the full case back for them."""
    turn, olu, ana = count(), _actor(WORLD.olu), _actor(WORLD.ana)

    def light() -> None:
        _commit(early, ("hold", "resume")[next(turn) % 2], olu, {"reason": "Parental leave."})

    def back_to(state: str) -> Job:
        def put() -> None:
            with write_tx() as session:
                own = Certification.id == full.certification
                session.execute(update(Certification).where(own).values(state=state))

        return put

    jobs: dict[str, Job] = {
        LIGHT: light,
        "ours: begin_visits": lambda: _commit(full, "begin_visits", ana, {}),
        "ours: submit_for_assessment": lambda: _commit(
            full, "submit_for_assessment", ana, {"self_assessment": SELF_ASSESSMENT}
        ),
    }
    before = {
        "ours: begin_visits": back_to("classroom_delivery"),
        "ours: submit_for_assessment": back_to("supervised_visits"),
    }
    return jobs, before


def _peers(stack: ExitStack, folder: Path, url: str) -> dict[str, Job]:
    theirs = make_url(peers_url(folder, url))
    if theirs.drivername == "sqlite":
        connection: Any = stack.enter_context(sqlite3.connect(folder / "driver.db"))
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "events.db"),
        }
        mark = "?"
    else:
        connection = stack.enter_context(
            psycopg.connect(host=theirs.query["host"], user=theirs.username, dbname=theirs.database)
        )
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": str(theirs.database),
            "POSTGRES_HOST": str(theirs.query["host"]), "POSTGRES_PORT": "5432",
            "POSTGRES_USER": str(theirs.username), "POSTGRES_PASSWORD": "",
        }  # fmt: skip
        mark = "%s"
    orm = sqlalchemy.create_engine(theirs)
    if theirs.drivername == "sqlite":
        sqlalchemy.event.listen(orm, "connect", _durably)
    stack.callback(orm.dispose)
    stack.callback(moves_django.close)
    return {
        **moves_peers.driver(connection, mark),
        **moves_django.jobs(django_database(str(theirs.render_as_string(hide_password=False))), KEY),
        "SQLAlchemy ORM, shared machine, log + outbox": moves_peers.sqlalchemy_orm(orm),
        "eventsourcing": moves_peers.eventsourced(environment, stack),
    }


def _durably(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


@pytest.mark.parametrize("kind", DATABASES)
def test_a_durable_move(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    workflows.load()
    with ExitStack() as stack:
        folder, url = stack.enter_context(on_disk(kind))
        full, early = _fill(url)
        stack.enter_context(bare_app(url).app_context())
        ours, before = _ours(full, early)
        found = alternate({**ours, **_peers(stack, folder, url)}, times=A_ROUND, before=before)
        version = ".".join(map(str, db.engine.dialect.server_version_info or ()))
        db.session.remove()
        db.engine.dispose()
    tell(f"{OTHERS:,} other cases, {kind} {version}", found, capsys, against=PEER)
