"""Fills a database with cases and their certificates by the hundred thousand."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text

from certify.credentials.numbers import new_number
from certify.models import CaseFile, Certification, Credential, Person, db
from certify.models.store import write_mode
from certify.scheme.words import CertificationState as S
from tests.cast import WORLD

AT = datetime(2026, 1, 5, tzinfo=UTC)
BATCH = 5_000
TRAINERS = 500  # however many cases: what grows is what they have behind them
OF_ONE = 40  # cases that Bo supervises, whatever the size
# Most cases are at rest; of those under way some wait in every state.
SHARES = {
    S.CERTIFIED: 70, S.LEFT: 5, S.DRAFT: 2, S.SUBMITTED: 2, S.ADMITTED: 2, S.TRAINING: 3,
    S.CLASSROOM_DELIVERY: 4, S.SUPERVISED_VISITS: 4, S.MORE_PRACTICE: 1, S.ASSESSMENT: 3, S.RECOMMENDED: 4,
}  # fmt: skip
COUNTRIES = ("VN", "VN", "VN", "VN", "VN", "KE", "PE", "IN", "GH", "TN")  # half of all in one


def cases(n: int) -> list[str]:
    """So many certifications, each with its holder; the numbers of the certificates of those certified."""
    dice = random.Random(7)
    numbers: list[str] = []
    with write_mode(db.engine), db.engine.begin() as connection:
        _trainers(connection)
        for start in range(0, n, BATCH):
            numbers += _batch(connection, range(start, min(n, start + BATCH)), dice)
    with write_mode(db.engine), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return numbers


def _trainers(connection: Connection) -> None:
    connection.execute(insert(Person), [_person(f"t{i}", f"Trainer {i:03}") for i in range(TRAINERS)])


def _batch(connection: Connection, span: range, dice: random.Random) -> list[str]:
    states = dice.choices(list(SHARES), list(SHARES.values()), k=len(span))
    connection.execute(insert(Person), [_person(f"p{i}", f"Holder {i:07}") for i in span])
    opened = {"kind": "certification", "opened_at": AT, "last_seq": 0, "last_hash": bytes(32), "version": 1}
    connection.execute(insert(CaseFile), [{"id": f"f{i}", **opened} for i in span])
    rows = [_case(i, state, dice) for i, state in zip(span, states, strict=True)]
    connection.execute(insert(Certification), rows)
    certified = [row for row in rows if row["state"] is S.CERTIFIED]
    issued = [_credential(row) for row in certified]
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
        "recommended_by_id": WORLD.bea.id, "recommended_at": AT,
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
