"""How fast the desk, the board, the stalls and a trainer's candidates are read, as cases grow."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from certify.models import db
from certify.queries.board import Board, BoardFilters
from certify.queries.desk import most_urgent, waiting
from certify.queries.stalled import StallFilters, stalls_page, waits_by_person
from certify.queries.stalls import Patience
from certify.queries.supervision import Filters, supervision_page
from certify.queries.tasks import Asking
from certify.queries.trainer_counts import trainer_counts
from certify.workflows.editions import edition_in_force
from certify.workflows.people import actor_of
from tests.benchmarks import moves_django
from tests.benchmarks.filling import cases, sizes
from tests.benchmarks.rounds import alternate, tell
from tests.cast import Member, World
from tests.conftest import NOW

pytestmark = pytest.mark.bench
TIMES = 10  # a round


def desk(person: str) -> int:
    """All queues counted, and the most urgent of them, as the page reads them."""
    with Session(db.engine) as session:
        actor = actor_of(session, person, NOW.date())
        assert actor
        asking = Asking(session, actor, NOW)
        found = waiting(asking)
        return len(most_urgent(asking, found))


def board(world: World) -> int:
    with Session(db.engine) as session:
        patience = Patience(edition_in_force(session, NOW.date()), NOW)
        asked = Board(
            session, world.actor(session, world.olu), NOW, patience=patience, filters=BoardFilters()
        )
        return sum(len(column.cards) for phase in asked.phases() for column in phase.columns)


def stalls(world: World, member: Member) -> int:
    """The page of the coordinator, or of the auditor who reads all countries."""
    with Session(db.engine) as session:
        edition, actor = edition_in_force(session, NOW.date()), world.actor(session, member)
        return len(stalls_page(session, actor, NOW, edition, StallFilters()).items)


def stalls_by_person(world: World) -> int:
    with Session(db.engine) as session:
        edition, actor = edition_in_force(session, NOW.date()), world.actor(session, world.olu)
        return len(waits_by_person(session, actor, NOW, edition, StallFilters())[0])


def trainers(world: World) -> int:
    """The figures of certified trainers on the board."""
    with Session(db.engine) as session:
        edition = edition_in_force(session, NOW.date())
        return len(trainer_counts(session, world.actor(session, world.olu), NOW, edition))


def progress(world: World) -> int:
    with Session(db.engine) as session:
        patience = Patience(edition_in_force(session, NOW.date()), NOW)
        actor = world.actor(session, world.bo)
        return len(supervision_page(session, actor, NOW, patience, Filters()).items)


def raw(job: Callable[[], int]) -> Callable[[], None]:
    """The very statements that a job sends, by the driver and without a line of ours between."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        sent.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    job()
    event.remove(db.engine, "before_cursor_execute", note)
    asked = [each for each in sent if each[0].startswith(("SELECT", "WITH", "("))]

    def run() -> None:
        pooled = db.engine.raw_connection()
        driver: Any = pooled.driver_connection
        for statement, values in asked:
            driver.execute(statement, values).fetchall()
        pooled.close()

    return run


def peers(role: str, person: str) -> dict[str, Callable[[], int]]:
    url = db.engine.url
    kind = "sqlite3" if url.get_backend_name() == "sqlite" else "postgresql"
    moves_django.connect(
        {
            "ENGINE": f"django.db.backends.{kind}", "NAME": url.database, "USER": url.username,
            "PASSWORD": url.password or "", "HOST": url.query.get("host", url.host) or "",
            "PORT": url.port or "", "CONN_MAX_AGE": None,
        }
    )  # fmt: skip
    from tests.benchmarks.queue_peer import all_queues_of, main_queues_of

    return {
        "Django, the main queues of the role": main_queues_of(role, person),
        "Django, all that ours asks": all_queues_of(role, person),
    }


@pytest.mark.parametrize("size", [10_000, 100_000, 1_000_000])
def test_what_waits(
    app: Flask, world: World, size: int, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    if size not in sizes(request.config.getoption("long")):
        pytest.skip("with --long")
    cases(size)
    db.session.rollback()
    with db.engine.connect() as connection:
        holder = connection.scalar(text("SELECT holder_id FROM certification WHERE state = 'draft' LIMIT 1"))
    roles = (
        ("candidate", str(holder)),
        ("Expert Trainer", world.bo.id),
        ("Master Trainer", world.maya.id),
        ("coordinator", world.olu.id),
    )
    for role, person in roles:
        ours = lambda person=person: desk(person)  # noqa: E731
        jobs = {
            "the same statements, by the driver": raw(ours),
            "ours": ours,
            **peers(role, person),
        }
        title = f"The desk of a {role}, {size:,} cases, {db.engine.dialect.name}"
        tell(title, alternate(jobs, times=TIMES), capsys, against="the same statements, by the driver")
    for title, ours in (
        ("The board", lambda: board(world)),
        ("A trainer's candidates", lambda: progress(world)),
        ("The stalls of a coordinator", lambda: stalls(world, world.olu)),
        ("The stalls of an auditor", lambda: stalls(world, world.asa)),
        ("The stalls by person", lambda: stalls_by_person(world)),
        ("Certified trainers in figures", lambda: trainers(world)),
    ):
        jobs = {"the same statements, by the driver": raw(ours), "ours": ours}
        found = alternate(jobs, times=TIMES)
        tell(f"{title}, {size:,} cases, {db.engine.dialect.name}", found, capsys, against=next(iter(jobs)))
    moves_django.close()
