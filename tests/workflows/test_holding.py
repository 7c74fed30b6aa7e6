"""Holds move what a candidate has to keep to, and who comes back goes on with a ToT that still counts."""

from datetime import date, timedelta

from certify.models import Certification, db
from certify.models.store import write_tx
from certify.queries.verification import verdict_of
from certify.workflows import engine
from certify.workflows.certification import requirements_of
from certify.workflows.cohort import create_cohort
from tests.cast import WORLD
from tests.player import ASSESSED_ON, REPORT_ON, Player, at

DAY = timedelta(days=1)


def _of(played: Player, requirement: str, on: date) -> tuple[str, tuple[str, ...], date | None]:
    """How a requirement stands, why, and the earliest day of it."""
    db.session.rollback()
    case = db.session.get_one(Certification, played.certification)
    found = next(one for one in requirements_of(db.session(), case, at(on)) if one.id == requirement)
    return found.status.value, tuple(map(str, found.reasons)), found.earliest_on


def _case(played: Player) -> Certification:
    db.session.rollback()
    return db.session.get_one(Certification, played.certification)


def test_the_days_on_hold_move_the_deadlines_and_what_the_reasons_say(trained: Player) -> None:
    begun, ended = date(2026, 3, 2), date(2026, 4, 1)
    with write_tx() as session:
        create_cohort(
            session, WORLD.actor(session, WORLD.ana, begun), at(begun), module="WPC", country="VN",
            name="Spring", trainers=[WORLD.ana.id], supervisor=WORLD.bo.id,
            enterprises=list(WORLD.enterprises[:4]),
        )  # fmt: skip
    due = "No classroom workshop counts yet; its first day is due by {}."
    assert _of(trained, "toe-start", begun) == ("not_met", (due.format("2026-08-06"),), begun)
    trained.move("hold", WORLD.olu, begun, reason="Parental leave.")
    trained.move("resume", WORLD.olu, ended, reason="Back.")
    assert _of(trained, "toe-start", ended) == ("not_met", (due.format("2026-09-05"),), ended)
    still = date(2026, 8, 20)  # over by the old day, and not by the moved one
    assert _of(trained, "toe-start", still)[2] == still


def test_the_day_of_more_practice_moves_with_a_hold(visited: Player) -> None:
    visited.move(
        "ask_more_practice", WORLD.bo, REPORT_ON, what="Lead it.", by_on=date(2026, 7, 1),
        back_to="supervised_visits", exclude=[],
    )  # fmt: skip
    visited.move("hold", WORLD.olu, ASSESSED_ON, reason="Ill.")
    assert _case(visited).practice_by_on == date(2026, 7, 1)
    visited.move("resume", WORLD.olu, ASSESSED_ON + 20 * DAY, reason="Well again.")
    assert (str(_case(visited).state), _case(visited).practice_by_on) == ("more_practice", date(2026, 7, 21))


def test_a_hold_elsewhere_moves_no_day_of_practice(trained: Player) -> None:
    trained.move("hold", WORLD.olu, REPORT_ON, reason="Ill.")
    trained.move("resume", WORLD.olu, REPORT_ON + DAY, reason="Well again.")
    assert _case(trained).practice_by_on is None


def test_who_rejoins_uses_a_tot_that_still_counts(trained: Player) -> None:
    event = _case(trained).tot_event_id
    trained.move("leave", WORLD.ana, date(2026, 3, 1), reason="A new job.")
    on = date(2026, 5, 1)
    trained.move("rejoin", WORLD.olu, on, reason="Back again.")
    trained.move("enrol", WORLD.olu, on, activity=event)
    trained.move("complete_training", WORLD.bea, on)
    assert str(_case(trained).state) == "classroom_delivery"
    assert _of(trained, "tot-attendance", on)[0] == "met"


def test_the_public_answer_changes_in_the_commit_of_the_move(certified: Player) -> None:
    number, on = _case(certified).certificates[0].number, date(2026, 6, 8)
    assert verdict_of(db.session(), number, at(on)).reason is None
    for move, facts, said in (
        ("suspend", {"grounds": "A complaint."}, "suspended"),
        ("reinstate", {"findings": "Unfounded."}, None),
        ("withdraw", {"grounds": "Made up."}, "withdrawn"),
    ):
        db.session.rollback()
        with write_tx() as session:
            thing = session.get_one(Certification, certified.certification)
            engine.perform(thing, move, WORLD.actor(session, WORLD.maya, on), at(on), **facts)
            assert verdict_of(session, number, at(on)).reason == said  # before the commit, in the same one
        db.session.rollback()
        assert verdict_of(db.session(), number, at(on)).reason == said
