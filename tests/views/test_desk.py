"""What waits for whom: each role's tasks, with reason and next action, the most urgent first."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import event, select

from certify.models import (
    Activity,
    Affiliation,
    Certification,
    Cohort,
    Involvement,
    Message,
    Relationship,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.queries.desk import BY_NAME, most_urgent, tasks_of, waiting
from certify.queries.tasks import Asking, Task
from certify.scheme.sentences import say
from certify.scheme.words import Act, CertificationState, Relation, RoleName, TieKind
from certify.workflows.activity_edit import create_activity
from certify.workflows.dossier import relations_of
from certify.workflows.role_rules import confirmation_refusals
from tests.cast import LONG_AGO, SINCE, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import ASSESSED_ON, DECIDED_ON, REPORT_ON, Player, at
from tests.views.test_certifications import text_of

ClientOf = Callable[[Member], StrictClient]
TODAY = NOW.date()


def queues_of(world: World, member: Member, day: date = TODAY) -> dict[str, int]:
    asking = Asking(db.session(), world.actor(db.session(), member, day), at(day))
    return {each.queue.name: each.count for each in waiting(asking)}


def tasks(world: World, member: Member, day: date = TODAY) -> list[tuple[str, str, str]]:
    asking = Asking(db.session(), world.actor(db.session(), member, day), at(day))
    return [(one.title, str(one.reason), str(one.action)) for one in most_urgent(asking, waiting(asking))]


def test_signed_out_readers_are_sent_to_sign_in(app: Flask, client: StrictClient) -> None:
    assert client.get("/desk").location == "/sign-in?next=/desk"


def test_with_nothing_to_do_the_desk_says_so(app: Flask, world: World, client_of: ClientOf) -> None:
    page = client_of(world.quy).get("/desk").text
    assert "Nothing waits for you" in page
    assert 'href="/apply"' not in page


def test_an_auditor_begins_with_search_files_decisions_and_the_log(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    asa = client_of(world.asa)
    page = text_of(asa.get("/desk").text)
    assert "Nothing has been decided yet." in page
    assert f'href="/certifications/{recommended.certification}/approval"' in asa.get("/desk").text
    recommended.grant()
    page = asa.get("/desk").text
    assert "No file is recommended and undecided now." in page
    decided = text_of(page.partition('id="decided"')[2].partition("</section>")[0])
    assert ("Ana Trần" in decided, "Maya Đặng" in decided) == (True, True)
    assert len(re.findall("<li>", page.partition('id="log"')[2].partition("</section>")[0])) == 5
    assert re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page) == ["/sign-out"]


def test_only_an_auditor_begins_there(recommended: Player, world: World, client_of: ClientOf) -> None:
    for member in (world.maya, world.olu, world.kim):
        assert 'id="decided"' not in client_of(member).get("/desk").text


def test_who_is_new_begins_with_an_application(app: Flask, world: World, client_of: ClientOf) -> None:
    page = client_of(world.kim).get("/desk").text
    assert "You begin with an application for one module." in page
    assert 'class="btn btn-primary" href="/apply"' in page


def test_a_task_with_one_move_leads_straight_to_it(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.olu).get("/desk").text
    assert f'href="/certifications/{submitted.certification}/moves/assign_screener"' in page


def test_an_application_waits_for_the_coordinator_until_it_is_decided(
    submitted: Player, world: World
) -> None:
    assert tasks(world, world.olu) == [("Ana Trần", "Nobody screens it yet.", "Name the screening panel")]
    for member in (world.bea, world.quy):
        submitted.move("assign_screener", world.olu, date(2026, 1, 13), person=member.id)
    assert tasks(world, world.olu) == [("Ana Trần", "0 of 2 screening sheets are in.", "See the application")]
    assert tasks(world, world.bea) == [
        ("Ana Trần", "You are asked to screen this application.", "Declare conflicts and begin")
    ]
    assert queues_of(world, world.ana) == {}


def test_the_whole_path_is_always_on_somebodys_desk(admitted: Player, world: World) -> None:
    case = admitted
    assert queues_of(world, world.olu) == {"unassigned": 1}
    case.train()
    assert queues_of(world, world.olu) == {"unobserved": 1}
    assert queues_of(world, world.ana) == {"mine": 1}
    case.deliver()
    assert queues_of(world, world.ana) == {"mine": 1}
    case.visit()
    assert queues_of(world, world.ana, REPORT_ON) == {}
    assert queues_of(world, world.bo, REPORT_ON) == {"to_recommend": 1}
    case.recommend()
    assert queues_of(world, world.bo, DECIDED_ON) == {}
    assert queues_of(world, world.maya, DECIDED_ON) == {"to_approve": 1}
    assert queues_of(world, world.mika, DECIDED_ON) == {"to_approve": 1}
    case.grant()
    assert queues_of(world, world.maya, DECIDED_ON) == {}


def test_a_file_waits_with_its_due_day_and_is_overdue_after_it(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    page = text_of(client_of(world.maya).get("/desk").text)
    assert "Recommended by Bo Nguyễn; a decision is due within 30 days." in page
    assert "Due 27 May 2026" in page
    turn("2026-06-10")
    assert "Overdue since 28 May 2026" in text_of(client_of(world.maya).get("/desk").text)


def test_a_file_that_a_relation_blocks_stands_apart(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with write_tx() as session:
        for member in (world.maya, world.ana):
            session.add(Affiliation(person_id=member.id, organisation_id=world.other_provider, from_on=SINCE))
    turn(DECIDED_ON)
    page = text_of(client_of(world.maya).get("/desk").text)
    assert "Not for you to decide" in page
    assert "Read the file and decide" not in page
    assert "Read the file and decide" in client_of(world.mika).get("/desk").text


@pytest.mark.parametrize("how", ["by the decider", "by the candidate", "an act in another case", "none"])
def test_every_sort_of_tie_is_looked_for_on_the_desk(recommended: Player, world: World, how: str) -> None:
    maya, ana = world.maya.id, world.ana.id
    declared = {"kind": TieKind.FAMILY, "declared_by_id": ana, "declared_at": LONG_AGO}
    found = {
        "by the decider": Relationship(person_id=maya, other_id=ana, **declared),
        "by the candidate": Relationship(person_id=ana, other_id=maya, **declared),
        "an act in another case": Involvement(
            person_id=maya, holder_id=ana, certification_id=recommended.certification,
            relation=Relation.OBSERVED, thing_id="x", at=LONG_AGO,
        ),
    }  # fmt: skip
    if how in found:
        with write_tx() as session:
            session.add(found[how])
    asking = Asking(db.session(), world.actor(db.session(), world.maya, DECIDED_ON), at(DECIDED_ON))
    (task,) = most_urgent(asking, waiting(asking))
    case = db.session.get_one(Certification, recommended.certification)
    blocks = relations_of(db.session(), maya, case, Act.DECIDE, at(DECIDED_ON)).blocks
    assert task.blocked == tuple(each.sentence for each in blocks)
    assert bool(task.blocked) == (how != "none")


def test_a_queue_goes_on_where_its_first_page_ends_whatever_its_arms(submitted: Player, world: World) -> None:
    Player(holder=world.lan).apply().admit()
    with write_tx() as session:  # the one is admitted, the other in training without a supervisor
        case = session.get_one(Certification, submitted.certification)
        case.state, case.state_since = CertificationState.TRAINING, LONG_AGO
    asking = Asking(db.session(), world.actor(db.session(), world.olu), NOW)
    first = tasks_of(asking, BY_NAME["unassigned"], cursor=None, limit=1)
    second = tasks_of(asking, BY_NAME["unassigned"], cursor=first.next, limit=1)
    titles = [one.title for page in (first, second) for one in page.items]
    assert (titles, second.next) == ([world.ana.name, world.lan.name], None)
    assert queues_of(world, world.olu) == {"unassigned": 2}


def test_visits_wait_for_the_enterprise_and_after_14_days_for_the_supervisor(
    delivered: Player, world: World
) -> None:
    with write_tx() as session:
        from certify.models import Cohort
        from certify.workflows.activity_edit import create_activity

        made = create_activity(
            session,
            world.actor(session, world.ana, date(2026, 3, 23)),
            at(date(2026, 3, 23)),
            kind="visit",
            cohort=session.get_one(Cohort, delivered.cohort),
            fields={
                "held_on": "2026-03-23",
                "enterprise": world.enterprises[0],
                "trainers": [world.ana.id],
                "purpose": "consultation",
                "people_met": "Line leads",
                "report": "Flow of work.",
            },
        )
        visit = made.id
    delivered.do(visit, "submit", world.ana, date(2026, 3, 23))
    assert queues_of(world, world.eka, date(2026, 3, 24)) == {"to_confirm": 1}
    assert queues_of(world, world.bo, date(2026, 3, 24)) == {}
    assert queues_of(world, world.bo, date(2026, 4, 7)) == {"to_confirm": 1}


def test_a_contact_without_a_task_reads_what_was_confirmed_and_how_it_works(
    visited: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.eka).get("/desk").text
    assert ("Nothing waits for you" in page, "How it works" in page) == (True, True)
    assert 'href="/apply"' not in page
    confirmed = page.partition('id="confirmed"')[2].partition("</section>")[0]
    visits = db.session.scalars(
        select(Activity.id).where(
            Activity.enterprise_id == world.enterprises[0],
            Activity.kind == "visit",
            Activity.state == "confirmed",
        )
    ).all()
    assert len(visits) == 3
    assert set(re.findall(r'href="/activities/(\w+)"', confirmed)) == set(visits)
    assert all(client_of(world.eka).get(f"/activities/{id}").status_code == 200 for id in visits)
    assert 'id="confirmed"' not in client_of(world.olu).get("/desk").text


def test_a_proposed_role_waits_for_the_second_person(app: Flask, world: World) -> None:
    with write_tx() as session:
        session.add(
            RoleGrant(
                person_id=world.kim.id,
                role=RoleName.COORDINATOR,
                country="VN",
                from_on=SINCE,
                proposed_by_id=world.ada.id,
                proposed_at=LONG_AGO,
            )
        )
    assert queues_of(world, world.ada) == {}
    assert queues_of(world, world.sol) == {"proposals": 1}
    assert tasks(world, world.sol) == [
        ("Kim Park", "Ada Mensah proposes the role coordinator.", "Look and confirm")
    ]
    assert queues_of(world, world.kim) == {}


def test_a_role_for_another_country_waits_for_nobody_who_may_not_look_at_it(app: Flask, world: World) -> None:
    with write_tx() as session:
        for country in ("KE", None):
            session.add(
                RoleGrant(
                    person_id=world.kim.id, role=RoleName.COORDINATOR, country=country, from_on=SINCE,
                    proposed_by_id=world.ada.id, proposed_at=LONG_AGO,
                )
            )  # fmt: skip
    assert queues_of(world, world.sol) == {"proposals": 2}
    assert queues_of(world, world.maya) == {"proposals": 1}


def test_a_role_stands_on_the_desk_of_whoever_may_confirm_it_and_of_nobody_else(
    app: Flask, world: World
) -> None:
    with write_tx() as session:
        for role, proposer in ((RoleName.EXPERT_TRAINER, world.sol), (RoleName.QA_REVIEWER, world.ada)):
            session.add(
                RoleGrant(
                    person_id=world.kim.id, role=role, module="WPC", country="VN", from_on=SINCE,
                    proposed_by_id=proposer.id, proposed_at=LONG_AGO,
                )
            )  # fmt: skip
    waits = {}
    with write_tx() as session:
        for one in (world.ada, world.sol, world.maya):
            actor = world.actor(session, one, TODAY)
            may_confirm = [
                grant.role
                for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.kim.id))
                if not confirmation_refusals(session, actor, grant, NOW)
            ]
            waits[one.key] = (queues_of(world, one).get("proposals", 0), may_confirm)
    assert waits == {
        "ada": (1, [RoleName.EXPERT_TRAINER]), "sol": (1, [RoleName.QA_REVIEWER]), "maya": (0, []),
    }  # fmt: skip


def test_the_most_urgent_stands_first(submitted: Player, world: World) -> None:
    Player(holder=world.lan).apply().admit()
    late = Player(holder=world.eka).apply()
    late.move("return_application", world.olu, date(2026, 1, 20), to_complete="Sectors.")
    late.move("submit", world.eka, date(2026, 1, 21), declaration=True, consents=["data"], conflicts=[])
    assert [title for title, _, _ in tasks(world, world.olu)][-1] == "Eka Bùi"


def test_overdue_comes_first_then_what_unblocks_most_then_what_has_a_day(app: Flask) -> None:
    def task(title: str, since: date, due_on: date | None = None, behind: int = 1) -> Task:
        waits = datetime.combine(since, time(3), UTC)
        return Task(
            "x", title, "WPC", "VN", say("x"), say("x"), "desk.show", {}, waits, due_on, behind=behind
        )

    waiting_tasks = [
        task("young", date(2026, 5, 20)),
        task("old", date(2026, 1, 5)),
        task("for nobody", date(2026, 1, 1), behind=0),
        task("for four", date(2026, 5, 25), behind=4),
        task("due", date(2026, 5, 1), date(2026, 6, 20)),
        task("overdue", date(2026, 5, 2), date(2026, 5, 28)),
        task("long overdue", date(2026, 5, 2), date(2026, 5, 20)),
    ]
    waiting_tasks.sort(key=lambda one: one.urgency(date(2026, 6, 1)))
    assert [one.title for one in waiting_tasks] == [
        "long overdue", "overdue", "for four", "due", "old", "young", "for nobody",
    ]  # fmt: skip


def test_one_queue_is_paged(app: Flask, world: World, client_of: ClientOf) -> None:
    for holder in (world.ana, world.lan, world.eka):
        Player(holder=holder).apply()
    asking = Asking(db.session(), world.actor(db.session(), world.olu), NOW)
    first = tasks_of(asking, BY_NAME["applications"], cursor=None, limit=2)
    second = tasks_of(asking, BY_NAME["applications"], cursor=first.next, limit=2)
    assert len({one.title for one in (*first.items, *second.items)}) == 3
    assert second.next is None
    assert client_of(world.olu).get("/desk?queue=applications").status_code == 200
    assert client_of(world.olu).get("/desk?queue=nothing").status_code == 404


@pytest.mark.parametrize("member", ["olu", "maya", "bo"])
def test_the_desk_needs_no_more_queries_for_more_cases(app: Flask, world: World, member: str) -> None:
    counts = []
    for holder in (world.ana, world.lan):
        Player(holder=holder).apply()
        db.session.rollback()
        statements: list[str] = []

        def note(*args: object, statements: list[str] = statements) -> None:
            statements.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        tasks(world, getattr(world, member))
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 1


def test_own_cases_stand_on_the_desk_even_while_others_hold_them(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get("/desk").text
    assert "Nothing waits for you" in page
    assert f'href="/certifications/{submitted.certification}"' in page


def test_an_observer_finds_the_checklist(visited: Player, world: World) -> None:
    visited.move("assign_observer", world.olu, REPORT_ON, person=world.tuan.id, activity=visited.workshop)
    assert tasks(world, world.tuan, ASSESSED_ON) == [
        (
            "Ana Trần",
            "You are asked to observe: workshop of 2026-03-09, Spring cohort.",
            "Declare conflicts and begin",
        )
    ]


def test_what_came_back_is_told_and_waits_for_whoever_submitted_it(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        made = create_activity(
            session, world.actor(session, world.ana), NOW, kind="improvement_project",
            cohort=session.get_one(Cohort, delivered.cohort),
            fields={
                "held_on": "2026-05-20", "enterprise": world.enterprises[0], "problem": "Rework",
                "action": "5S", "before": "9 %", "after": "5 %", "sustained": True,
            },
        )  # fmt: skip
        project = made.id
    delivered.do(project, "submit", world.ana, NOW.date())
    delivered.do(project, "return", world.bo, NOW.date(), reason="Which line was it?")
    desk = client_of(world.ana).get("/desk").text
    assert "came back: Which line was it?" in desk
    told = db.session.scalars(select(Message).where(Message.kind == "activity_returned")).one()
    assert (told.recipient_id, told.params["reason"]) == (world.ana.id, "Which line was it?")
