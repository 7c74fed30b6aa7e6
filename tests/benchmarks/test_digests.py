"""Sorting out 20,000 messages to 10,000 people beside the same work as three plain statements.

What is compared: who is owed up to three has them let go, who is owed more gets one letter in which they lie.
Plain: one INSERT of the letters, two UPDATEs, in one transaction on the driver, for people without wishes in
whose place it is day. Ours: `gather`, in commits of a thousand people, which asks each one's wishes and the
hour where they are, what is overtaken, and who stands in for whom.
"""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text

from certify.models import Message, Person, db
from certify.models.store import write_mode
from certify.reminders.digests import gather
from tests.benchmarks import filling
from tests.benchmarks.rounds import alternate, tell

pytestmark = pytest.mark.bench
PEOPLE, FLOODED, MANY = 10_000, 5, 6  # every fifth of them is owed six, the others one
MESSAGES = PEOPLE // FLOODED * (MANY + FLOODED - 1)
NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)  # in Hanoi
_WAITING = "state = 'owed' AND released_at IS NULL AND due_at <= :at"
_FLOODED = f"SELECT recipient_id FROM message WHERE {_WAITING} GROUP BY recipient_id HAVING count(*) > 3"
_DIGESTS = f"""
INSERT INTO message (id, key, kind, recipient_id, name, email, language, params, origin, state, attempts,
  created_at, due_at, released_at)
SELECT 'd' || id, 'digest:' || id, 'digest', id, name, email, language, '{{}}', 'digest', 'owed', 0,
  :at, :at, :at
FROM person WHERE id IN ({_FLOODED})
ON CONFLICT (key) DO NOTHING
"""
_BUNDLED = f"""
UPDATE message SET state = 'bundled', released_at = :at, digest_id = 'd' || recipient_id
WHERE {_WAITING} AND 'd' || recipient_id IN (SELECT id FROM message WHERE origin = 'digest')
"""
_LET_GO = f"UPDATE message SET released_at = :at WHERE {_WAITING}"
_PUT_BACK = (
    "UPDATE message SET state = 'owed', released_at = NULL, digest_id = NULL WHERE origin = 'clock'",
    "DELETE FROM message WHERE origin = 'digest'",
)


def _say(*statements: str) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    at = f"{NOON:%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else NOON
    with write_mode(db.engine), db.engine.begin() as connection:
        for each in statements:
            connection.execute(text(each), {"at": at} if ":at" in each else {})


def _fill() -> None:
    people = [filling._person(f"p{n:05}", f"Holder {n:05}") for n in range(PEOPLE)]
    owed = [
        {
            "key": f"{one['id']} {n}", "kind": "recommendation-due", "recipient_id": one["id"],
            "name": one["name"], "email": one["email"], "params": {"module": "WPC"}, "origin": "clock",
            "created_at": NOON, "due_at": NOON - timedelta(minutes=n),
        }
        for place, one in enumerate(people)
        for n in range(1 if place % FLOODED else MANY)
    ]  # fmt: skip
    with write_mode(db.engine), db.engine.begin() as connection:
        connection.execute(insert(Person), people)
        connection.execute(insert(Message), owed)
    filling._settle()


def _ours() -> None:
    assert gather(NOON) == MESSAGES


def test_sorting_out(app: Flask, world: object, capsys: pytest.CaptureFixture[str]) -> None:
    _fill()
    jobs = {
        "plain: one INSERT … SELECT, two UPDATEs": lambda: _say(_DIGESTS, _BUNDLED, _LET_GO),
        "ours, 1,000 people a commit": _ours,
    }
    found = alternate(jobs, times=1, before=dict.fromkeys(jobs, lambda: _say(*_PUT_BACK)))
    name, version = db.engine.dialect.name, db.engine.dialect.server_version_info  # type: ignore[attr-defined]
    title = f"{MESSAGES} messages to {PEOPLE} people sorted out, {name} {version}"
    tell(title, found, capsys, against=next(iter(jobs)), per=dict.fromkeys(jobs, MESSAGES))
