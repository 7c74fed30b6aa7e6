"""The record row by row: events with every column, leaves in their order, messages, what was erased."""

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from certify.models import (
    CaseFile,
    Event,
    LogLeaf,
    Message,
    Person,
    db,
)
from certify.models.store import lock_case, own_tx, write_tx
from certify.policy.actor import CLOCK
from certify.seal import FIRST, chained, line_of
from certify.workflows.leaves import AT_ONCE, sequence, waiting_cases
from certify.workflows.log import NewEvent, append_event, next_event, plain, write_event
from certify.workflows.notices import owe, recipients
from tests.cast import World
from tests.conftest import NOW
from tests.workflows.keeping import events, owed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def write(session: Session, case: str, when: datetime = NOW, **facts: Any) -> NewEvent:
    return append_event(
        session, case_id=case, actor=CLOCK, at=when, subject=("cohort", case), move="edit",
        states=("open", "closed"), facts=facts, scheme_version="score-2026",
    )  # fmt: skip


@pytest.fixture
def cases(world: World) -> tuple[str, ...]:
    ids = ("case c", "case b", "case a")
    with write_tx() as session:
        session.add_all(CaseFile(id=id, kind="cohort", opened_at=NOW) for id in ids)
    return ids


def test_an_event_is_written_with_every_column_and_the_case_moves_on(
    cases: tuple[str, ...], world: World
) -> None:
    with write_tx() as session:
        before = session.get_one(CaseFile, cases[0]).version
        told = write(session, cases[0], reason="Asked.", days=(NOW.date(),), kept=NOW, n=1)
        assert (told.seq, told.scheme_version, told.actor_id) == (1, "score-2026", None)
        assert told.id == session.scalars(select(Event.id)).one()
        case = session.get_one(CaseFile, cases[0])
        assert (case.last_seq, case.version) == (1, before + 1)
        row = session.scalars(select(Event)).one()
        assert (row.scheme_version, row.on_behalf_of_id, row.seq, case.last_hash) == (
            "score-2026", None, 1, row.hash,
        )  # fmt: skip
        assert events(session, "edit") == [
            (
                cases[0], None, NOW, ("cohort", cases[0]), ("open", "closed"),
                {"reason": "Asked.", "days": ["2026-06-01"], "kept": NOW.isoformat(), "n": 1},
            )
        ]  # fmt: skip
        assert [one.path for one in row.secrets] == ["/reason"]
        assert write(session, cases[0]).seq == 2
        assert session.get_one(CaseFile, cases[0]).last_seq == 2


def test_events_wait_for_the_one_before_and_never_for_another_case(cases: tuple[str, ...]) -> None:
    with write_tx() as session:

        def numbered(case: str) -> NewEvent:
            return next_event(
                session, case_id=case, actor=CLOCK, at=NOW, subject=("cohort", case), move="edit",
                states=("open", "open"),
            )  # fmt: skip

        def written() -> list[tuple[str, int]]:
            rows = session.execute(select(Event.case_id, Event.seq).order_by(Event.case_id, Event.seq))
            return [tuple(row) for row in rows]

        first, second, other = numbered(cases[0]), numbered(cases[0]), numbered(cases[1])
        assert (first.seq, second.seq, other.seq) == (1, 2, 1)
        write_event(session, second, {})
        assert written() == []
        write_event(session, other, {})
        assert written() == [(cases[1], 1)]
        third = numbered(cases[0])
        write_event(session, first, {})
        assert written() == [(cases[1], 1), (cases[0], 1), (cases[0], 2)]
        write_event(session, third, {})
        assert written()[-1] == (cases[0], 3)


def test_a_number_that_is_left_over_names_its_case(cases: tuple[str, ...]) -> None:
    said = r"^numbered events were never written: \['case b'\]$"
    with pytest.raises(RuntimeError, match=said), write_tx() as session:
        next_event(
            session, case_id=cases[1], actor=CLOCK, at=NOW, subject=("cohort", "c"), move="edit",
            states=("open", "open"),
        )  # fmt: skip
    with write_tx() as session:  # the numbers of a transaction that was undone are forgotten with it
        assert write(session, cases[1]).seq == 1


def test_a_case_that_somebody_else_wrote_to_is_stale(cases: tuple[str, ...]) -> None:
    with write_tx() as session:
        held = lock_case(session, cases[0])
        session.connection().exec_driver_sql("UPDATE case_file SET version = version + 1")
        with pytest.raises(StaleDataError, match=r"^case file case c was written by somebody else$"):
            write(session, cases[0])
        del held
        session.rollback()


