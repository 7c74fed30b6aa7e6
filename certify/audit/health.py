"""Whether the installation is as the record needs it, line by line, with what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from certify.audit import chain, grants, issuers, leaves
from certify.audit.clockwork import clockwork
from certify.audit.names import said_of_names
from certify.audit.rows import read
from certify.audit.said import Said
from certify.config import Settings
from certify.credentials import key_files
from certify.models import Event
from certify.models.guards import TABLES, standing, wanted
from certify.models.store import SQLITE_SETTINGS
from certify.queries.keys_in_force import bodies_in_force
from certify.seal import Seal, open_to_others

MIGRATIONS = Path(__file__).parent.parent / "migrations"
ROOM, TIGHT = 1024**3, 100 * 1024**2  # bytes free: fine from, failing below
APART, FAR_APART = timedelta(seconds=2), timedelta(minutes=1)  # of the host's and the database's clock
POSTGRESQL_SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True)
class Patient:
    """What is looked at; the connection is a reading one."""

    connection: Connection
    settings: Settings
    seal: Seal
    now: datetime  # real time
    ask_mail: Callable[[], None]  # connects to the mail server; raises OSError


def examine(patient: Patient) -> Iterator[Said]:
    """Every line of `flask doctor`, in order."""
    yield from _database(patient.connection)
    yield from _clocks(patient)
    if not inspect(patient.connection).has_table(Event.__tablename__):
        yield Said("fail", "the database has no tables", "Run: flask db upgrade")
        return
    yield _migrations(patient.connection)
    yield from _guards(patient.connection)
    yield from _rights(patient.connection)
    yield from _log(patient)
    yield from _folder(patient.settings)
    yield from _bodies(patient)
    yield from said_of_names(patient.connection, patient.settings)
    yield _room(patient.settings.instance)
    yield from _mail(patient)
    yield from clockwork(patient.connection)
    yield _address(patient.settings)


def _database(connection: Connection) -> Iterator[Said]:
    if connection.dialect.name == "sqlite":
        asked = {name: (f"PRAGMA {name}", answer) for name, (_, answer) in SQLITE_SETTINGS.items()}
        remedy = "The file lies where SQLite cannot keep it (a network share?); move it to a local disk."
    else:
        asked = {name: (f"SHOW {name}", answer) for name, answer in POSTGRESQL_SETTINGS.items()}
        remedy = "Set it in postgresql.conf and reload: without it a crash loses or tears what was committed."
    for name, (statement, wanted_answer) in asked.items():
        found = connection.exec_driver_sql(statement).scalar()
        level = "ok" if found == wanted_answer else "fail"
        yield Said(level, f"{connection.dialect.name}: {name} is {found}", "" if level == "ok" else remedy)


def _clocks(patient: Patient) -> Iterator[Said]:
    if patient.settings.clock:
        yield Said("warn", "CERTIFY_CLOCK turns domain time", "Unset it outside demonstrations and tests.")
    if patient.connection.dialect.name == "sqlite":
        return
    apart = abs(patient.connection.scalar(text("SELECT clock_timestamp()")) - patient.now)
    level = "ok" if apart <= APART else "warn" if apart <= FAR_APART else "fail"
    remedy = "" if level == "ok" else "Let both hosts keep time by NTP."
    yield Said(level, f"the database's clock is {apart.total_seconds():.1f} s apart", remedy)


def _migrations(connection: Connection) -> Said:
    found = set(MigrationContext.configure(connection).get_current_heads())
    heads = set(ScriptDirectory(str(MIGRATIONS)).get_heads())
    if found == heads:
        return Said("ok", f"migrated to {', '.join(sorted(heads))}")
    shown = ", ".join(sorted(found)) or "nothing"
    return Said(
        "fail", f"migrated to {shown}, this version needs {', '.join(heads)}", "Run: flask db upgrade"
    )


def _guards(connection: Connection) -> Iterator[Said]:
    for table in TABLES:
        missing = set(wanted(connection.dialect.name, table)) - set(standing(connection, table))
        if missing:
            yield Said(
                "fail",
                f"{table} can be changed, its triggers are gone: {', '.join(sorted(missing))}",
                "Find out who dropped it, run flask audit verify, then: flask audit guard",
            )
        else:
            yield Said("ok", f"{table} is append-only")


def _rights(connection: Connection) -> Iterator[Said]:
    if connection.dialect.name != "postgresql":
        return
    excess = grants.excess(connection)
    if excess:
        yield Said(
            "warn",
            f"the application's role has {', '.join(excess)}",
            "Connect as a role of its own: CREATE ROLE certify_app LOGIN PASSWORD '…', as the owner run "
            "flask audit grants certify_app, and name it in DATABASE_URL.",
        )
    else:
        yield Said("ok", "the application's role may only add to the log")


def _log(patient: Patient) -> Iterator[Said]:
    cut = [str(one) for one in chain.ends(patient.connection)]
    if cut:
        yield Said("fail", "; ".join(cut[:3]), "Run: flask audit verify")
    else:
        yield Said("ok", "every case ends with the event that it names")
    used = {key for (key,) in read(patient.connection, select(Event.key_id).distinct())}
    lost = sorted(map(str, used - patient.seal.keys.keys()))
    if lost:
        yield Said(
            "fail",
            f"events were sealed with keys that are not here: {', '.join(lost)}",
            "Put them back into the keys folder as log-mac.<id>.key.",
        )
    else:
        yield Said("ok", "every key that sealed an event is here")
    yield _last_event(patient)


def _last_event(patient: Patient) -> Said:
    waiting = leaves.waiting(patient.connection)
    try:
        last = patient.connection.scalar(select(func.max(Event.at)))
    except (DBAPIError, ValueError):
        return Said("fail", "the instant of an event cannot be read", "Run: flask audit verify")
    ahead = " and the last one is dated ahead of the clock" if last and last > patient.now else ""
    return Said("ok", f"{waiting} events wait for their number{ahead}")


def _folder(settings: Settings) -> Iterator[Said]:
    keys = settings.instance / "keys"
    secret = [settings.instance / name for name in ("secret_key", "demo.json")]
    wide = [path for path in secret if path.exists() and path.stat().st_mode & 0o077] + open_to_others(keys)
    wide += key_files.open_to_others(keys)
    if wide:
        shown = " ".join(map(str, wide))
        yield Said("fail", f"others may read {shown}", f"Run: chmod go= {shown}")
    else:
        yield Said("ok", "the keys are readable by their owner alone")
    if settings.instance.stat().st_mode & 0o077:
        remedy = f"Run: chmod go= {settings.instance}"
        yield Said("warn", f"others may look into {settings.instance}, where files and mail lie", remedy)


def _bodies(patient: Patient) -> Iterator[Said]:
    makes_keys = patient.settings.mode != "production"
    with Session(patient.connection) as session:
        for found in bodies_in_force(session, patient.now.date()):
            yield from issuers.said_of(found, patient.now, makes_keys=makes_keys)


def _room(instance: Path) -> Said:
    free = shutil.disk_usage(instance).free
    level = "ok" if free >= ROOM else "warn" if free >= TIGHT else "fail"
    remedy = "" if level == "ok" else "Make room: without it nothing can be written."
    return Said(level, f"{free / 1024**3:.1f} GiB are free for {instance}", remedy)


def _mail(patient: Patient) -> Iterator[Said]:
    if not patient.settings.smtp_url:
        level = "fail" if patient.settings.mode == "production" else "ok"
        remedy = "Name the mail server in CERTIFY_SMTP_URL." if level == "fail" else ""
        yield Said(level, "no mail server is named: mail stays in the outbox folder", remedy)
        return
    try:
        patient.ask_mail()
    except OSError as error:
        yield Said("warn", f"the mail server does not answer: {error}", "Look at CERTIFY_SMTP_URL.")
    else:
        yield Said("ok", "the mail server answers")


def _address(settings: Settings) -> Said:
    if settings.https or settings.mode != "production":
        return Said("ok", f"the public address is {settings.base_url}")
    return Said("fail", f"the public address is {settings.base_url}", "Serve it by https: CERTIFY_BASE_URL.")
