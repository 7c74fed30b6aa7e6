"""What the moves of an application leave behind, to the last field (DESIGN.md, Certification)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import (
    Affiliation,
    Certification,
    ConflictDeclaration,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import AssessmentKind, AssessmentState, CertificationState, Relation, RoleName
from certify.workflows.certification import open_certification
from certify.workflows.engine import Forbidden
from tests.cast import WORLD, Member, World
from tests.player import APPLIED_ON, EDITION, Player, at
from tests.workflows.traces import Step, Traces, fields_of, letter

S = CertificationState
LATER = APPLIED_ON + timedelta(3)
STATED: dict[str, Any] = {"declaration": True, "consents": ["data"]}
GOOD: dict[str, int | None] = {item.id: 4 for item in EDITION.screening}


def jobs(member: Member) -> list[tuple[str, date, date | None]]:
    """Where somebody works, since when, until when."""
    db.session.rollback()
    rows = db.session.scalars(select(Affiliation).where(Affiliation.person_id == member.id))
    return [(row.organisation_id, row.from_on, row.until_on) for row in rows]


def change(played: Player, **values: Any) -> None:
    with write_tx() as session:
        row = session.get_one(Certification, played.certification)
        for name, value in values.items():
            setattr(row, name, value)


def returned(played: Player) -> Step:
    return Step(played, "return_application", WORLD.olu, LATER, to_complete="The CV.")


def test_what_is_to_be_completed_is_told_and_gone_once_it_is_in_again(
    submitted: Player, world: World
) -> None:
    step = returned(submitted)
    assert step.changes == {"state": S.DRAFT, "to_complete": "The CV."}
    assert step.traces.events() == [step.event(to_complete="The CV.")]
    assert step.traces.messages() == [step.letter("returned", world.ana, to_complete="The CV.")]
    conflicts = ["Bo is my cousin.", "I worked for Maya."]
    step = Step(submitted, "submit", world.ana, LATER, conflicts=conflicts, **STATED)
    assert step.changes == {"state": S.SUBMITTED, "to_complete": None, "submitted_at": at(LATER)}
    assert step.traces.events() == [step.event(conflicts=conflicts, **STATED)]
    assert step.traces.messages() == [step.letter("application_received", world.olu)]
    said = db.session.scalars(select(ConflictDeclaration).order_by(ConflictDeclaration.statement))
    assert [fields_of(one) for one in said] == [
        {
            "person_id": world.ana.id, "case_id": step.row.case_id, "thing_id": step.row.id,
            "statement": statement, "declared_at": at(LATER),
        }
        for statement in conflicts
    ]  # fmt: skip
    assert jobs(world.ana) == []


def test_an_employer_that_is_known_counts_from_the_day_and_only_once(submitted: Player, world: World) -> None:
    returned(submitted)
    change(submitted, employer="Công ty Tư vấn Sông Hồng")
    Step(submitted, "submit", world.ana, LATER, **STATED)
    assert jobs(world.ana) == [(world.provider, LATER, None)]
    returned(submitted)
    Step(submitted, "submit", world.ana, LATER + timedelta(1), **STATED)
    assert jobs(world.ana) == [(world.provider, LATER, None)]
    with write_tx() as session:
        session.scalars(
            select(Affiliation).where(Affiliation.person_id == world.ana.id)
        ).one().until_on = LATER
    for employer in (world.provider, world.other_provider):
        Step(submitted, "return_application", world.olu, LATER + timedelta(1), to_complete="More.")
        change(submitted, employer=employer)
        Step(submitted, "submit", world.ana, LATER + timedelta(1), **STATED)
    since = LATER + timedelta(1)
    assert sorted(jobs(world.ana), key=str) == sorted(
        [(world.provider, LATER, LATER), (world.provider, since, None), (world.other_provider, since, None)],
        key=str,
    )


def test_scheme_owners_are_told_where_no_coordinator_reads(submitted: Player, world: World) -> None:
    returned(submitted)
    with write_tx() as session:
        session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.olu.id)).one().ended_at = at(
            LATER
        )
    step = Step(submitted, "submit", world.ana, LATER, **STATED)
    key = f"application_unserved:{step.row.case_id}:{step.seq}:{world.sol.id}"
    known = {"module": "WPC", "country": "VN"}
    unserved = letter(key, "application_unserved", world.sol, at(LATER), params=known)
    assert step.traces.messages() == [unserved]


def test_a_member_of_the_panel_is_tied_to_the_case_and_told_of_the_sheet(
    submitted: Player, world: World
) -> None:
    step = Step(submitted, "assign_screener", world.olu, LATER, person=world.bea.id)
    assert step.changes == {}
    (sheet,) = step.row.assessments
    assert fields_of(sheet) == {
        "case_id": step.row.case_id, "certification_id": step.row.id, "activity_id": None,
        "kind": AssessmentKind.SCREENING, "state": AssessmentState.ASSIGNED, "state_since": at(LATER),
        "assessor_id": world.bea.id, "scores": {}, "comments": {}, "not_applicable": {},
        "agreed_scores": None, "agreed_notes": {}, "private_notes": "", "falls_short": None,
        "draft": None, "conflicts": [],
        "reason": None, "created_at": at(LATER), "submitted_at": None,
    }  # fmt: skip
    made = {"kind": "screening", "assessor": world.bea.id, "activity": None}
    assert step.traces.events() == [
        step.event(person=world.bea.id, assessment=sheet.id),
        (("assessment", sheet.id), "assign", ("new", "assigned"), world.olu.id, at(LATER), made, None),
    ]
    assert step.traces.messages() == [step.letter("assigned_sheet", world.bea, assessment=sheet.id)]
    assert step.traces.involvements() == step.involved(Relation.SCREENED, sheet.id, world.bea)


def screened(played: Player, world: World) -> None:
    for member in (world.bea, world.quy):
        played.move("assign_screener", world.olu, LATER, person=member.id)
        played._score("screening", member, LATER, GOOD)


def test_an_application_is_declined_with_reasons_by_name(submitted: Player, world: World) -> None:
    screened(submitted, world)
    reasons = [{"requirement": "screening", "reason": "No experience of training."}]
    step = Step(submitted, "decline_application", world.olu, LATER, reasons=reasons)
    assert step.changes == {
        "state": S.DECLINED, "reasons": reasons, "decided_by_id": world.olu.id, "decided_at": at(LATER),
    }  # fmt: skip
    assert step.traces.events() == [step.event(reasons=reasons)]
    assert step.traces.messages() == [step.letter("declined", world.ana, reasons=reasons)]


def test_admission_pins_the_edition_and_the_day_of_the_country(submitted: Player, world: World) -> None:
    screened(submitted, world)
    step = Step(submitted, "admit", world.olu, LATER)
    pinned = {"state": S.ADMITTED, "scheme_version": "score-2026", "admitted_on": LATER}
    assert step.changes == pinned
    assert step.traces.events() == [step.event()]
    assert step.traces.messages() == [step.letter("admitted", world.ana)]


def nominated(world: World, holder: Member, by: Member, **more: Any) -> Player:
    played = Player(holder=holder)
    with write_tx() as session:
        who = world.actor(session, by, APPLIED_ON)
        asked = {"module": "WPC", "country": "VN", "holder_id": holder.id, **more}
        played.certification = open_certification(session, who, at(APPLIED_ON), **asked).id
    return played


def test_whoever_takes_a_nomination_up_works_with_the_provider_unless_somewhere_already(
    app: Flask, world: World
) -> None:
    kim = nominated(world, world.kim, world.sami)
    row = db.session.get_one(Certification, kim.certification)
    assert (row.nominated_by_id, row.nominating_organisation_id) == (world.sami.id, world.provider)
    step = Step(kim, "confirm_nomination", world.kim, LATER)
    assert step.changes == {"nomination_confirmed_at": at(LATER)}
    assert (step.traces.events(), step.traces.messages()) == ([step.event()], [])
    assert jobs(world.kim) == [(world.provider, LATER, None)]
    before = jobs(world.lan)
    Step(nominated(world, world.lan, world.sami), "confirm_nomination", world.lan, LATER)
    assert jobs(world.lan) == before


@pytest.mark.parametrize(
    ("from_on", "until_on", "works"),
    [
        (LATER, None, True),
        (LATER, LATER, True),
        (LATER + timedelta(1), None, False),
        (APPLIED_ON, LATER - timedelta(1), False),
    ],
)
def test_work_elsewhere_counts_on_its_days_alone(
    app: Flask, world: World, from_on: date, until_on: date | None, works: bool
) -> None:
    job = (world.other_provider, from_on, until_on)
    with write_tx() as session:
        session.add(
            Affiliation(
                person_id=world.kim.id, organisation_id=job[0], from_on=from_on, until_on=until_on
            )
        )  # fmt: skip
    Step(nominated(world, world.kim, world.sami), "confirm_nomination", world.kim, LATER)
    taken_up = [] if works else [(world.provider, LATER, None)]
    assert sorted(jobs(world.kim), key=str) == sorted([job, *taken_up], key=str)


def test_who_applies_alone_is_nominated_by_nobody(app: Flask, world: World) -> None:
    """A person who is named as the holder of the own application has not been nominated."""
    for holder in (None, world.kim.id):
        traces = Traces()
        with write_tx() as session:
            who = world.actor(session, world.kim, APPLIED_ON)
            made = open_certification(
                session, who, at(APPLIED_ON), module="WPC" if holder else "LEA", country="VN",
                holder_id=holder, organisation_id=world.provider,
            )  # fmt: skip
        row = fields_of(made)
        assert (row["nominated_by_id"], row["nominating_organisation_id"]) == (None, None)
        assert (made.case.kind, made.case.opened_at) == ("certification", at(APPLIED_ON))
        known = {"module": row["module"], "country": "VN"}
        subject, by = ("certification", made.id), world.kim.id
        assert traces.events() == [
            (subject, "create", ("new", "draft"), by, at(APPLIED_ON), known, None),
        ]
        assert {name: row[name] for name in ("state", "state_since", "holder_id", "round")} == {
            "state": S.DRAFT, "state_since": at(APPLIED_ON), "holder_id": world.kim.id, "round": 1,
        }  # fmt: skip
        empty = ("sectors", "languages", "pauses", "practice_asked_on", "reasons")
        assert [row[name] for name in empty] == [[], [], [], [], []]


def test_who_provides_for_nobody_nominates_nobody(app: Flask, world: World) -> None:
    with pytest.raises(Forbidden) as refused:
        nominated(world, world.lan, world.kim)
    assert str(refused.value) == "create"


def test_a_provider_of_two_names_the_one_for_whom_it_nominates(app: Flask, world: World) -> None:
    with write_tx() as session:
        session.add(
            RoleGrant(
                person_id=world.sami.id, role=RoleName.PROVIDER, country="VN", from_on=date(2024, 1, 1),
                organisation_id=world.other_provider, proposed_by_id=world.ada.id,
                proposed_at=datetime(2024, 1, 1, tzinfo=UTC), confirmed_by_id=world.sol.id,
                confirmed_at=datetime(2024, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip
    for asked, named in (({}, world.other_provider), ({"organisation_id": world.provider}, world.provider)):
        made = nominated(world, world.kim, world.sami, module="WPC" if asked else "LEA", **asked)
        row = db.session.get_one(Certification, made.certification)
        assert row.nominating_organisation_id == named
