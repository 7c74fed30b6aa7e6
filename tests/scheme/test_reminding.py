"""The schedule of reminders laid over a case: each with its days, readers, stops and escalations."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Cycle, Day, Evidence, Happening, Member, Pause, Training, Waived
from certify.scheme.rules.reminding import Asked, Point, looks_again_on, plan, plan_of_visits
from certify.scheme.rules.situation import Filed, Situation, Task, Upkeep
from certify.scheme.words import ActivityKind, ActivityState, RenewalState, VisitPurpose
from certify.scheme.words import CertificationState as S

EDITION = shipped("score-2026")
ON = date(2026, 6, 1)
SINCE = date(2026, 5, 1)
TOT_ON = date(2026, 4, 30)
TOT = Training("tot", ActivityState.CONFIRMED, (Day(TOT_ON, 8),), None, None, ())
ACME, BETA = Member("acme", "Acme", 80, True), Member("beta", "Beta", 80, True)
UPKEEP = Upkeep(date(2026, 3, 31), date(2029, 3, 31))


def happening(id: str, kind: ActivityKind, on: date, **more: object) -> Happening:
    return Happening(id, kind, ActivityState.CONFIRMED, on, on, **more)  # type: ignore[arg-type]


def visits(n: int, *members: Member) -> list[Happening]:
    """So many confirmed visits to each, a week apart, the last on 1 June."""
    return [
        happening(
            f"v{n}{one.id}",
            ActivityKind.VISIT,
            ON - timedelta(weeks=n),
            enterprise=one.id,
            purpose=VisitPurpose.CONSULTATION,
        )
        for n in range(n)
        for one in members
    ]


WORKSHOP = happening("w", ActivityKind.WORKSHOP, date(2026, 5, 4))


def cycle(*happenings: Happening) -> Evidence:
    members = (ACME, BETA)
    return Evidence("WPC", "VN", (TOT,), (Cycle("cohort", "One", None, members, happenings),))


def case(state: S, evidence: Evidence | None = None, **more: object) -> Situation:
    given = evidence or Evidence("WPC", "VN", (TOT,))
    return Situation(ON, state, SINCE, "ana", "bo", given, **more)  # type: ignore[arg-type]


def told(points: tuple[Point, ...]) -> list[tuple[str, str, str]]:
    """Who is told what on which day; upwards with an arrow."""
    return [
        (
            f"{point.on:%Y-%m-%d}",
            ("↑" if point.escalates else "") + point.reminder,
            point.person or point.role,
        )
        for point in points
    ]  # type: ignore[misc]


CASES = {
    "application-incomplete": (
        case(S.DRAFT),
        [("2026-05-08", "", "ana"), ("2026-05-22", "", "ana")],
    ),
    "screening-due": (
        case(S.SUBMITTED, screenings=(Task("s1", "eva", SINCE, SINCE),)),
        [("2026-05-06", "", "eva"), ("2026-05-11", "", "eva"), ("2026-05-11", "↑", "coordinator")],
    ),
    "tot-soon": (
        case(
            S.TRAINING,
            Evidence(
                "WPC", "VN", (replace(TOT, state=ActivityState.OPEN, days=(Day(date(2026, 6, 15), 8),)),)
            ),
        ),
        [("2026-06-01", "", "ana"), ("2026-06-12", "", "ana")],
    ),
    "toe-start-due": (
        case(
            S.CLASSROOM_DELIVERY, Evidence("WPC", "VN", (TOT,), (), waived=(Waived("toe-end", "", "", ON),))
        ),
        [
            ("2026-08-31", "", "ana"),
            ("2026-09-30", "", "ana"),
            ("2026-10-23", "", "ana"),
            ("2026-10-23", "↑", "coordinator"),
        ],
    ),
    "toe-end-due": (
        case(S.SUPERVISED_VISITS, cycle(WORKSHOP)),
        [
            ("2027-03-01", "", "ana"),
            ("2027-03-31", "", "ana"),
            ("2027-04-23", "", "ana"),
            ("2027-04-23", "↑", "coordinator"),
        ],
    ),
    "cycle-report-due": (
        case(S.SUPERVISED_VISITS, cycle(WORKSHOP, *visits(3, ACME, BETA))),
        [("2026-06-04", "", "ana"), ("2026-06-11", "", "ana"), ("2026-06-11", "↑", "bo")],
    ),
    "observation-due": (
        case(S.SUPERVISED_VISITS, cycle(WORKSHOP), observations=(Task("o1", "tuan", SINCE, ON),)),
        [("2026-06-03", "", "tuan"), ("2026-06-08", "", "tuan"), ("2026-06-08", "↑", "coordinator")],
    ),
    "recommendation-due": (
        case(S.ASSESSMENT),
        [("2026-05-08", "", "bo"), ("2026-05-15", "", "bo"), ("2026-05-15", "↑", "coordinator")],
    ),
    "decision-due": (
        case(S.RECOMMENDED),
        [
            ("2026-05-11", "", "master_trainer"),
            ("2026-05-21", "", "master_trainer"),
            ("2026-05-28", "", "master_trainer"),
            ("2026-05-28", "↑", "scheme_owner"),
        ],
    ),
    "more-practice-due": (
        case(S.MORE_PRACTICE, practice_by_on=date(2026, 8, 1)),
        [
            ("2026-07-02", "", "ana"),
            ("2026-07-25", "", "ana"),
            ("2026-08-02", "", "ana"),
            ("2026-08-02", "↑", "bo"),
        ],
    ),
    "practice-due": (
        case(S.CERTIFIED, upkeep=replace(UPKEEP, practice=(date(2026, 3, 31), date(2027, 3, 30)))),
        [("2026-12-30", "", "ana"), ("2027-02-28", "", "ana"), ("2027-02-28", "↑", "qa_reviewer")],
    ),
    "code-of-conduct-due": (
        case(S.CERTIFIED, upkeep=replace(UPKEEP, code_due_on=date(2027, 3, 31))),
        [
            ("2027-03-01", "", "ana"),
            ("2027-03-24", "", "ana"),
            ("2027-04-01", "", "ana"),
            ("2027-04-01", "↑", "qa_reviewer"),
        ],
    ),
    "renewal-window": (
        case(S.CERTIFIED, upkeep=UPKEEP),
        [
            ("2028-12-31", "", "ana"),
            ("2029-01-30", "", "ana"),
            ("2029-03-01", "", "ana"),
            ("2029-03-24", "", "ana"),
            ("2029-03-24", "↑", "provider"),
        ],
    ),
    "expired-in-grace": (
        case(S.CERTIFIED, upkeep=UPKEEP),
        [
            ("2029-04-01", "", "ana"),
            ("2029-04-30", "", "ana"),
            ("2029-05-30", "", "ana"),
            ("2029-06-22", "", "ana"),
            ("2029-06-22", "↑", "coordinator"),
        ],
    ),
    "suspension-long": (
        case(S.SUSPENDED),
        [
            ("2026-10-02", "", "master_trainer"),
            ("2026-10-25", "", "master_trainer"),
            ("2026-11-01", "", "master_trainer"),
            ("2026-11-01", "↑", "scheme_owner"),
        ],
    ),
    "renewal-review-due": (
        case(S.CERTIFIED, renewal=Filed("r1", RenewalState.FILED, SINCE)),
        [
            ("2026-05-08", "", "qa_reviewer"),
            ("2026-05-15", "", "qa_reviewer"),
            ("2026-05-15", "↑", "coordinator"),
        ],
    ),
    "renewal-decision-due": (
        case(S.CERTIFIED, renewal=Filed("r1", RenewalState.REVIEWED, SINCE)),
        [
            ("2026-05-11", "", "master_trainer"),
            ("2026-05-21", "", "master_trainer"),
            ("2026-05-28", "", "master_trainer"),
            ("2026-05-28", "↑", "scheme_owner"),
        ],
    ),
}


@pytest.mark.parametrize("reminder", CASES)
def test_a_reminder_has_its_days_readers_and_escalation(reminder: str) -> None:
    situation, wanted = CASES[reminder]
    points = tuple(one for one in plan(EDITION, situation) if one.reminder == reminder)
    assert told(points) == [(on, arrow + reminder, who) for on, arrow, who in wanted]


def test_a_visit_is_asked_about_after_the_letter_that_its_submission_sent() -> None:
    waiting = (Asked("v1", ON, "bo"), Asked("v2", ON, None))
    name = "visit-confirmation"
    assert told(plan_of_visits(EDITION, waiting)) == [
        ("2026-06-05", name, "enterprise_contact"),
        ("2026-06-05", name, "enterprise_contact"),
        ("2026-06-10", name, "enterprise_contact"),
        ("2026-06-10", "↑" + name, "bo"),
        ("2026-06-10", name, "enterprise_contact"),
        ("2026-06-10", "↑" + name, "coordinator"),
    ]


def test_every_reminder_of_the_edition_is_tried_here() -> None:
    assert {one.id for one in EDITION.reminders} == {*CASES, "visit-confirmation"}


@pytest.mark.parametrize("state", sorted(set(S) - {one.state for one, _ in CASES.values()}))
def test_a_case_at_rest_tells_nobody_anything(state: S) -> None:
    everything = case(
        state,
        cycle(WORKSHOP, *visits(3, ACME, BETA)),
        screenings=(Task("s1", "eva", SINCE, SINCE),),
        observations=(Task("o1", "tuan", SINCE, ON),),
        practice_by_on=date(2026, 8, 1),
        upkeep=UPKEEP,
        renewal=Filed("r1", RenewalState.FILED, SINCE),
    )
    assert plan(EDITION, everything) == ()


STOPPED = {
    "tot-soon": (case(S.TRAINING), "the ToT is held"),
    "toe-start-due": (case(S.CLASSROOM_DELIVERY, cycle(WORKSHOP)), "a classroom was held"),
    "toe-end-due": (case(S.SUPERVISED_VISITS, cycle(WORKSHOP, *visits(3, ACME, BETA))), "all visits made"),
    "cycle-report-due": (
        case(
            S.SUPERVISED_VISITS,
            cycle(WORKSHOP, *visits(3, ACME, BETA), happening("r", ActivityKind.CYCLE_REPORT, ON)),
        ),
        "the report is in",
    ),
    "practice-due": (
        case(
            S.CERTIFIED,
            upkeep=replace(UPKEEP, practice=(date(2026, 3, 31), date(2027, 3, 30)), cycles=(ON,)),
        ),
        "a cycle was delivered",
    ),
    "renewal-window": (case(S.CERTIFIED, upkeep=replace(UPKEEP, renewal_filed=True)), "filed"),
    "expired-in-grace": (case(S.CERTIFIED, upkeep=replace(UPKEEP, renewal_filed=True)), "filed"),
}


@pytest.mark.parametrize("reminder", STOPPED)
def test_a_reminder_stops_when_its_task_is_done(reminder: str) -> None:
    assert reminder not in {one.reminder for one in plan(EDITION, STOPPED[reminder][0])}


def test_a_classroom_that_is_planned_stops_what_would_come_after_it() -> None:
    planned = replace(
        WORKSHOP, held_on=date(2026, 9, 15), last_on=date(2026, 9, 15), state=ActivityState.OPEN
    )
    points = plan(EDITION, case(S.CLASSROOM_DELIVERY, cycle(planned)))
    assert [one.on for one in points if one.reminder == "toe-start-due"] == [date(2026, 8, 31)]


def test_a_deadline_moves_by_the_days_on_hold_and_says_so_anew() -> None:
    evidence = cycle()
    before = plan(EDITION, case(S.CLASSROOM_DELIVERY, evidence))
    held = replace(evidence, pauses=(Pause(date(2026, 5, 10), date(2026, 5, 20)),))
    after = plan(EDITION, case(S.CLASSROOM_DELIVERY, held))
    assert [one.on + timedelta(days=10) for one in before] == [one.on for one in after]
    assert not {one.key for one in before} & {one.key for one in after}


def test_practice_that_was_asked_for_is_due_on_the_day_that_the_case_says() -> None:
    """The end of a hold has moved it (workflows/decision_effects.py): its days are not added once more."""
    asked = case(
        S.MORE_PRACTICE,
        Evidence(
            "WPC", "VN", pauses=(Pause(date(2026, 4, 1), date(2026, 5, 11)),), practice_asked_on=(SINCE,)
        ),
        practice_by_on=date(2026, 8, 1),
    )
    assert {one.about_on for one in plan(EDITION, asked)} == {date(2026, 8, 1)}


@pytest.mark.parametrize(
    ("state", "certified", "reminded"),
    [
        (RenewalState.FILED, S.SUSPENDED, {"renewal-review-due"}),
        (RenewalState.REVIEWED, S.SUSPENDED, set()),  # it is decided once reinstated
        (RenewalState.FILED, S.CERTIFIED, {"renewal-review-due"}),
        (RenewalState.REVIEWED, S.CERTIFIED, {"renewal-decision-due"}),
    ],
)
def test_of_a_renewal_whoever_has_the_next_step_is_reminded(
    state: RenewalState, certified: S, reminded: set[str]
) -> None:
    points = plan(EDITION, case(certified, renewal=Filed("r1", state, SINCE)))
    assert {one.reminder for one in points if one.thing == "r1"} == reminded


@pytest.mark.parametrize(
    ("reinstated_on", "from_on"), [(SINCE - timedelta(9), SINCE), (SINCE + timedelta(40), None)]
)
def test_a_decision_that_a_suspension_held_up_is_waited_for_since_its_end(
    reinstated_on: date, from_on: date | None
) -> None:
    waiting = case(S.CERTIFIED, renewal=Filed("r1", RenewalState.REVIEWED, SINCE))
    points = plan(EDITION, replace(waiting, since=reinstated_on))
    assert {one.about_on for one in points} == {from_on or reinstated_on}


def test_what_was_due_before_the_task_began_is_not_told() -> None:
    lately = Upkeep(granted_on=date(2029, 2, 25), valid_until=date(2029, 3, 31))
    points = plan(EDITION, case(S.CERTIFIED, upkeep=lately))
    assert [one.on for one in points if one.reminder == "renewal-window"] == [
        date(2029, 3, 1), date(2029, 3, 24), date(2029, 3, 24),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "six_months_later"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2026, 2, 28), date(2026, 8, 28)),
    ],
)
def test_deadlines_keep_to_the_end_of_a_short_month(day: date, six_months_later: date) -> None:
    suspended = replace(case(S.SUSPENDED), since=day, on=day)
    assert {one.about_on for one in plan(EDITION, suspended)} == {six_months_later}
    trained = Evidence("WPC", "VN", (replace(TOT, days=(Day(day, 8),)),))
    begun = replace(case(S.CLASSROOM_DELIVERY, trained), since=day, on=day)
    points = [one for one in plan(EDITION, begun) if one.reminder == "toe-start-due"]
    assert {one.about_on for one in points} == {six_months_later}


def test_what_ends_on_a_leap_day_is_over_on_the_first_of_march() -> None:
    leap = case(S.CERTIFIED, upkeep=Upkeep(date(2025, 3, 1), date(2028, 2, 29)))
    days = [one.on for one in plan(EDITION, leap) if not one.escalates]
    assert days == [
        date(2027, 12, 1), date(2027, 12, 31), date(2028, 1, 30), date(2028, 2, 22),
        date(2028, 3, 1), date(2028, 3, 30), date(2028, 4, 29), date(2028, 5, 22),
    ]  # fmt: skip


def test_where_nobody_supervises_the_coordinator_is_told_once() -> None:
    alone = replace(case(S.ASSESSMENT), supervisor=None)
    assert told(plan(EDITION, alone)) == [
        ("2026-05-08", "recommendation-due", "coordinator"),
        ("2026-05-15", "recommendation-due", "coordinator"),
    ]


def test_time_alone_changes_a_plan_after_the_next_day_that_ends_something() -> None:
    kept = replace(
        UPKEEP,
        practice=(date(2026, 3, 31), date(2027, 3, 30)),
        code_due_on=date(2027, 3, 31),
        later_from=date(2029, 4, 1),
    )
    days = []
    for on in (ON, date(2027, 3, 31), date(2027, 4, 1), date(2029, 4, 1)):
        days.append(looks_again_on(replace(case(S.CERTIFIED, upkeep=kept), on=on)))
    assert days == [date(2027, 3, 31), date(2027, 4, 1), date(2029, 4, 1), None]
    assert looks_again_on(case(S.ASSESSMENT)) is None
