"""Other ways to make a durable move: the bare driver, SQLAlchemy's ORM as its manual says, eventsourcing."""

import json
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Engine, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from transitions import Machine

HELD, BUSY = "on_hold", "supervised_visits"


class Base(DeclarativeBase):
    pass


class Case(Base):
    __tablename__ = "peer_sa_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(40))
    state_since: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Log(Base):
    __tablename__ = "peer_sa_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("peer_sa_case.id"))
    at: Mapped[datetime]
    move: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str] = mapped_column(String(40))
    to_state: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class Outbox(Base):
    __tablename__ = "peer_sa_outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime]


MACHINE = Machine(
    model=None,
    states=[BUSY, HELD],
    transitions=[
        {"trigger": "hold", "source": BUSY, "dest": HELD, "conditions": lambda: True},
        {"trigger": "resume", "source": HELD, "dest": BUSY, "conditions": lambda: True},
    ],
    initial=None,
    auto_transitions=False,
)


def sqlalchemy_orm(engine: Engine) -> Callable[[], None]:
    """State, log and outbox as three objects and one flush; the machine is shared by all rows."""
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Case(id=1, holder="ana", state=BUSY, state_since=datetime.now(UTC)))

    def move() -> None:
        with Session(engine) as session, session.begin():
            case = session.get_one(Case, 1, with_for_update=True)
            before, now = case.state, datetime.now(UTC)
            name = "hold" if before == BUSY else "resume"
            MACHINE.events[name].trigger(case)
            case.state_since = now
            session.add(
                Log(
                    case_id=1, at=now, move=name, from_state=before, to_state=case.state,
                    facts={"reason": "Parental leave."},
                )
            )  # fmt: skip
            session.add(
                Outbox(
                    key=f"{name}:1:{case.version}", recipient=case.holder, params={"move": name}, due_at=now
                )
            )

    return move


def driver(connection: Any, mark: str) -> dict[str, Callable[[], None]]:
    """One insert and its commit; and state, log and outbox by hand, on a driver's own connection."""
    cursor = connection.cursor()
    for table in (
        "peer_line (id text primary key, said text)",
        "peer_state (id integer primary key, state text, version integer)",
    ):
        cursor.execute(f"CREATE TABLE {table}")
    cursor.execute(f"INSERT INTO peer_state VALUES (1, '{BUSY}', 1)")
    connection.commit()
    line = f"INSERT INTO peer_line VALUES ({mark}, {mark})"

    def insert() -> None:
        cursor.execute(line, (secrets.token_hex(10), "a line"))
        connection.commit()

    def move() -> None:
        state, version = cursor.execute("SELECT state, version FROM peer_state WHERE id = 1").fetchone()
        after = HELD if state == BUSY else BUSY
        cursor.execute(
            f"UPDATE peer_state SET state = {mark}, version = version + 1 WHERE id = 1 AND version = {mark}",
            (after, version),
        )
        for said in ({"from": state, "to": after}, {"to": "ana"}):
            cursor.execute(line, (secrets.token_hex(10), json.dumps(said)))
        connection.commit()

    return {"one insert + commit, on the driver": insert, "state, log and message, on the driver": move}


def eventsourced(environment: dict[str, str], closing: ExitStack) -> Callable[[], None]:
    """An aggregate, kept in memory, whose every move is an event; its notification log is the outbox."""
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event
    from eventsourcing.utils import clear_topic_cache

    clear_topic_cache()  # it refuses a second class of the same name, which the next database brings

    class Kept(Aggregate):
        @event("Opened")
        def __init__(self) -> None:
            self.state = BUSY

        @event("Held")
        def hold(self, reason: str) -> None:
            self.state = HELD

        @event("Resumed")
        def resume(self, reason: str) -> None:
            self.state = BUSY

    application: Application[Any] = Application(env={**environment, "AGGREGATE_CACHE_MAXSIZE": "10"})
    closing.callback(application.close)
    kept = Kept()
    application.save(kept)

    def move() -> None:
        found = application.repository.get(kept.id)
        (found.hold if found.state == BUSY else found.resume)("Parental leave.")
        application.save(found)

    return move
