"""Each due point becomes one message for each of its readers, whoever sweeps and however often."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update

from certify.extensions import clock
from certify.models import Activity, CaseFile, DuePoint, Involvement, Message, Person, RoleGrant, db
from certify.models.store import own_tx
from certify.reminders import sweep as sweeping
from certify.reminders.planning import replan
from certify.reminders.sweep import sweep
from certify.reminders.sweep_roles import sweep_roles
from certify.scheme.words import Relation
from tests.cast import WORLD
from tests.conftest import Turn
from tests.player import DECIDED_ON, REPORT_ON, Player, at

DUE_AT = datetime(2026, 4, 27, 1, tzinfo=UTC)


def letters() -> list[tuple[str, str, str, str]]:
    db.session.rollback()
    asked = select(Message).where(Message.origin == "clock").order_by(Message.due_at, Message.email)
    return [
        (f"{one.due_at:%Y-%m-%d %H:%M}", one.kind, one.email.split("@")[0], one.state)
        for one in db.session.scalars(asked)
    ]


def outcomes() -> list[tuple[int, bool, str | None]]:
    db.session.rollback()
    asked = select(DuePoint).where(DuePoint.settled_at.is_not(None)).order_by(DuePoint.n, DuePoint.escalates)
    return [(one.n, one.escalates, one.outcome) for one in db.session.scalars(asked)]


def test_what_is_due_is_owed_once_at_eight_in_the_morning(visited: Player) -> None:
    replan(at(REPORT_ON))
    assert sweep(DUE_AT - timedelta(microseconds=1)) == 0
    assert sweep(DUE_AT) == 1
    assert sweep(DUE_AT) == 0
    assert letters() == [("2026-04-27 01:00", "recommendation-due", "bo", "owed")]
    assert outcomes() == [(0, False, "owed")]


def test_after_an_outage_only_the_last_word_is_owed(visited: Player) -> None:
    replan(at(REPORT_ON))
    assert sweep(at(date(2026, 5, 20))) == 2
    assert letters() == [
        ("2026-05-04 01:00", "recommendation-due", "bo", "owed"),
        ("2026-05-04 01:00", "recommendation-due-escalated", "olu", "owed"),
    ]
    assert outcomes() == [(0, False, "overtaken"), (1, False, "owed"), (1, True, "owed")]


def test_a_letter_that_did_not_go_is_overtaken_by_the_next(visited: Player) -> None:
    replan(at(REPORT_ON))
    sweep(DUE_AT)
    sweep(DUE_AT + timedelta(days=7))
    assert [(kind, state) for _, kind, _, state in letters()] == [
        ("recommendation-due", "superseded"),
        ("recommendation-due", "owed"),
        ("recommendation-due-escalated", "owed"),
    ]


def test_who_has_no_account_in_use_is_told_nothing(visited: Player) -> None:
    replan(at(REPORT_ON))
    with own_tx() as session:
        for one in (WORLD.bo, WORLD.olu):
            session.get_one(Person, one.id).disabled_at = at(REPORT_ON)
    assert sweep(at(date(2026, 5, 20))) == 0
    assert outcomes() == [(0, False, "overtaken"), (1, False, "stopped"), (1, True, "stopped")]


def test_a_role_is_told_by_who_holds_it_when_the_day_has_come(recommended: Player) -> None:
    replan(at(DECIDED_ON))
    with own_tx() as session:  # Mika's office ended since it was planned
        session.execute(
            update(RoleGrant).where(RoleGrant.person_id == WORLD.mika.id).values(ended_at=at(DECIDED_ON))
        )
    sweep(at(date(2026, 5, 25)))
    assert [one[:3] for one in letters()] == [
        ("2026-05-24 01:00", "decision-due", "maya"),
        ("2026-05-24 01:00", "decision-due-unseen", "sol"),
    ]


def test_who_holds_a_role_reads_it_at_eight_in_their_own_morning(visited: Player) -> None:
    replan(at(REPORT_ON))
    with own_tx() as session:
        session.get_one(Person, WORLD.olu.id).zone = "America/Bogota"
    sweep(at(date(2026, 5, 20)))
    assert [one[:3] for one in letters()] == [
        ("2026-05-04 01:00", "recommendation-due", "bo"),
        ("2026-05-04 13:00", "recommendation-due-escalated", "olu"),
    ]


def test_a_dry_round_tells_what_it_would_owe_and_writes_nothing(app: Flask, visited: Player) -> None:
    replan(at(REPORT_ON))
    told = app.test_cli_runner().invoke(args=["tick", "--dry-run", "--at", "2026-05-20T10:00+07:00"]).output
    assert told.splitlines()[-3:] == [
        f"2026-05-04 01:00 UTC  {'recommendation-due':<24} bo@example.org",
        f"2026-05-04 01:00 UTC  {'recommendation-due-escalated':<24} olu@example.org",
        "2 would be owed.",
    ]
    assert letters() == []
    assert outcomes() == []


def test_a_dry_round_says_how_many_letters_would_go_as_the_round_then_says(
    app: Flask, visited: Player, turn: Turn
) -> None:
    """At night what the clock owes waits; in the morning it goes to Bo and, further up, to Olu."""
    run = app.test_cli_runner()
    sent = []
    for moment in ("2026-05-20T02:00+07:00", "2026-05-20T10:00+07:00"):
        turn(moment)
        replan(clock().now())
        dry = run.invoke(args=["tick", "--dry-run"]).output
        done = run.invoke(args=["tick"]).output
        told = re.search(r"^(\d+) would be sent", dry, re.M)
        assert told is not None
        assert f"\n{told[1]} sent, " in done
        sent.append(int(told[1]))
    assert sent == [0, 2]


def test_who_may_not_see_the_case_is_not_told_whose_it_is(recommended: Player) -> None:
    replan(at(DECIDED_ON))
    sweep(at(date(2026, 5, 25)))
    db.session.rollback()
    told = db.session.scalars(select(Message).where(Message.kind == "decision-due-unseen")).one()
    assert (told.case_id, told.params) == (
        None,
        {"module": "WPC", "country": "VN", "about_on": "2026-04-27", "due_on": "2026-05-27"},
    )


def test_a_master_trainer_with_a_relation_in_the_way_is_not_asked(recommended: Player) -> None:
    with own_tx() as session:
        session.add(
            Involvement(
                person_id=WORLD.mika.id,
                holder_id=WORLD.ana.id,
                certification_id=recommended.certification,
                relation=Relation.OBSERVED,
                thing_id="x",
                at=at(REPORT_ON),
            )
        )
    replan(at(DECIDED_ON))
    sweep(at(date(2026, 5, 8)))
    assert [one[1:3] for one in letters()] == [("decision-due", "maya")]


def test_nobody_is_told_upwards_of_themself(visited: Player) -> None:
    with own_tx() as session:  # Bo, who is reminded, is a coordinator too
        olus = session.scalars(select(RoleGrant).where(RoleGrant.person_id == WORLD.olu.id)).one()
        olus.person_id = WORLD.bo.id
    replan(at(REPORT_ON))
    sweep(at(date(2026, 5, 20)))
    assert [one[1:3] for one in letters()] == [("recommendation-due", "bo")]


def submitted_visit(player: Player) -> str:
    """A visit that waits for its enterprise since 13 April."""
    with own_tx() as session:
        visit = session.get_one(Activity, player.visits[-1])
        visit.state, visit.submitted_at = "submitted", at(date(2026, 4, 13))
        session.get_one(CaseFile, visit.case_id).planned_seq = 0
        return visit.id


def test_an_enterprise_is_asked_again_with_a_link_of_its_own(visited: Player) -> None:
    visit = submitted_visit(visited)
    replan(at(date(2026, 4, 14)))
    sweep(at(date(2026, 4, 17)))
    db.session.rollback()
    told = db.session.scalars(select(Message).where(Message.kind == "visit-confirmation")).one()
    assert (told.link_purpose, told.link_subject, told.params["activity"]) == ("confirm_visit", visit, visit)
    sweep(at(date(2026, 4, 22)))
    assert [
        (kind, who) for _, kind, who, state in letters() if state == "owed" and kind.startswith("visit")
    ] == [
        ("visit-confirmation-escalated", "bo"),
        ("visit-confirmation", told.email.split("@")[0]),
    ]


def test_chunk_by_chunk_or_all_at_once_comes_to_the_same(certified: Player) -> None:
    replan(at(DECIDED_ON))
    on = at(date(2029, 7, 1))
    made = 0
    while True:
        with own_tx() as session:
            found, owed = sweeping._sweep_people(session, on, 2)
        made += owed
        if not found:
            break
    made += sweep_roles(on, 1)
    assert made == len(letters())
    assert len({one[1:3] for one in letters()}) == len(letters())
