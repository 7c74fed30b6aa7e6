"""Why a certificate is worth what it is: told question by question, and settled as the verdict says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from certify.credentials.reasoning import QUESTIONS, reasoning
from certify.credentials.verdict import CredentialRecord, verdict
from certify.models import Credential, db
from certify.scheme.standing import Period, StandingChange
from tests.credentials.test_verdict import NOW, RECORD, change
from tests.player import Player

LATER = NOW + timedelta(days=30)
ORDER = ["withdrawn", "retired", "suspended", "revoked", "superseded", "not_yet_valid", "expired"]
SUCCESSOR = {"superseded_by": "TC-2", "successor_from": date(2026, 5, 20)}


def settled(record: CredentialRecord, at: datetime = NOW, on: date | None = None) -> str | None:
    found = [line.about for line in reasoning(record, at, on)[1] if line.settles]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("changes", "more", "on", "by"),
    [
        ([], {}, None, None),
        (["suspend"], {}, None, "suspended"),
        (["suspend", "reinstate"], {}, None, None),
        (["retire", "suspend"], SUCCESSOR, None, "retired"),
        (["suspend", "withdraw"], {"revoked_at": NOW}, None, "withdrawn"),
        ([], {"revoked_at": NOW, **SUCCESSOR}, None, "revoked"),
        (["suspend"], SUCCESSOR, None, "suspended"),
        ([], SUCCESSOR, None, "superseded"),
        ([], {}, date(2026, 5, 3), "not_yet_valid"),
        ([], {}, date(2029, 5, 4), None),
        ([], {}, date(2029, 5, 5), "expired"),
        ([], {}, date(2029, 9, 1), "expired"),
    ],
)
def test_the_first_question_that_counts_settles_it(
    changes: list[str], more: dict[str, object], on: date | None, by: str | None
) -> None:
    days = (NOW - timedelta(days=len(changes) - place) for place in range(len(changes)))
    record = replace(RECORD, changes=tuple(map(change, changes, days)), **more)
    answer, lines = reasoning(record, NOW, on)
    assert answer == verdict(record, NOW, on)
    assert settled(record, NOW, on) == by
    asked = [line.about for line in lines]
    assert asked == ORDER[: ORDER.index(by) + 1 if by else len(ORDER)]


KINDS = st.sampled_from(["suspend", "reinstate", "withdraw", "retire"])
CHANGES = st.lists(st.builds(StandingChange, st.sampled_from([NOW, LATER, NOW - (LATER - NOW)]), KINDS))


@given(
    CHANGES, st.sampled_from([None, NOW, LATER]), st.booleans(), st.dates(date(2026, 1, 1), date(2030, 1, 1))
)
def test_whatever_happened_the_line_that_settles_names_the_reason(
    changes: list[StandingChange], revoked_at: datetime | None, followed: bool, on: date
) -> None:
    record = replace(RECORD, changes=tuple(changes), revoked_at=revoked_at, **(SUCCESSOR if followed else {}))
    reason = verdict(record, NOW, on).reason
    names = {"in_grace": {"expired"}, "withdrawn": {"withdrawn", "revoked"}}
    assert settled(record, NOW, on) in names.get(reason or "", {reason})


def test_each_line_tells_what_the_register_knows() -> None:
    ended = replace(
        RECORD, changes=(change("suspend", NOW), change("reinstate", LATER)), valid_until=date(2026, 6, 30)
    )
    assert [str(line.known) for line in reasoning(ended, LATER + timedelta(days=1))[1]] == [
        "The certification has not been withdrawn.",
        "The trainer has not given the certification up.",
        "The certification was suspended, and reinstated on 2026-07-01.",
        "This certificate has not been revoked.",
        "No other certificate follows this one.",
        "It begins with the day 2026-05-04, in Asia/Ho_Chi_Minh.",
        "Its last day is 2026-06-30, in Asia/Ho_Chi_Minh; "
        "the 90 days of grace for a renewal end with 2026-09-28.",
    ]
    then = reasoning(ended, LATER + timedelta(days=1), date(2026, 5, 1))[1][0]
    assert str(then.known) == "The certification had not been withdrawn."
    assert [name for name, _ in QUESTIONS] == [*ORDER, "beneath"]  # asked of licences
    gone = replace(
        RECORD, changes=(change("suspend", NOW), change("withdraw", LATER)), revoked_at=NOW, **SUCCESSOR
    )
    known = [tell(gone, datetime(2027, 1, 1, tzinfo=UTC)) for _, tell in QUESTIONS[:5]]
    assert [str(one) for one in known] == [
        "The certification was withdrawn on 2026-07-01.",
        "The trainer had not given the certification up.",
        "The certification was suspended on 2026-06-01 and not reinstated since.",
        "This certificate was revoked on 2026-06-01.",
        "TC-2 follows this one from 2026-05-20.",
    ]
    retired = replace(RECORD, changes=(change("retire", NOW),))
    assert str(reasoning(retired, NOW)[1][-1].known) == "The trainer gave the certification up on 2026-06-01."


def test_the_command_prints_the_reasoning_of_a_day(app: Flask, certified: Player) -> None:
    number, first = db.session.execute(select(Credential.number, Credential.valid_from)).one()
    run = app.test_cli_runner()
    before = run.invoke(args=["explain", number.lower(), "--at", str(first - timedelta(days=1))])
    assert before.exit_code == 0, before.output
    told = before.output.splitlines()
    assert told[0].startswith(f"{number}: ")
    assert told[-2:] == [
        f"  6. It begins with the day {first}, in Asia/Ho_Chi_Minh.  <- this settles it",
        "  => not currently valid: not yet valid",
    ]
    now = run.invoke(args=["explain", number])
    assert (now.exit_code, now.output.splitlines()[-1]) == (0, "  => valid")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["TC-0000-0000-0000-0"], "Error: TC-0000-0000-0000-0 is not in the register.\n"),
        (
            ["TC-1", "--at", "soon"],
            "Invalid value for --at: Give a day like 2026-11-22, between 1990 and 2200.\n",
        ),
    ],
)
def test_a_number_that_is_not_there_and_a_day_that_is_none_are_told(
    app: Flask, args: list[str], said: str
) -> None:
    done = app.test_cli_runner().invoke(args=["explain", *args])
    assert done.exit_code > 0
    assert done.output.endswith(said)


def test_a_licence_runs_out_with_the_certification_that_it_rests_on() -> None:
    beneath = Period(RECORD.valid_from, date(2026, 6, 30), RECORD.zone, 90)
    licence = replace(RECORD, credential_type="expert_trainer_licence", rests_on=(beneath,))
    answer, lines = reasoning(licence, datetime(2026, 7, 1, tzinfo=UTC))
    assert (answer.reason, answer.since) == ("in_grace", date(2026, 7, 1))
    assert (lines[-1].about, str(lines[-1].known), lines[-1].settles) == (
        "beneath", "The certification that the licence rests on has its last day on 2026-06-30.", True
    )  # fmt: skip
    renewed = replace(licence, rests_on=(beneath, Period(date(2026, 7, 1), date(2029, 6, 30), RECORD.zone)))
    assert reasoning(renewed, datetime(2026, 7, 1, tzinfo=UTC))[0].reason is None
