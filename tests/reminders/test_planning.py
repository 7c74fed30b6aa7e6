"""Due points follow their case: planned when it changed, taken back when its task is done."""

from datetime import date, timedelta

from sqlalchemy import func, select

from certify.models import Activity, CaseFile, Certification, Cohort, DuePoint, Message, Person, db
from certify.models.store import own_tx, write_tx
from certify.reminders.planning import foreseen, look_again_for, replan, unplanned
from certify.reminders.sweep import sweep
from certify.scheme.words import CertificationState
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort, edit_cohort
from tests.cast import WORLD, World
from tests.player import ASSESSED_ON, DECIDED_ON, REPORT_ON, TOT_ON, Player, at
from tests.views.crowd import crowd

TOT_LAST_ON = TOT_ON + timedelta(4)


def points() -> list[tuple[str, str, str | None, bool]]:
    """What lies ahead: instant, reminder, reader, upwards."""
    db.session.rollback()
    asked = select(DuePoint).where(DuePoint.settled_at.is_(None), DuePoint.reminder != "")
    return [
        (f"{one.due_at:%Y-%m-%d %H:%M}", one.reminder, one.recipient_id or one.recipient_role, one.escalates)
        for one in db.session.scalars(asked.order_by(DuePoint.due_at, DuePoint.escalates))
    ]


def letters() -> list[tuple[str, str, str]]:
    """What the clock owes or owed: kind, address, state."""
    db.session.rollback()
    asked = select(Message).where(Message.origin == "clock").order_by(Message.due_at, Message.email)
    return [(one.kind, one.email, one.state) for one in db.session.scalars(asked)]


def test_a_case_is_planned_once_and_anew_when_it_changed(visited: Player) -> None:
    assert replan(at(REPORT_ON)) == 3  # the certification, its ToT event and its cohort
    bo = WORLD.bo.id
    assert points() == [
        ("2026-04-27 01:00", "recommendation-due", bo, False),
        ("2026-05-04 01:00", "recommendation-due", bo, False),
        ("2026-05-04 01:00", "recommendation-due", "coordinator", True),
    ]
    assert replan(at(REPORT_ON)) == 0
    visited.recommend()
    assert replan(at(ASSESSED_ON)) == 1
    assert [one[1:3] for one in points()] == [
        ("decision-due", "master_trainer"),
        ("decision-due", "master_trainer"),
        ("decision-due", "master_trainer"),
        ("decision-due", "scheme_owner"),
    ]


def test_what_was_owed_for_a_task_that_is_done_is_not_sent_any_more(visited: Player) -> None:
    replan(at(REPORT_ON))
    sweep(at(date(2026, 4, 28)))
    assert letters() == [("recommendation-due", "bo@example.org", "owed")]
    visited.recommend()
    replan(at(date(2026, 4, 28)))
    assert letters() == [("recommendation-due", "bo@example.org", "superseded")]


def test_a_letter_that_is_gone_already_stays_what_it_is(visited: Player) -> None:
    replan(at(REPORT_ON))
    sweep(at(date(2026, 4, 28)))
    with own_tx() as session:
        session.scalars(select(Message).where(Message.origin == "clock")).one().state = "sent"
    visited.recommend()
    replan(at(date(2026, 4, 28)))
    assert letters() == [("recommendation-due", "bo@example.org", "sent")]


def test_only_the_cases_that_changed_are_read(certified: Player) -> None:
    everything = db.session.scalar(select(func.count()).select_from(CaseFile))
    db.session.rollback()
    assert replan(at(DECIDED_ON), limit=2) == 2
    assert unplanned(db.session()) == (everything or 0) - 2
    db.session.rollback()
    replan(at(DECIDED_ON))
    assert unplanned(db.session()) == 0


def test_a_case_that_cannot_be_planned_keeps_no_other_waiting(visited: Player) -> None:
    with own_tx() as session:
        case = session.get_one(Certification, visited.certification)
        case.state, case.pauses = CertificationState.SUPERVISED_VISITS, [{"from": "never"}]
    assert (replan(at(REPORT_ON)), unplanned(db.session())) == (2, 1)


def test_a_reminder_waits_while_the_case_is_on_hold_and_its_day_moves(trained: Player) -> None:
    replan(at(TOT_LAST_ON))
    before = {one[0] for one in points() if one[1] == "toe-start-due"}
    assert before == {"2026-06-07 01:00", "2026-07-07 01:00", "2026-07-30 01:00"}
    trained.move("hold", WORLD.olu, date(2026, 3, 1), reason="She is ill.")
    replan(at(date(2026, 3, 1)))
    assert points() == []
    trained.move("resume", WORLD.olu, date(2026, 3, 11), reason="She is well.")
    replan(at(date(2026, 3, 11)))
    after = {one[0] for one in points() if one[1] == "toe-start-due"}
    assert after == {"2026-06-17 01:00", "2026-07-17 01:00", "2026-08-09 01:00"}


