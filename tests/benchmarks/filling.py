"""Fills a database with cases and their certificates by the hundred thousand."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from certify.credentials.numbers import new_number
from certify.models import Assessment, CaseFile, Certification, Credential, Person, db
from certify.models.store import write_mode
from certify.scheme.words import CertificationState as S
from tests.cast import WORLD

AT = datetime(2026, 1, 5, tzinfo=UTC)
BATCH, FIRST = 5_000, 10_000
TRAINERS = 500  # however many cases: what grows is what they have behind them
OF_ONE = 40  # cases that Bo supervises, whatever the size
# Most cases are at rest; of those under way some wait in every state.
SHARES = {
    S.CERTIFIED: 70, S.LEFT: 5, S.DRAFT: 2, S.SUBMITTED: 2, S.ADMITTED: 2, S.TRAINING: 3,
    S.CLASSROOM_DELIVERY: 4, S.SUPERVISED_VISITS: 4, S.MORE_PRACTICE: 1, S.ASSESSMENT: 3, S.RECOMMENDED: 4,
}  # fmt: skip
COUNTRIES = ("VN", "VN", "VN", "VN", "VN", "KE", "PE", "IN", "GH", "TN")  # half of all in one
OBSERVED = 2  # of so many that deliver, one has an observer
_NUMBERED = (Person, CaseFile, Certification, Assessment)  # their ids are a letter and a number
_ID = "substr({0}, 1, 1) || CAST(CAST(substr({0}, 2) AS INTEGER) + :by AS VARCHAR(20))"
_COPIED = {
    **{name: _ID.format(name) for name in ("id", "case_id", "holder_id", "certification_id")},
    "email": _ID.format("id") + " || '@example.org'",
    "supervisor_id": "CASE WHEN supervisor_id = :bo THEN 't0' ELSE supervisor_id END",
}
_MINUTES = "CAST(:by AS INTEGER) / 10000 * 1987 % 200000"  # so that no copy stands beside its like
_EARLIER = {
    "sqlite": f"strftime('%Y-%m-%d %H:%M:%S.000000', state_since, '-' || ({_MINUTES}) || ' minutes')",
    "postgresql": f"state_since - make_interval(mins => {_MINUTES})",
}


def cases(n: int) -> list[str]:
    """So many certifications, each with its holder; the numbers of the certificates of those certified.

    The first are written one by one; the others are made of them by the database.
    """
    dice = random.Random(7)
    numbers: list[str] = []
    with write_mode(db.engine), db.engine.begin() as connection:
        connection.execute(insert(Person), [_person(f"t{i}", f"Trainer {i:03}") for i in range(TRAINERS)])
        for start in range(0, min(n, FIRST), BATCH):
            numbers += _batch(connection, range(start, min(n, start + BATCH)), dice)
        if n > FIRST:
            numbers += _copies(connection, n)
    _settle()
    return numbers


def _settle() -> None:
    """What a server's autovacuum does by itself; SQLite keeps no statistics, neither here nor in use."""
    if db.engine.dialect.name == "postgresql":
        with write_mode(db.engine), db.engine.connect() as connection:
            settled = connection.execution_options(isolation_level="AUTOCOMMIT")
            settled.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
            settled.execute(text("VACUUM ANALYZE"))
            settled.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))


def _copies(connection: Connection, n: int) -> list[str]:
    """The first cases again and again, of other people, none of them Bo's; their certificates' numbers."""
    for model in _NUMBERED:
        table = model.__tablename__
        connection.execute(
            text(
                f"CREATE TEMPORARY TABLE first_{table} AS SELECT * FROM {table} "
                "WHERE substr(id, 1, 1) IN ('p', 'f', 'c', 'a') AND substr(id, 2, 1) BETWEEN '0' AND '9' "
                "AND length(id) < 6"
            )
        )
    certified = "SELECT id, case_id, country FROM first_certification WHERE state = 'certified'"
    models = [dict(row) for row in connection.execute(text(certified)).mappings()]
    numbers: list[str] = []
    for start in range(FIRST, n, FIRST):
        for model in _NUMBERED:
            copy = _copy(model.__table__, connection.dialect.name)
            connection.execute(text(copy), {"by": start, "bo": WORLD.bo.id})
        issued = [_credential(_moved(row, start)) for row in models]
        connection.execute(insert(Credential), issued)
        numbers += [row["number"] for row in issued]
    return numbers


