"""Messages to come: to their recipient and to who coordinates the case, live, with what stops each."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import func, select

from certify.models import (
    Absence,
    CalendarFeed,
    CaseFile,
    Certification,
    CohortTrainer,
    Preference,
    RefusedAddress,
    RoleGrant,
    db,
)
from certify.models.due import plan_anew
from certify.models.store import own_tx
from certify.queries.ahead_by_role import MOST
from certify.queries.to_come import ahead_for, ahead_in
from certify.reminders.foreseeing import Foreseen
from certify.reminders.planning import replan
from certify.scheme.words import CertificationState, RoleName
from tests.cast import WORLD, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, REPORT_ON, VISITS_ON, Player, at
from tests.practice import enter, record
from tests.reminders.sink import owe_to
from tests.views.crowd import SINCE, asked, crowd
from tests.views.sending import send
from tests.workflows.renewing import OPENS, Renewing

ClientOf = Callable[[Member], StrictClient]
MINE = "/my-path/messages"


def test_a_holder_reads_what_will_come_and_what_stops_it(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get(f"{MINE}/to-come").text
    assert "Renew your certification by 4 May 2029" in page
    assert "when a renewal is filed" in page
    assert "Nothing lies ahead" in client_of(world.kim).get(f"{MINE}/to-come").text


def test_the_coordinator_reads_everybodys_and_each_reader_their_own(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/certifications/{certified.certification}/messages"
    told = "A certification of yours runs out on 4 May 2029: Ana Trần"  # to her service provider
    assert told in client_of(world.olu).get(path).text
    assert told not in client_of(world.ana).get(path).text
    assert "Renew your certification" not in client_of(world.bo).get(path).text
    assert client_of(world.kim).get(path).status_code == 404


def ahead(member: Member, when: datetime) -> list[Foreseen]:
    """What a person's page tells of what is to come."""
    session = db.session()
    session.rollback()
    return [one for one, _case in ahead_for(session, WORLD.actor(session, member), when)]


def ahead_live(played: Player, member: Member, when: datetime) -> list[Foreseen]:
    """What the schedule says to them, laid over the case as it stands."""
    session = db.session()
    session.rollback()
    case = session.get_one(Certification, played.certification)
    told = ahead_in(session, case, WORLD.actor(session, member), when)
    return [one for one in told if one.recipient == member.id]


def test_what_is_planned_already_says_the_same_as_the_case_laid_out_live(
    certified: Player, world: World
) -> None:
    with asked() as live:
        before = ahead(world.ana, at(DECIDED_ON))
    replan(at(DECIDED_ON))
    with asked() as queries:
        told = ahead(world.ana, at(DECIDED_ON))
    assert before == told == ahead_live(certified, world.ana, at(DECIDED_ON))
    kinds = {"practice-due", "code-of-conduct-due", "renewal-window", "expired-in-grace"}
    assert {one.kind for one in told} == kinds | {"code-of-conduct-due-past"}
    assert len(queries) * 2 < len(live)