def test_a_cohorts_change_plans_the_certifications_of_its_trainers_anew(delivered: Player) -> None:
    replan(at(date(2026, 3, 20)))
    with own_tx() as session:  # as if a workshop had never been
        workshop = session.get_one(Activity, delivered.workshop)
        session.get_one(Certification, delivered.certification).state = "classroom_delivery"
        workshop.state = "void"
        session.get_one(CaseFile, workshop.case_id).planned_seq = 0
    assert replan(at(date(2026, 3, 20))) == 2
    assert "toe-start-due" in {one[1] for one in points()}


def test_who_is_taken_out_of_a_cohort_is_planned_anew(visited: Player, world: World) -> None:
    """While Ana is in a later cohort its visits are hers to make; then those of the first are enough."""
    [other] = crowd(1, CertificationState.SUPERVISED_VISITS)
    with write_tx() as session:
        session.get_one(Certification, visited.certification).state = CertificationState.SUPERVISED_VISITS
        colleague = session.get_one(Certification, other).holder_id
        ana, when = WORLD.actor(session, world.ana, REPORT_ON), at(REPORT_ON)
        later = create_cohort(
            session, ana, when, module="WPC", country="VN", trainers=[world.ana.id, colleague],
            enterprises=world.enterprises,
        )  # fmt: skip
        baseline = {"held_on": REPORT_ON.isoformat(), "enterprise": world.enterprises[0]}
        create_activity(session, ana, when, kind="baseline", cohort=later, fields=baseline)
    mine = select(DuePoint.reminder).where(DuePoint.certification_id == visited.certification)
    replan(at(REPORT_ON))
    assert set(db.session.scalars(mine)) == {"toe-end-due"}
    db.session.rollback()
    with write_tx() as session:
        olu = WORLD.actor(session, world.olu, REPORT_ON)
        edit_cohort(session, session.get_one(Cohort, later.id), olu, at(REPORT_ON), trainers=[colleague])
    replan(at(REPORT_ON))
    assert set(db.session.scalars(mine)) == set()


def test_who_moves_to_another_zone_is_told_in_its_mornings(certified: Player) -> None:
    replan(at(DECIDED_ON))
    ours = [one[0] for one in points() if one[1] == "renewal-window" and one[2] == WORLD.ana.id]
    assert ours[0] == "2029-02-03 01:00"
    with own_tx() as session:
        session.get_one(Person, WORLD.ana.id).zone = "America/Bogota"
        look_again_for(session, WORLD.ana.id)
    assert replan(at(DECIDED_ON)) == 1
    there = [one[0] for one in points() if one[1] == "renewal-window" and one[2] == WORLD.ana.id]
    assert there == [one.replace("01:00", "13:00") for one in ours]


def test_a_day_on_which_time_alone_changes_the_plan_is_looked_at_again(certified: Player) -> None:
    replan(at(DECIDED_ON))
    periods = {one[0] for one in points() if one[1] == "practice-due"}
    assert periods == {"2027-02-02 01:00", "2027-04-03 01:00"}
    assert replan(at(date(2027, 5, 3))) == 0
    assert replan(at(date(2027, 5, 5))) == 1
    later = {one[0] for one in points() if one[1] == "practice-due"} - periods
    assert later == {"2028-02-03 01:00", "2028-04-03 01:00"}


def test_what_a_case_will_say_is_told_ahead(visited: Player) -> None:
    case = db.session().get_one(Certification, visited.certification)
    ahead = foreseen(db.session(), case, at(date(2026, 4, 29)))
    assert [(one.kind, one.subject, one.name, one.role, str(one.stopped_by)) for one in ahead] == [
        (
            "recommendation-due",
            "Ana Trần waits for your recommendation",
            "Bo Nguyễn",
            None,
            "when you recommend or ask for more practice",
        ),
        (
            "recommendation-due-escalated",
            "No recommendation yet: Ana Trần",
            None,
            "coordinator",
            "when you recommend or ask for more practice",
        ),
    ]
    olu, on = WORLD.actor(db.session(), WORLD.olu), date(2026, 4, 29)
    assert [one.is_for(olu, on, module="WPC", country="VN") for one in ahead] == [False, True]
