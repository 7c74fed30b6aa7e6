"""Quality observations: who may watch which delivery, what it comes to, and who is told."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Activity, Affiliation, Assessment, Certification, Message, RoleGrant, db
from certify.models.store import write_tx
from certify.queries.assessments import to_reconcile
from certify.queries.quality import findings_among
from certify.scheme.words import Act, Relation, RoleName
from certify.workflows import engine
from certify.workflows.dossier import relations_of
from certify.workflows.engine import Forbidden, InvalidFacts, Refused
from certify.workflows.maintenance import maintenance_of
from tests import practice
from tests.cast import Member, World
from tests.player import EDITION, Player, at
from tests.practice import DAY
from tests.workflows.renewing import grant_of

WORKSHOP_ON = date(2026, 9, 1)
SEEN_ON = WORKSHOP_ON + DAY
VISIT_ON = date(2026, 9, 22)


def delivering(certified: Player) -> tuple[Player, str]:
    played = practice.cohort(certified, WORKSHOP_ON)
    return played, practice.record(played, "workshop", WORKSHOP_ON, confirmed_on=SEEN_ON)


def arranged(played: Player, by: Member, who: Member, activity: str, day: date = SEEN_ON) -> str:
    played.move("assign_qa", by, day, person=who.id, activity=activity)
    return db.session.scalars(
        select(Assessment.id).where(Assessment.kind == "qa", Assessment.activity_id == activity)
    ).all()[-1]


def scored(sheet: str, world: World, who: Member, score: int, day: date = SEEN_ON, **low: int) -> None:
    given = {item.id: low.get(item.id.replace("-", "_"), score) for item in EDITION.checklist}
    facts: dict[str, dict[str, Any]] = {
        "declare": {"conflicts": []},
        "submit": {"scores": given, "comments": {}, "not_applicable": {}},
    }
    for name, said in facts.items():
        with write_tx() as session:
            thing = session.get_one(Assessment, sheet)
            engine.perform(thing, name, world.actor(session, who, day), at(day), **said)


def told(kind: str) -> set[str]:
    return set(db.session.scalars(select(Message.recipient_id).where(Message.kind == kind)))


def findings(played: Player, day: date) -> list[tuple[date, bool]]:
    case = db.session.get_one(Certification, played.certification)
    return [(one.on, one.passed) for one in maintenance_of(db.session(), case, at(day)).qa]


def refused(played: Player, by: Member, day: date = SEEN_ON, **facts: str) -> tuple[str, ...]:
    with pytest.raises(Refused) as error:
        played.move("assign_qa", by, day, **facts)
    return tuple(one.reason for one in error.value.refusals)


def test_a_reviewer_watches_a_delivery_and_the_trainer_reads_that_it_is_passed(
    certified: Player, world: World
):
    played, workshop = delivering(certified)
    sheet = arranged(played, world.quy, world.quy, workshop)
    assert told("quality_assigned") == set()
    scored(sheet, world, world.quy, 4)
    assert findings(played, SEEN_ON) == [(WORKSHOP_ON, True)]
    assert told("quality_passed") == {world.ana.id}
    assert told("finding_opened") == told("quality_finding") == set()


def test_what_falls_short_is_a_finding_told_to_trainer_reviewers_and_deciders_until_one_is_passed(
    certified: Player, world: World
):
    played, workshop = delivering(certified)
    scored(arranged(played, world.olu, world.quy, workshop), world, world.quy, 2)
    assert told("quality_assigned") == {world.quy.id}
    assert told("quality_finding") == {world.ana.id}
    assert told("finding_opened") == {world.maya.id, world.mika.id}
    case = db.session.get_one(Certification, played.certification)
    assert len(maintenance_of(db.session(), case, at(SEEN_ON)).open_findings) == 1
    visit = practice.record(played, "visit", VISIT_ON, confirmed_on=VISIT_ON)
    scored(arranged(played, world.quy, world.quy, visit, VISIT_ON), world, world.quy, 4, VISIT_ON)
    assert findings(played, VISIT_ON) == [(WORKSHOP_ON, False), (VISIT_ON, True)]
    case = db.session.get_one(Certification, played.certification)
    assert maintenance_of(db.session(), case, at(VISIT_ON)).open_findings == ()


def test_a_pass_that_was_on_file_before_closes_no_finding(certified: Player, world: World):
    """The later delivery was watched first; what fell short is handed in after that."""
    played, workshop = delivering(certified)
    visit = practice.record(played, "visit", VISIT_ON, confirmed_on=VISIT_ON)
    scored(arranged(played, world.quy, world.quy, visit, VISIT_ON), world, world.quy, 4, VISIT_ON)
    day = VISIT_ON + DAY
    scored(arranged(played, world.quy, world.quy, workshop, day), world, world.quy, 2, day)
    case = db.session.get_one(Certification, played.certification)
    assert [one.on for one in maintenance_of(db.session(), case, at(day)).open_findings] == [WORKSHOP_ON]
    assert findings_among(db.session(), [case.id]) == {case.id}


def test_one_critical_item_below_sufficient_is_a_finding_with_its_sentence(certified: Player, world: World):
    played, workshop = delivering(certified)
    item = next(one for one in EDITION.checklist if one.critical and "classroom" in one.applies)
    scored(
        arranged(played, world.quy, world.quy, workshop),
        world,
        world.quy,
        5,
        **{item.id.replace("-", "_"): 2},
    )
    case = db.session.get_one(Certification, played.certification)
    found = maintenance_of(db.session(), case, at(SEEN_ON)).open_findings
    assert [one.reasons for one in found] == [
        (f"A critical item scored 2 on {WORKSHOP_ON}, below 3: {item.text}",)
    ]


def test_a_reviewer_names_nobody_else_and_a_stranger_nobody(certified: Player, world: World):
    played, workshop = delivering(certified)
    ask = {"activity": workshop}
    assert refused(played, world.quy, person=world.olu.id, **ask) == (
        "Olu Adeyemi is no QA reviewer for WPC in VN.",
    )
    assert refused(played, world.olu, person=world.bo.id, **ask)[0] == (
        "Bo Nguyễn is no QA reviewer for WPC in VN."
    )
    for member in (world.ana, world.bo, world.maya, world.sami):
        with pytest.raises((Forbidden, engine.NotVisible)):
            played.move("assign_qa", member, SEEN_ON, person=world.quy.id, **ask)
    with pytest.raises(InvalidFacts):
        played.move("assign_qa", world.quy, SEEN_ON, person=world.quy.id, activity="x" * 20)


def test_only_a_delivery_since_the_certification_can_be_watched_and_by_one_person_once(
    certified: Player, world: World
):
    played, workshop = delivering(certified)
    ask = {"person": world.quy.id}
    assert refused(played, world.quy, activity=certified.workshop, **ask) == (
        "Choose a delivery since 2026-05-04, when the certification began.",
    )
    arranged(played, world.quy, world.quy, workshop)
    assert refused(played, world.quy, activity=workshop, **ask) == (
        "This person observes this delivery already.",
    )


def test_a_reviewer_of_the_same_employer_is_blocked_when_asked_and_again_when_signing(
    certified: Player, world: World
):
    played, workshop = delivering(certified)
    sheet = arranged(played, world.quy, world.quy, workshop)
    with write_tx() as session:
        for who in (world.quy, world.ana):
            session.add(Affiliation(person_id=who.id, organisation_id=world.provider, from_on=WORKSHOP_ON))
    with pytest.raises(Refused) as error:
        scored(sheet, world, world.quy, 4)
    assert [one.requirement for one in error.value.refusals] == ["independence"]
    visit = practice.record(played, "visit", VISIT_ON)
    assert refused(played, world.olu, VISIT_ON, person=world.quy.id, activity=visit) == (
        "Quý Vũ and the trainer share an employer or provider.",
    )


def test_a_planned_delivery_is_arranged_and_scored_once_it_was_held(certified: Player, world: World):
    played = practice.cohort(certified, WORKSHOP_ON)
    visit = practice.record(played, "visit", WORKSHOP_ON)
    with write_tx() as session:
        session.get_one(Activity, visit).held_on = VISIT_ON
    sheet = arranged(played, world.quy, world.quy, visit)
    with pytest.raises(Refused) as error:
        scored(sheet, world, world.quy, 4)
    assert [one.earliest_on for one in error.value.refusals] == [VISIT_ON]


def test_whoever_is_reviewer_no_more_hands_nothing_in(certified: Player, world: World):
    played, workshop = delivering(certified)
    sheet = arranged(played, world.quy, world.quy, workshop)
    with write_tx() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.quy.id)):
            grant.until_on = WORKSHOP_ON - DAY
    with pytest.raises(Forbidden):
        scored(sheet, world, world.quy, 4)


def test_a_quality_observer_can_watch_again_and_does_not_decide(certified: Player, world: World):
    played, workshop = delivering(certified)
    scored(arranged(played, world.quy, world.quy, workshop), world, world.quy, 4)
    case = db.session.get_one(Certification, played.certification)
    asked = (db.session(), world.quy.id, case)
    assert relations_of(*asked, Act.QA, at(SEEN_ON)).blocks == ()
    assert [one.relation for one in relations_of(*asked, Act.DECIDE, at(SEEN_ON)).blocks] == [
        Relation.SCREENED, Relation.OBSERVED,
    ]  # fmt: skip


def test_the_former_supervisor_agrees_on_no_scores_of_quality_observations(certified: Player, world: World):
    played, workshop = delivering(certified)
    with write_tx() as session:
        session.add(grant_of(world.kim, RoleName.QA_REVIEWER))
    for who, score in ((world.quy, 2), (world.kim, 5)):
        scored(sheet := arranged(played, world.olu, who, workshop), world, who, score)
    assert to_reconcile(db.session(), world.actor(db.session(), world.bo, SEEN_ON), at(SEEN_ON)) == ()
    agreed = {item.id: 5 for item in EDITION.checklist}
    with write_tx() as session:
        bo, asked = world.actor(session, world.bo, SEEN_ON), session.get_one(Assessment, sheet)
        with pytest.raises(Refused):
            engine.perform(asked, "reconcile", bo, at(SEEN_ON), scores=agreed)
    assert sorted(findings(played, SEEN_ON)) == [(WORKSHOP_ON, False), (WORKSHOP_ON, True)]