def test_an_event_is_sealed_by_its_instant_in_utc_wherever_the_machine_stands(
    cases: tuple[str, ...], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        with write_tx() as session:
            told = append_event(
                session, case_id=cases[0], actor=world.actor(session, world.olu),
                at=NOW.astimezone(ZoneInfo("Asia/Jakarta")), subject=("cohort", "c"), move="edit",
                states=("open", "closed"), facts={}, scheme_version="score-2026",
            )  # fmt: skip
            line = line_of(
                told.id, cases[0], 1, "2026-06-01T03:00:00.000000Z", world.olu.id, None, "cohort", "c",
                "edit", "open", "closed", "score-2026", "{}",
            )  # fmt: skip
            assert session.scalars(select(Event.hash)).one() == chained(FIRST, line)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_values_are_plain_in_the_log() -> None:
    assert plain({1: (NOW.date(), {"b": frozenset({"x"})}), "s": {"y"}, "n": None, "t": True, "f": 1.5}) == {
        "1": ["2026-06-01", {"b": ["x"]}], "s": ["y"], "n": None, "t": True, "f": 1.5,
    }  # fmt: skip


def number(at_most: int = AT_ONCE) -> int:
    with own_tx() as session:
        return sequence(session, at_most=at_most)


def test_leaves_are_numbered_by_instant_and_within_a_case_by_its_chain(cases: tuple[str, ...]) -> None:
    c, b, a = cases
    assert (number(), AT_ONCE) == (0, 200)
    with write_tx() as session:
        for case, hours in ((c, 5), (c, 1), (b, 3), (b, 7), (a, 3), (a, 4)):
            write(session, case, NOW + hours * HOUR)
    asked = select(LogLeaf.number, Event.case_id, Event.seq).join(Event, Event.id == LogLeaf.event_id)
    assert list(db.session.scalars(waiting_cases())) == [a, b, c]
    db.session.rollback()
    assert number() == 6
    assert [tuple(row) for row in db.session.execute(asked.order_by(LogLeaf.number))] == [
        (0, a, 1), (1, b, 1), (2, a, 2), (3, c, 1), (4, c, 2), (5, b, 2),
    ]  # fmt: skip
    leaves = select(Event.hash == LogLeaf.hash).join(LogLeaf, LogLeaf.event_id == Event.id)
    assert set(db.session.scalars(leaves)) == {True}
    db.session.rollback()
    assert number() == 0
    with write_tx() as session:
        for case in (c, b, a):
            write(session, case, NOW)
    assert [number(at_most=2), number(at_most=2), number()] == [2, 1, 0]
    assert [tuple(row) for row in db.session.execute(asked.order_by(LogLeaf.number).offset(6))] == [
        (6, a, 3), (7, b, 3), (8, c, 3),
    ]  # fmt: skip
    ends = select(CaseFile.sequenced_seq).where(CaseFile.id.in_(cases))
    assert list(db.session.scalars(ends)) == [3, 3, 3]


def test_a_message_is_owed_once_to_a_person_or_to_an_address(world: World) -> None:
    with write_tx() as session:
        kim = session.get_one(Person, world.kim.id)
        kim.language = "vi"
        case = CaseFile(id="case", kind="cohort", opened_at=NOW)
        session.add(case)
        owe(session, key="k1", kind="one", at=NOW, recipient=kim, name="N", email="e@e.e", case_id="case")
        owe(session, key="k1", kind="two", at=NOW + DAY, name="Other", email="o@e.e")
        owe(
            session, key="k2", kind="one", at=NOW, name="Yến", email="yen@e.e", language="vi",
            params={"a": [1]}, link_purpose="visit", link_subject="thing",
        )  # fmt: skip
        owe(session, key="k3", kind="one", at=NOW, recipient=recipients(session, [kim.id])[kim.id])
        owe(session, key="k4", kind="one", at=NOW)
        known = ("one", kim.id, "Kim Park", "kim@example.org", "vi")
        assert owed(session, "one", "two") == [
            ("k1", *known, "case", {}, (None, None), NOW, NOW),
            ("k2", "one", None, "Yến", "yen@e.e", "vi", None, {"a": [1]}, ("visit", "thing"), NOW, NOW),
            ("k3", *known, None, {}, (None, None), NOW, NOW),
            ("k4", "one", None, "", "", "en", None, {}, (None, None), NOW, NOW),
        ]
        assert {one.state for one in session.scalars(select(Message))} == {"owed"}
        assert recipients(session, [kim.id, "nobody"]) == {
            kim.id: (kim.id, "Kim Park", "kim@example.org", "vi", None)
        }


def test_what_stands_beyond_the_end_of_its_case_is_no_event_of_the_log(cases: tuple[str, ...]) -> None:
    with write_tx() as session:
        for _ in range(3):
            write(session, cases[0])
        session.connection().exec_driver_sql("UPDATE case_file SET last_seq = 2")
    assert number() == 2
