"""Supervision: whom it lists, how far each is, what waits for the supervisor, filters and pages."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import event, select

from certify.models import Activity, Certification, Exclusion, Person, db
from certify.models.store import write_tx
from certify.queries.stalls import Patience
from certify.queries.supervision import Filters, Supervised, supervision_page
from certify.workflows.certification import counted_of
from certify.workflows.dossier import open_case
from certify.workflows.editions import edition_in_force
from tests.cast import LONG_AGO, Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import ASSESSED_ON, EDITION, REPORT_ON, Player, at
from tests.views.sending import send

ClientOf = Callable[[Member], StrictClient]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def rows(world: World, member: Member, on: date, **narrowed: str) -> tuple[Supervised, ...]:
    db.session.rollback()
    session, actor = db.session(), world.actor(db.session(), member)
    patience = Patience(edition_in_force(session, on), at(on))
    return supervision_page(session, actor, at(on), patience, Filters(**narrowed)).items


def errands(world: World, member: Member, on: date) -> list[tuple[str, str]]:
    return [(str(one.text), one.endpoint) for row in rows(world, member, on) for one in row.errands]


def test_the_list_is_for_expert_trainers(world: World, client: StrictClient, client_of: ClientOf) -> None:
    assert client_of(world.kim).get("/supervision").status_code == 403
    assert client_of(world.ana).get("/supervision").status_code == 403
    assert client.get("/supervision").location == "/sign-in?next=/supervision"
    assert "Nobody here" in client_of(world.bo).get("/supervision").text


def test_only_the_own_candidates_are_listed(visited: Player, world: World, client_of: ClientOf) -> None:
    link = f'href="/certifications/{visited.certification}"'
    assert link in client_of(world.bo).get("/supervision").text
    assert link not in client_of(world.bea).get("/supervision").text


def test_a_row_says_how_far_the_visits_are_and_what_happened_last(visited: Player, world: World) -> None:
    (row,) = rows(world, world.bo, ASSESSED_ON)
    assert (row.visits, row.needed) == (12, 12)
    assert row.last is not None
    assert row.last.kind == "cycle_report"
    early = rows(world, world.bo, date(2026, 1, 1))[0]
    assert early.last is None


def test_a_visit_that_does_not_count_in_the_case_is_not_counted_here(visited: Player, world: World) -> None:
    """Confirmed, but set aside when more practice was asked for."""
    with write_tx() as session:
        visit = session.scalars(
            select(Activity).where(Activity.kind == "visit", Activity.purpose == "consultation")
        ).first()
        assert visit is not None
        left_out = {"excluded_by_id": world.bo.id, "excluded_at": LONG_AGO}
        session.add(Exclusion(certification_id=visited.certification, activity_id=visit.id, **left_out))
    (row,) = rows(world, world.bo, ASSESSED_ON)
    assert (row.visits, row.needed) == (11, 12)
    counted = [one.activity for one in counted_of(db.session(), row.case, at(ASSESSED_ON)) if one.counted]
    assert visit.id not in counted


def test_several_records_that_wait_lead_to_the_page_that_confirms_them_together(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    new = f"/cohorts/{delivered.cohort}/activities/new/improvement_project"
    for enterprise in world.enterprises[:2]:
        ana = client_of(world.ana)
        made = send(ana, new, held_on="2026-02-20", enterprise=enterprise, problem="Long ways.").location
        send(ana, f"{made}/moves/submit")
    assert errands(world, world.bo, ASSESSED_ON) == [("Confirm 2 records", "together.confirm")]
    page = client_of(world.bo).get("/supervision").text
    assert f'href="/to-confirm?cohort={delivered.cohort}"' in page
    assert 'href="/to-confirm"' in client_of(world.bo).get("/desk").text


def test_what_waits_for_the_supervisor_stands_in_the_row(visited: Player, world: World) -> None:
    assert errands(world, world.bo, ASSESSED_ON) == [("Assess and recommend", "approval.recommendation")]
    visited.move("assign_observer", world.olu, REPORT_ON, person=world.bo.id, activity=visited.workshop)
    assert errands(world, world.bo, ASSESSED_ON) == [
        ("Assess and recommend", "approval.recommendation"),
        ("Fill in your checklist", "assessments.show"),
    ]


def test_two_observers_apart_wait_for_the_supervisor_and_on_the_desk(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    for observer, score in ((world.tuan, 2), (world.bea, 4)):
        visited.move("assign_observer", world.olu, REPORT_ON, person=observer.id, activity=visited.workshop)
        items = [item.id for item in EDITION.checklist if "classroom" in item.applies]
        visited._score("observation", observer, ASSESSED_ON, dict.fromkeys(items, score))
    assert ("Reconcile two observers", "assessment_moves.reconcile") in errands(world, world.bo, ASSESSED_ON)
    turn(ASSESSED_ON)
    assert "Reconcile the scores" in text_of(client_of(world.bo).get("/desk").text)
    assert "Reconcile the scores" not in text_of(client_of(world.tuan).get("/desk").text)


def test_what_was_submitted_waits_for_confirmation(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    new = f"/cohorts/{delivered.cohort}/activities/new/improvement_project"
    made = send(
        client_of(world.ana), new, held_on="2026-02-20", enterprise=world.enterprises[0], problem="Long ways."
    ).location
    assert errands(world, world.bo, ASSESSED_ON) == []
    send(client_of(world.ana), f"{made}/moves/submit")
    assert errands(world, world.bo, ASSESSED_ON) == [("Confirm: improvement_project", "activities.show")]


def test_filters_narrow_and_stay_in_the_address(visited: Player, world: World, client_of: ClientOf) -> None:
    link = f'href="/certifications/{visited.certification}"'
    bo = client_of(world.bo)
    assert link in bo.get("/supervision?state=assessment&name=tran").text
    for narrowed in ("state=training", "name=nobody", "mark=slow&state=training"):
        page = bo.get(f"/supervision?{narrowed}").text
        assert link not in page, narrowed
        assert "No candidate fits" in page, narrowed
    assert link in bo.get("/supervision?state=nonsense&mark=nonsense&cursor=%25").text


def test_a_case_that_stands_still_is_marked(visited: Player, world: World) -> None:
    (row,) = rows(world, world.bo, REPORT_ON)
    assert row.mark == ""
    (later,) = rows(world, world.bo, REPORT_ON + timedelta(days=60))
    assert (later.mark, later.days - row.days) == ("stalled", 60)
    assert rows(world, world.bo, REPORT_ON, mark="stalled") == ()


def test_who_was_certified_stands_behind(certified: Player, world: World, client_of: ClientOf) -> None:
    link = f'href="/certifications/{certified.certification}"'
    bo = client_of(world.bo)
    assert link not in bo.get("/supervision").text
    assert link in bo.get("/supervision?view=done").text


def _others(world: World, how_many: int) -> None:
    """So many more candidates of Bo, in the state that Ana is in."""
    with write_tx() as session:
        ana = session.scalars(select(Certification)).one()
        for n in range(how_many):
            person = Person(
                name=f"Candidate {n}", email=f"c{n}@example.org", country="VN", created_at=LONG_AGO
            )
            session.add(person)
            session.flush()
            session.add(
                Certification(
                    case_id=open_case(session, "certification", LONG_AGO).id,
                    holder_id=person.id, module="WPC", country="VN",
                    state=ana.state, state_since=ana.state_since, scheme_version=ana.scheme_version,
                    supervisor_id=world.bo.id,
                )
            )  # fmt: skip


def test_the_list_goes_on_page_by_page_at_the_same_cost(
    visited: Player, world: World, client_of: ClientOf
) -> None:
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    def cost() -> int:
        statements.clear()
        db.session.rollback()
        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        rows(world, world.bo, ASSESSED_ON)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    alone = cost()
    _others(world, 30)
    assert cost() <= alone + 1
    page = client_of(world.bo).get("/supervision").text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert (
        page.count("Candidate ")
        + client_of(world.bo).get(following.group(1).replace("&amp;", "&")).text.count("Candidate ")
        >= 30
    )
