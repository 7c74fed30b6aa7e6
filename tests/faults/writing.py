"""Writers: threads that hold and resume cases as fast as they can, and note how long each move took."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from certify.clock import real_now
from certify.config import Settings
from certify.models import Certification, db, store
from certify.models.store import lock_case, write_tx
from certify.workflows import engine
from tests.cast import WORLD
from tests.place import moved


def write(
    app: Flask, settings: Settings, *, cases: list[str], threads: int, moves: int, bug: str, told: str
) -> None:
    """Threads side by side, each on one of the cases; the file `told` gets the times taken and the errors."""
    taken: list[float] = []
    errors: list[str] = []
    with moved(app, settings) as here:
        BUGS[bug]()

        def run(n: int) -> None:
            with here.app_context():
                for _ in range(moves):
                    begun = time.perf_counter()
                    try:
                        _move(cases[n % len(cases)])
                    except Exception as error:
                        errors.append(f"{type(error).__name__}: {error}"[:200])
                    taken.append(time.perf_counter() - begun)
                    db.session.remove()

        together = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
    part = Path(told).with_suffix(".part")
    part.write_text(json.dumps({"taken": taken, "errors": errors}), encoding="utf-8")
    part.rename(told)


def _move(id: str) -> None:
    """Hold what is not on hold and resume what is, as a page does it: lock, look, move."""
    with write_tx() as session:
        case = session.get_one(Certification, id)
        _lock(session, case.case_id)
        session.refresh(case)
        name = "resume" if case.state == "on_hold" else "hold"
        now = real_now()
        engine.perform(case, name, WORLD.actor(session, WORLD.olu), now, reason="Many write at once.")


_lock: Callable[..., Any] = lock_case


def plain() -> None:
    """The planted bug: transactions as they begin by themselves, without the file's lock or the row's."""
    global _lock
    _lock = engine.lock_case = lambda *_told: []  # type: ignore[assignment]
    store.turn = lambda *_told, **_more: nullcontext()  # type: ignore[assignment, misc]
    if db.engine.dialect.name == "sqlite":
        event.remove(db.engine, "begin", store._begin_sqlite)
        event.listen(db.engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = OFF")
    connection.exec_driver_sql("BEGIN")


BUGS: dict[str, Callable[[], None]] = {"": lambda: None, "plain": plain}
