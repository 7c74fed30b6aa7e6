"""The whole check of the record, one part after the other, on one snapshot of the database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from certify.audit import certificates, chain, keys, leaves, orphans, printed, secrets, states, stored_files
from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import Activity, CaseFile, Certification, Cohort, Event
from certify.seal import Seal

Check = Callable[[], Iterable[Finding]]
Watch = Callable[[Iterable[chain.Row]], Iterable[chain.Row]]  # sees the events go by


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A reading transaction in which nothing changes while it is checked."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def checks(
    connection: Connection, seal: Seal, files: Path, *, case_id: str | None = None, watch: Watch = iter
) -> Mapping[str, Check]:
    """The parts by what they hold; those that make no sense for one case are left out for one."""
    parts: dict[str, Check] = {
        "chain and MAC": lambda: chain.findings(watch(chain.rows_of(connection, case_id)), seal),
        "ends of the cases": partial(chain.ends, connection, case_id),
        "personal values": partial(secrets.findings, connection, case_id),
        "states by replay": partial(states.findings, connection, case_id),
    }
    if case_id is None:
        parts["certificates"] = partial(certificates.findings, connection)
        parts["printed facts"] = partial(printed.findings, connection)
        parts["keys"] = partial(keys.findings, connection, seal)
        parts["leaves"] = partial(leaves.findings, connection)
        parts["orphans"] = partial(orphans.findings, connection)
        parts["stored files"] = partial(stored_files.findings, connection, files)
    return parts


def case_of(connection: Connection, id: str) -> str | None:
    """The case file of an id: its own, or that of a certification, cohort or activity."""
    for kind in (Certification, Cohort, Activity):
        for (found,) in read(connection, select(kind.case_id).where(kind.id == id)):
            if isinstance(found, str):
                return found
    known = select(CaseFile.id).where(CaseFile.id == id)
    return id if connection.scalar(known.union(select(Event.case_id).where(Event.case_id == id))) else None


def count(connection: Connection, case_id: str | None = None) -> int:
    """How many events there are to check."""
    asked = select(func.count()).select_from(Event)
    return connection.scalar(asked if case_id is None else asked.where(Event.case_id == case_id)) or 0