def _copy(table: Table, dialect: str) -> str:
    names = [column.name for column in table.columns]
    made = {**_COPIED, "state_since": _EARLIER[dialect]}
    values = ", ".join(made.get(name, name) for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM first_{table.name}"


def _moved(case: dict[str, Any], by: int) -> dict[str, Any]:
    return {**case, **{name: f"{case[name][0]}{int(case[name][1:]) + by}" for name in ("id", "case_id")}}


def _batch(connection: Connection, span: range, dice: random.Random) -> list[str]:
    states = dice.choices(list(SHARES), list(SHARES.values()), k=len(span))
    connection.execute(insert(Person), [_person(f"p{i}", f"Holder {i:07}") for i in span])
    opened = {"kind": "certification", "opened_at": AT, "last_seq": 0, "last_hash": bytes(32), "version": 1}
    connection.execute(insert(CaseFile), [{"id": f"f{i}", **opened} for i in span])
    rows = [_case(i, state, dice) for i, state in zip(span, states, strict=True)]
    connection.execute(insert(Certification), rows)
    delivering = [row for row in rows if row["state"] in (S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS)]
    connection.execute(insert(Assessment), [_observation(row) for row in delivering[::OBSERVED]])
    issued = [_credential(row) for row in rows if row["state"] is S.CERTIFIED]
    connection.execute(insert(Credential), issued)
    return [row["number"] for row in issued]


def _person(id: str, name: str) -> dict[str, Any]:
    return {
        "id": id, "name": name, "email": f"{id}@example.org", "country": "VN", "language": "en",
        "password_hash": "x",
        "created_at": AT, "version": 1,
    }  # fmt: skip


def _case(i: int, state: S, dice: random.Random) -> dict[str, Any]:
    mine = i % 10 == 0 and i // 10 < OF_ONE
    return {
        "id": f"c{i}", "case_id": f"f{i}", "holder_id": f"p{i}", "module": "WPC",
        "country": "VN" if mine else dice.choice(COUNTRIES), "state": S.ASSESSMENT if mine else state,
        "state_since": AT + timedelta(minutes=dice.randrange(200_000)), "scheme_version": WORLD.edition,
        "sectors": [], "languages": [], "pauses": [], "practice_asked_on": [], "reasons": [], "round": 1,
        "version": 1, "admitted_on": AT.date(),
        "supervisor_id": WORLD.bo.id if mine else f"t{dice.randrange(TRAINERS)}",
        "tot_event_id": f"e{i // 20}",
        "recommended_by_id": WORLD.bea.id, "recommended_at": AT,
    }  # fmt: skip


def _observation(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"a{case['id'][1:]}", "case_id": case["case_id"], "certification_id": case["id"],
        "kind": "observation", "state": "assigned", "state_since": AT, "assessor_id": "t1", "scores": {},
        "comments": {}, "not_applicable": {}, "agreed_notes": {}, "private_notes": "", "conflicts": [],
        "created_at": AT, "version": 1,
    }  # fmt: skip


def _credential(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"k{case['id']}", "case_id": case["case_id"], "certification_id": case["id"],
        "number": new_number("TC"), "type": "trainer_certification", "state": "issued",
        "state_since": AT, "holder_name": "Nguyễn Thị Bích Ngọc", "module": "WPC", "country": case["country"],
        "scheme_version": WORLD.edition, "issuer_id": WORLD.issuer, "zone": "Asia/Ho_Chi_Minh",
        "valid_from": date(2026, 1, 5), "valid_until": date(2029, 1, 5), "issued_at": AT, "version": 1,
    }  # fmt: skip


def sizes(long: bool) -> Iterator[int]:
    """How many cases: the largest with `--long`."""
    yield from (10_000, 100_000, 1_000_000) if long else (10_000, 100_000)
