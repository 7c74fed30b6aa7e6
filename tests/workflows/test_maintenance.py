"""The keeping of a certification as read from the tables: what counts, what is flagged, and why."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import event

from certify.models import Certification, Enterprise, db
from certify.models.store import write_tx
from certify.scheme.evidence import Counted, Pause
from certify.scheme.maintenance import Maintenance, Proof, Refresher
from certify.scheme.standing import Period
from certify.workflows.certification import counted_of
from certify.workflows.maintenance import maintenance_of, maintenances_of
from tests import practice
from tests.cast import WORLD, World
from tests.player import DECIDED_ON, Player, at
from tests.practice import DAY

UNTIL = date(2029, 5, 4)
WORKSHOP_ON = date(2026, 9, 1)
VISIT_ON = date(2026, 9, 22)
LATER = date(2026, 12, 1)


def kept(played: Player, on: date = LATER) -> Maintenance:
    case = db.session.get_one(Certification, played.certification)
    return maintenance_of(db.session(), case, at(on))


def log(played: Player, on: date = LATER) -> list[tuple[str, bool, tuple[str, ...]]]:
    found = kept(played, on).deliveries
    return [(one.activity, one.counted, tuple(flag.reason for flag in one.flags)) for one in found]


def verdicts(played: Player, ids: Sequence[str], on: date = LATER) -> list[tuple[bool, tuple[str, ...]]]:
    case = db.session.get_one(Certification, played.certification)
    told: dict[str, Counted] = {one.activity: one for one in counted_of(db.session(), case, at(on))}
    return [(told[id].counted, tuple(reason.reason for reason in told[id].reasons)) for id in ids]


def test_the_first_path_is_no_part_of_the_log(certified: Player):
    assert kept(certified) == Maintenance("WPC", "VN", (Period(DECIDED_ON, UNTIL, "Asia/Ho_Chi_Minh", 90),))


def test_before_the_grant_there_is_nothing_to_keep(recommended: Player):
    assert kept(recommended) == Maintenance("WPC", "VN", ())


def test_sessions_visits_refreshers_and_signings_are_kept_with_their_evidence(
    certified: Player, world: World
):
    played = practice.cohort(certified, WORKSHOP_ON)
    workshop, visit = practice.cycle(played, WORKSHOP_ON)
    refresher = practice.enter(
        played, "refresher", LATER, confirmer=world.quy, held_on=LATER.isoformat(), hours="7.5"
    )
    signing = practice.enter(
        played, "code_of_conduct", LATER, confirmer=world.ana, signed_on=LATER.isoformat()
    )
    found = kept(played)
    assert log(played) == [(workshop, True, ()), (visit, True, ())]
    assert (found.cycles, found.refreshers) == ((VISIT_ON,), (Refresher(LATER, Decimal("7.5")),))
    assert (found.signings, found.last_delivery_on) == ((LATER,), VISIT_ON)
    assert set(found.proofs) == {
        Proof("practice-per-year", VISIT_ON, (workshop, visit)),
        Proof("refresher", LATER, (refresher,)),
        Proof("code-of-conduct", LATER, (signing,)),
    }
    assert verdicts(played, (workshop, visit, refresher, signing)) == [(True, ())] * 4


def test_what_is_not_confirmed_counts_nowhere_and_says_so(certified: Player):
    played = practice.cohort(certified, WORKSHOP_ON)
    workshop = practice.record(played, "workshop", WORKSHOP_ON)
    refresher = practice.enter(played, "refresher", LATER, held_on=LATER.isoformat(), hours="8")
    waiting = (False, ("Not confirmed yet.",))
    assert log(played) == [(workshop, *waiting)]
    assert (kept(played).refreshers, kept(played).cycles) == ((), ())
    assert verdicts(played, (workshop, refresher)) == [waiting, waiting]


def test_a_workshop_alone_is_no_cycle_and_a_visit_before_it_is_flagged(certified: Player):
    played = practice.cohort(certified, WORKSHOP_ON)
    early = practice.record(played, "visit", WORKSHOP_ON + DAY, confirmed_on=WORKSHOP_ON + DAY)
    workshop = practice.record(played, "workshop", WORKSHOP_ON, confirmed_on=WORKSHOP_ON + DAY)
    sentence = "Held on 2026-09-02, not after the last classroom day, 2026-09-02."
    assert log(played) == [(workshop, True, ()), (early, False, (sentence,))]
    assert kept(played).cycles == ()


def test_a_delivery_in_another_country_is_recorded_and_flagged(certified: Player, world: World):
    with write_tx() as session:
        for id in world.enterprises[:2]:
            session.get_one(Enterprise, id).country = "ID"
    played = practice.cohort(certified, WORKSHOP_ON, country="ID")
    workshop = practice.record(played, "workshop", WORKSHOP_ON)
    assert log(played) == [
        (workshop, False, ("Not confirmed yet.", "Held in ID; the certification is for VN."))
    ]


def test_a_delivery_while_suspended_is_flagged_and_the_day_of_reinstatement_counts(certified: Player):
    played = practice.cohort(certified, WORKSHOP_ON)
    played.move("suspend", WORLD.maya, WORKSHOP_ON, grounds="Complaints of two enterprises.")
    during = practice.record(played, "visit", VISIT_ON, confirmed_on=VISIT_ON)
    workshop = practice.record(played, "workshop", WORKSHOP_ON - 2 * DAY, confirmed_on=WORKSHOP_ON)
    played.move("reinstate", WORLD.maya, VISIT_ON + DAY, findings="Talked through.")
    after = practice.record(played, "visit", VISIT_ON + DAY, confirmed_on=VISIT_ON + DAY)
    assert log(played) == [
        (workshop, True, ()),
        (during, False, ("Held on 2026-09-22, while the certification was suspended.",)),
        (after, True, ()),
    ]
    assert kept(played).suspended == (Pause(WORKSHOP_ON, VISIT_ON + DAY),)
    assert kept(played, VISIT_ON).suspended == (Pause(WORKSHOP_ON, None),)
    assert kept(played).cycles == (VISIT_ON + DAY,)


def test_a_delivery_before_the_validity_or_after_its_end_is_flagged(certified: Player):
    played = practice.cohort(certified, WORKSHOP_ON)
    early = practice.record(played, "workshop", DECIDED_ON - DAY, confirmed_on=WORKSHOP_ON)
    late = practice.record(played, "visit", UNTIL + DAY, confirmed_on=UNTIL + DAY)
    assert log(played, UNTIL + 30 * DAY) == [
        (early, False, ("Held on 2026-05-03, before the certification was valid.",)),
        (
            late,
            False,
            (
                "Held on 2029-05-05, after the certification had expired.",
                "No classroom workshop counts for Gỗ Tân Phú yet.",
            ),
        ),
    ]


def test_what_was_held_after_a_retirement_is_flagged_and_before_it_counts(certified: Player):
    played = practice.cohort(certified, WORKSHOP_ON)
    workshop, visit = practice.cycle(played, WORKSHOP_ON)
    late = practice.record(played, "visit", LATER)
    played.move("retire", played.holder, LATER - DAY)
    found = kept(played, LATER + DAY)
    assert [(one.activity, one.counted) for one in found.deliveries] == [
        (workshop, True), (visit, True), (late, False),
    ]  # fmt: skip
    assert found.ended_on == LATER - DAY


def test_a_planned_visit_that_the_decision_saw_is_logged_once_it_is_held(visited: Player, world: World):
    """The decision's snapshot says “not confirmed yet” for ever; the log goes on."""
    planned = practice.record(visited, "visit", WORKSHOP_ON)
    visited.recommend().grant()
    assert log(visited) == [(planned, False, ("Not confirmed yet.",))]
    visited.do(planned, "submit", world.ana, WORKSHOP_ON)
    visited.do(planned, "confirm", world.bo, WORKSHOP_ON + 15 * DAY, reason="No answer came.")
    assert log(visited) == [(planned, True, ())]
    assert verdicts(visited, (planned,)) == [(True, ())]


def test_lists_are_read_in_a_fixed_number_of_queries(certified: Player):
    played = practice.cohort(certified, WORKSHOP_ON)
    practice.cycle(played, WORKSHOP_ON)
    case = db.session.get_one(Certification, played.certification)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    found = maintenances_of(db.session(), [case], at(LATER))
    assert found == {case.id: kept(played)}
    assert len(asked) <= 24