def test_what_is_said_to_a_role_is_told_to_those_whom_the_sweep_would_tell(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    when = at(REPORT_ON) + timedelta(days=1)
    replan(when)
    told = {one.name: [each.kind for each in ahead(one, when)] for one in (world.maya, world.mika, world.bo)}
    assert told == {"Maya Đặng": ["decision-due"] * 3, "Mika Hoàng": ["decision-due"] * 3, "Bo Nguyễn": []}
    turn(when)
    assert "to you as Master Trainer" in client_of(world.maya).get(f"{MINE}/to-come").text


def test_what_is_said_to_a_role_does_not_come_to_whom_a_relation_keeps_from_deciding(
    recommended: Player, world: World
) -> None:
    """Bo recommended the case: as a Master Trainer he would not be asked to decide it."""
    given = {"proposed_by_id": world.olu.id, "proposed_at": NOW, "confirmed_by_id": world.asa.id}
    with own_tx() as session:
        role = {"role": RoleName.MASTER_TRAINER, "from_on": date(2026, 1, 1), "confirmed_at": NOW}
        session.add(RoleGrant(person_id=world.bo.id, **role, **given))
    when = at(REPORT_ON) + timedelta(days=1)
    replan(when)
    assert ahead(world.bo, when) == []
    assert len(ahead(world.maya, when)) == 3


def test_what_is_said_to_a_role_is_read_of_as_many_cases_as_are_shown(
    recommended: Player, world: World
) -> None:
    crowd(60, CertificationState.RECOMMENDED)
    with own_tx() as session:
        plan_anew(session, session.scalars(select(CaseFile.id)).all())
    when = SINCE + timedelta(days=4)
    replan(when)
    with asked() as queries:
        assert len(ahead(world.maya, when)) == MOST
    assert len(queries) <= 12 * MOST


def test_what_a_cohort_s_visits_will_say_is_planned_and_told_ahead_too(
    delivered: Player, world: World
) -> None:
    """A visit that waits for its enterprise's word goes up to Bo, who supervises: once for all trainers."""
    visit = record(delivered, "visit", VISITS_ON[0])
    delivered.do(visit, "submit", world.ana, VISITS_ON[0])
    [other] = crowd(1, CertificationState.SUPERVISED_VISITS)
    with own_tx() as session:
        beside = session.get_one(Certification, other).holder_id
        session.add(CohortTrainer(cohort_id=delivered.cohort, person_id=beside))
    when = at(VISITS_ON[0])
    assert [one.kind for one in ahead_live(delivered, world.bo, when)] == ["visit-confirmation-escalated"]
    replan(when)
    planned = [one.kind for one in ahead(world.bo, when)]
    with own_tx() as session:
        plan_anew(session, session.scalars(select(CaseFile.id)).all())
    live = [one.kind for one in ahead(world.bo, when)]
    assert [told.count("visit-confirmation-escalated") for told in (planned, live)] == [1, 1]


def test_a_case_that_changed_since_it_was_planned_is_laid_out_live(visited: Player, world: World) -> None:
    replan(at(REPORT_ON))
    assert [one.kind for one in ahead(world.bo, at(REPORT_ON))] == ["recommendation-due"] * 2
    visited.recommend()
    assert ahead(world.bo, at(REPORT_ON)) == []


def test_what_is_planned_of_somebody_bears_the_name_that_they_have_now(
    visited: Player, world: World, client_of: ClientOf
) -> None:
    replan(at(REPORT_ON))
    assert send(client_of(world.ana), "/account", name="Ana Lê").status_code == 303
    replan(at(REPORT_ON))
    told = ahead(world.bo, at(REPORT_ON))
    assert [one.subject for one in told] == ["Ana Lê waits for your recommendation"] * 2
    assert told == ahead_live(visited, world.bo, at(REPORT_ON))


def test_who_is_named_by_a_change_since_the_round_reads_it_before_the_next_one(
    visited: Player, world: World
) -> None:
    """Nobody has planned anything yet: Bo supervises the case, and no row names him."""
    assert ahead_live(visited, world.bo, at(REPORT_ON)) != []
    assert ahead(world.bo, at(REPORT_ON)) == list(ahead_live(visited, world.bo, at(REPORT_ON)))
    assert ahead(world.kim, at(REPORT_ON)) == []


def test_a_case_whose_day_to_look_again_has_come_is_laid_out_live(certified: Player, world: World) -> None:
    replan(at(DECIDED_ON))
    later = at(date(2027, 5, 5))  # in the second year
    told = ahead(world.ana, later)
    assert told == ahead_live(certified, world.ana, later)
    assert date(2028, 5, 3) in {one.about_on for one in told if one.kind == "practice-due"}


def test_after_an_early_renewal_the_next_signing_is_told_ahead(certified: Player, world: World) -> None:
    renewing = Renewing(certified, code_of_conduct_months=12)
    for day in (date(2027, 5, 1), date(2028, 5, 1), date(2029, 2, 2)):
        enter(certified, "code_of_conduct", day, confirmer=world.ana, signed_on=day.isoformat())
    renewing.reviewed().grant(OPENS)
    signings = {one.about_on for one in ahead(world.ana, at(OPENS)) if one.kind == "code-of-conduct-due"}
    assert signings == {date(2030, 2, 2)}


def test_each_message_says_what_became_of_its_mail_and_a_digest_is_no_line(
    world: World, client_of: ClientOf
) -> None:
    owe_to("m", kind="tot-soon", origin="clock")
    owe_to("d", kind="digest", origin="digest", params={"n": 4})
    page = client_of(world.ana).get(MINE).text
    assert ("On its way" in page, "4 messages for you" in page) == (True, False)


def test_ones_own_data_tell_of_the_mailbox_and_an_erasure_empties_it(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    days = {"from_on": NOW.date(), "until_on": NOW.date(), "told_at": NOW}
    wishes = {"is_daily": True, "digest_hour": 9, "quiet_from": time(22), "quiet_until": time(6)}
    with own_tx() as session:
        session.add(Preference(person_id=world.maya.id, opted_out=["news"], **wishes))
        session.add(Absence(person_id=world.maya.id, deputy_id=world.mika.id, note="By phone.", **days))
        session.add(CalendarFeed(person_id=world.maya.id, secret_hash="x", created_at=NOW))
        session.add(RefusedAddress(email=world.maya.email, refused_at=NOW, error="550"))
    told = client_of(world.maya).get("/my-path/data.json").json
    assert told["mail_wishes"] == {
        "once_a_day": True, "hour": 9, "quiet_from": "22:00", "quiet_until": "06:00",
        "done_without": ["news"],
    }  # fmt: skip
    assert [(one["name"], one["note"]) for one in told["absences"]] == [("Mika Hoàng", "By phone.")]
    assert (len(told["calendar_addresses"]), told["refused_address"]["reason"]) == (1, "550")
    deputys = client_of(world.mika).get("/my-path/data.json").json
    assert [one["name"] for one in deputys["stands_in"]] == ["Maya Đặng"]
    asked = ["audit", "erase", "--person", world.maya.email, "--reason", "Asked for.", "--yes"]
    result = app.test_cli_runner().invoke(args=asked)
    assert "4 rows of the mailbox erased" in result.output
    db.session.rollback()
    tables = (Preference, Absence, CalendarFeed, RefusedAddress)
    assert [db.session.scalar(select(func.count()).select_from(row)) for row in tables] == [0, 0, 0, 0]
