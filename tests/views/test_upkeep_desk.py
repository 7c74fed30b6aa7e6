"""What waits once people are certified, on the desks of trainers, QA, Master Trainers and coordinators."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Activity, Affiliation, Certification, CohortTrainer, RosterEntry, db
from certify.models.store import write_tx
from certify.queries.desk import BY_NAME, most_urgent, tasks_of, waiting
from certify.queries.tasks import Asking, Task
from certify.scheme.dates import start_of
from certify.scheme.words import ActivityState, CertificationState, VisitPurpose
from certify.workflows.activity_edit import create_activity
from certify.workflows.clock_moves import make_due
from certify.workflows.name_change import ask
from tests.cast import WORLD, Member, World
from tests.licensing import EXAMINED_ON, NOMINATED_ON, Licensing
from tests.player import DECIDED_ON, REPORT_ON, Player, at
from tests.views.conftest import ClientOf
from tests.views.crowd import crowd
from tests.workflows.renewing import DAY, ENDS, GRACE_ENDS, LAST, OPENS, Renewing
from tests.workflows.test_quality import SEEN_ON, WORKSHOP_ON, arranged, delivering


def desk(member: Member, day: date) -> list[Task]:
    db.session.rollback()
    asking = Asking(db.session(), WORLD.actor(db.session(), member, day), at(day))
    return list(most_urgent(asking, waiting(asking)))


def told(member: Member, day: date) -> list[tuple[str, str, str]]:
    return [(one.queue, one.title, str(one.reason)) for one in desk(member, day)]


def test_a_renewal_goes_from_its_holder_to_quality_to_the_decision(certified: Player, world: World) -> None:
    renewing = Renewing(certified)
    name = "Workplace Cooperation"
    (signing,) = told(world.ana, OPENS - DAY)
    assert signing[2] == "The code of conduct is to be signed again by 2027-05-04."
    assert told(world.ana, OPENS) == [("upkeep", name, "Valid until 2029-05-04; it can be renewed now.")]
    assert desk(world.ana, OPENS)[0].due_on == ENDS
    renewing.open().file()
    assert (told(world.ana, OPENS), told(world.maya, OPENS)) == ([signing], [])
    assert [one for one in told(world.kim, OPENS) if one[0] == "renewals"] == [
        ("renewals", "Ana Trần", "The renewal was filed; the certificate ends on 2029-05-04.")
    ]
    renewing.review()
    assert [one for one in told(world.kim, OPENS) if one[0] == "renewals"] == []
    assert told(world.maya, OPENS) == [
        ("renewals_to_decide", "Ana Trần", "Reviewed by Kim Park; the certificate ends on 2029-05-04.")
    ]
    renewing.grant(ENDS)
    assert (told(world.maya, ENDS), told(world.ana, ENDS)) == ([], [signing])


@pytest.mark.parametrize(
    ("day", "due_on"),
    [(ENDS, ENDS), (ENDS + DAY, GRACE_ENDS), (GRACE_ENDS + DAY, LAST), (LAST, LAST), (LAST + DAY, None)],
)
def test_an_unfiled_renewal_is_due_as_far_as_its_route_goes(
    certified: Player, world: World, day: date, due_on: date | None
) -> None:
    Renewing(certified)
    assert [one.due_on for one in desk(world.ana, day)] == ([due_on] if due_on else [])


def test_a_late_renewal_waits_for_the_coordinator_to_name_who_observes_it(
    certified: Player, world: World
) -> None:
    late = GRACE_ENDS + DAY
    renewing = Renewing(certified).open(late)

    def waiting_for(member: Member) -> list[tuple[str, str]]:
        found = [one for one in desk(member, late) if one.queue == "late_renewals"]
        assert {one.due_on for one in found} <= {None}  # its certificate ended long ago: that is due no more
        return [(one.title, str(one.reason)) for one in found]

    assert waiting_for(world.olu) == []
    renewing.file(late)
    reason = "Filed after grace, and nobody is named to observe its cycle, or a part of it."
    assert waiting_for(world.olu) == [("Ana Trần", reason)]
    assert (waiting_for(world.kim), waiting_for(world.ana)) == ([], [])
    workshop, visit = renewing.deliver(ENDS + DAY)
    renewing.assign(workshop, world.tuan, late)
    assert waiting_for(world.olu) == [("Ana Trần", reason)]  # the visit
    renewing.review(late).assign(visit, world.tuan, late)
    assert waiting_for(world.olu) == []


def test_what_is_filed_after_the_end_is_due_by_its_own_term_and_waits_since_it_was_filed(
    certified: Player, world: World
) -> None:
    late = GRACE_ENDS + DAY
    renewing = Renewing(certified)
    assert [one.since for one in desk(world.ana, late)] == [start_of(OPENS, "Asia/Ho_Chi_Minh")]
    renewing.open(late).file(late)
    (one,) = [task for task in desk(world.kim, late) if task.queue == "renewals"]
    ended = "The renewal was filed; the certificate ended on 2029-05-04."
    assert (str(one.reason), one.due_on) == (ended, late + 14 * DAY)
    renewing.review(late + DAY)
    (two,) = [task for task in desk(world.mika, late + DAY) if task.queue == "renewals_to_decide"]
    ended = "Reviewed by Kim Park; the certificate ended on 2029-05-04."
    assert (str(two.reason), two.due_on) == (ended, late + 31 * DAY)


def test_once_named_an_observer_is_asked_for_again_when_there_is_more_to_observe(
    certified: Player, world: World
) -> None:
    late = GRACE_ENDS + DAY
    renewing = Renewing(certified).open(late).file(late)
    workshop, visit = renewing.deliver(ENDS + DAY)
    renewing.assign(workshop, world.tuan, late)
    queues = []
    for purpose in ("qa", "consultation"):  # only a consultation visit is one of the cycle
        with write_tx() as session:
            session.get_one(Activity, visit).purpose = VisitPurpose(purpose)
        queues.append([one.queue for one in desk(world.olu, late) if one.queue == "late_renewals"])
    assert queues == [[], ["late_renewals"]]


@pytest.mark.parametrize("day", [ENDS, GRACE_ENDS])
def test_a_renewal_that_was_filed_in_time_waits_for_no_observer(
    certified: Player, world: World, day: date
) -> None:
    Renewing(certified).open(day).file(day)
    assert [one for one in desk(world.olu, day) if one.queue == "late_renewals"] == []


def test_who_is_suspended_is_told_of_the_renewal_and_of_nothing_else(certified: Player, world: World) -> None:
    Renewing(certified)
    certified.move("suspend", world.maya, OPENS - 2 * DAY, grounds="A complaint.")
    assert told(world.ana, OPENS - DAY) == []
    assert [(one.queue, one.due_on) for one in desk(world.ana, OPENS)] == [("upkeep", ENDS)]


def test_a_trainer_signs_and_delivers_in_time(certified: Player, world: World) -> None:
    """Signed with the application; a year after the decision both are due, and told 30 and 90 days before."""
    period_ends = date(2027, 5, 3)
    before = told(world.ana, period_ends - timedelta(91))
    assert [one for one in before if "practice" in one[2]] == []
    reasons = [reason for _, _, reason in told(world.ana, period_ends - timedelta(90))]
    assert reasons == ["No cycle was delivered in the practice period that ends on 2027-05-03."]
    (soon,) = desk(world.ana, period_ends)
    assert soon.queue == "upkeep"


def test_who_is_tied_to_the_trainer_reads_the_renewal_and_does_not_decide_it(
    certified: Player, world: World
) -> None:
    Renewing(certified).reviewed()
    with write_tx() as session:
        for member in (world.maya, world.ana):
            session.add(
                Affiliation(person_id=member.id, organisation_id=world.other_provider, from_on=OPENS - DAY)
            )
    (one,) = [task for task in desk(world.maya, OPENS) if task.queue == "renewals_to_decide"]
    assert one.blocked != ()
    assert desk(world.mika, OPENS)[0].blocked == ()


def test_quality_is_observed_in_the_last_year_of_a_certificate(certified: Player, world: World) -> None:
    def queue(day: date) -> list[date | None]:
        return [one.due_on for one in desk(world.quy, day) if one.queue == "quality"]

    assert queue(ENDS - timedelta(366)) == []
    assert queue(ENDS - timedelta(365)) == [ENDS]
    assert queue(ENDS + DAY) == []


def test_a_delivery_that_was_held_is_observed_for_quality_within_the_validity(
    certified: Player, world: World
) -> None:
    """A reviewer chooses among what was held: that it lies behind makes nobody late."""
    played, workshop = delivering(certified)
    day = SEEN_ON + 10 * DAY
    arranged(played, world.olu, world.quy, workshop, day)
    (one,) = [task for task in desk(world.quy, day) if task.queue == "to_assess"]
    assert (one.title, one.due_on) == ("Ana Trần", ENDS)


def test_a_delivery_to_come_is_observed_for_quality_on_its_day(certified: Player, world: World) -> None:
    played, workshop = delivering(certified)
    arranged(played, world.olu, world.quy, workshop, WORKSHOP_ON)
    (one,) = [task for task in desk(world.quy, WORKSHOP_ON) if task.queue == "to_assess"]
    assert one.due_on == WORKSHOP_ON


def test_a_refresher_waits_for_quality_to_confirm_it(certified: Player, world: World) -> None:
    day = DECIDED_ON + timedelta(30)
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        made = create_activity(
            session, world.actor(session, world.ana, day), at(day), kind="refresher", certification=case,
            fields={"held_on": day.isoformat(), "hours": "6"},
        )  # fmt: skip
        id = made.id
    certified.do(id, "submit", world.ana, day)
    assert [(one.queue, one.title) for one in desk(world.quy, day)] == [("to_confirm", "Ana Trần")]
    certified.do(id, "confirm", world.quy, day)
    assert desk(world.quy, day) == []


def test_a_long_suspension_comes_before_its_limit_and_becomes_a_review(
    certified: Player, world: World
) -> None:
    day = DECIDED_ON + timedelta(10)  # 14 May: the limit is six months later
    certified.move("suspend", world.maya, day, grounds="A complaint.")
    assert told(world.mika, date(2026, 10, 14)) == []
    (one,) = desk(world.mika, date(2026, 10, 16))
    assert (one.queue, one.due_on) == ("suspensions", date(2026, 11, 14))
    limit = date(2026, 11, 16)
    make_due(at(limit))
    assert told(world.mika, limit) == [("reviews", "Ana Trần", "The suspension has reached its limit.")]


def test_a_licence_waits_for_the_nominee_the_examination_and_the_decision(
    seasoned: Player, world: World
) -> None:
    def queue(member: Member, day: date) -> list[str]:
        return [str(one.action) for one in desk(member, day) if one.queue == "licences"]

    licence = Licensing(seasoned).nominate()
    assert queue(world.ana, NOMINATED_ON) == ["Read and answer"]
    licence.confirm().teach()
    assert queue(world.olu, NOMINATED_ON) == ["Record the examination"]
    licence.examine()
    assert queue(world.maya, EXAMINED_ON) == ["Read and decide"]
    assert queue(world.ana, EXAMINED_ON) == queue(world.olu, EXAMINED_ON) == []


def test_another_name_waits_for_the_coordinator(certified: Player, world: World) -> None:
    day = DECIDED_ON + timedelta(10)
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        ask(session, case, world.actor(session, world.ana, day), at(day), name="Ana Lê", reason="Married.")
    assert told(world.olu, day) == [("names", "Ana Trần", "Asks to be known as Ana Lê.")]


def test_a_workshop_that_four_candidates_need_stands_before_one(
    visited: Player, world: World, client_of: ClientOf
) -> None:
    """Both wait for Bo; that of the larger cohort has waited for a shorter time."""
    others = crowd(3, CertificationState.SUPERVISED_VISITS)
    with write_tx() as session:
        reports = session.scalars(select(Activity).where(Activity.kind == "cycle_report")).all()
        workshop = session.scalars(select(Activity).where(Activity.kind == "workshop")).one()
        for one, since in ((workshop, REPORT_ON), (reports[0], REPORT_ON + DAY)):
            one.state, one.state_since = ActivityState.SUBMITTED, at(since)
        for id in others:
            holder = session.get_one(Certification, id).holder_id
            session.add(CohortTrainer(cohort_id=visited.cohort, person_id=holder))
    found = [one for one in desk(world.bo, REPORT_ON + DAY) if one.queue == "to_confirm"]
    assert [(one.args["id"], one.behind) for one in found] == [(reports[0].id, 4), (workshop.id, 1)]
    assert "4 cases wait for this" in client_of(world.bo).get("/desk").text
    asking = Asking(db.session(), world.actor(db.session(), world.bo), at(REPORT_ON + DAY))
    page = tasks_of(asking, BY_NAME["to_confirm"], cursor=None)
    assert [one.behind for one in page.items] == [4, 1]


def test_a_tot_event_unblocks_its_roster(trained: Player, world: World) -> None:
    ids = crowd(2, CertificationState.TRAINING)
    with write_tx() as session:
        event = session.scalars(select(Activity).where(Activity.kind == "tot_event")).one()
        event.state, event.state_since = ActivityState.SUBMITTED, at(REPORT_ON)
        session.add_all(RosterEntry(activity_id=event.id, certification_id=id) for id in ids)
    assert [one.behind for one in desk(world.bea, REPORT_ON) if one.queue == "to_confirm"] == [2]


def test_every_new_queue_can_be_opened_by_itself(app: Flask, world: World, client_of: ClientOf) -> None:
    for member, names in (
        (world.ana, "upkeep licences"), (world.quy, "renewals quality"), (world.olu, "names licences"),
        (world.maya, "renewals_to_decide reviews suspensions licences"),
    ):  # fmt: skip
        client = client_of(member)
        assert {client.get(f"/desk?queue={name}").status_code for name in names.split()} == {200}
