"""Who is told of a certification's moves, and of what: the recipients of each kind, one by one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Certification, Person, Relationship, RoleGrant, db
from certify.models.store import write_tx
from certify.scheme.words import Act, Impartiality, Relation, RoleName, TieKind
from certify.workflows import assignment_effects as effects
from certify.workflows import certification_notices as notices
from certify.workflows.certification import MOVES
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Question
from tests.cast import Member, World, named
from tests.player import DECIDED_ON, EDITION, Player, at
from tests.workflows.traces import Traces

DAY = timedelta(days=1)


class Asked:
    """Tells of a move that Olu makes on Ana's case, without making it."""

    def __init__(self, played: Player, world: World) -> None:
        self.played, self.world, self.edition, self.seq = played, world, EDITION, 70

    def tell(
        self, tell: Callable[[Question], Any], move: str = "hold", by: Member | None = None, **facts: Any
    ) -> list[dict[str, Any]]:
        """The messages that it owes."""
        traces, self.seq = Traces(), self.seq + 1
        with write_tx() as session:
            thing = session.get_one(Certification, self.played.certification)
            dossier = Dossier(session, thing, at(DECIDED_ON))
            dossier.__dict__["edition"] = self.edition
            actor = self.world.actor(session, by or self.world.olu, DECIDED_ON)
            asked = (thing, dossier, MOVES[move], actor, at(DECIDED_ON), DECIDED_ON, facts, session)
            tell(Question(*asked, seq=self.seq))
        return traces.messages()

    def told(self, tell: Callable[[Question], Any], by: Member | None = None) -> list[tuple[str, str]]:
        """Kind and recipient of each."""
        return [(one["kind"], one["recipient_id"]) for one in self.tell(tell, by=by)]


@pytest.fixture
def asked(recommended: Player, world: World) -> Asked:
    return Asked(recommended, world)


def grant(key: str, who: Member, **more: Any) -> RoleGrant:
    """A coordinator of everything, confirmed and since that day, unless otherwise said."""
    values = {
        "role": RoleName.COORDINATOR, "module": None, "country": None, "from_on": DECIDED_ON,
        "proposed_by_id": named("ada"), "proposed_at": at(DECIDED_ON), "confirmed_at": at(DECIDED_ON),
        "confirmed_by_id": named("sol"), **more,
    }  # fmt: skip
    return RoleGrant(id=named(key), person_id=who.id, **values)


def test_each_kind_has_its_recipients(asked: Asked, world: World) -> None:
    assert asked.told(notices.tell_holder("one")) == [("one", world.ana.id)]
    assert asked.told(notices.tell_supervisor("two")) == [("two", world.bo.id)]
    assert asked.told(notices.tell_coordinators("three"), world.ana) == [("three", world.olu.id)]
    deciders = [("four", world.maya.id), ("four", world.mika.id)]
    assert asked.told(notices.tell_deciders("four")) == deciders


def test_whoever_could_not_decide_is_not_asked_to(asked: Asked, world: World) -> None:
    with write_tx() as session:
        tie = {"kind": TieKind.FAMILY, "declared_by_id": world.maya.id, "declared_at": at(DECIDED_ON)}
        session.add(Relationship(person_id=world.maya.id, other_id=world.ana.id, **tie))
    assert asked.told(notices.tell_deciders("four")) == [("four", world.mika.id)]


def test_nobody_is_told_of_the_own_act_or_with_a_disabled_account(asked: Asked, world: World) -> None:
    assert asked.told(notices.tell_holder("one"), world.ana) == []
    assert asked.told(notices.tell_deciders("four"), world.maya) == [("four", world.mika.id)]
    with write_tx() as session:
        session.get_one(Person, world.bo.id).disabled_at = at(DECIDED_ON)
        session.get_one(Certification, asked.played.certification).supervisor_id = world.bo.id
    assert asked.told(notices.tell_supervisor("two")) == []
    with write_tx() as session:
        session.get_one(Certification, asked.played.certification).supervisor_id = None
    assert asked.told(notices.tell_supervisor("two")) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"country": "VN", "module": "WPC"}, True),
        ({"until_on": DECIDED_ON}, True),
        ({"country": "LA"}, False),
        ({"module": "LEA"}, False),
        ({"from_on": DECIDED_ON + DAY}, False),
        ({"from_on": date(2024, 1, 1), "until_on": DECIDED_ON - DAY}, False),
        ({"confirmed_at": None}, False),
        ({"ended_at": at(DECIDED_ON)}, False),
        ({"role": RoleName.AUDITOR}, False),
    ],
)
def test_whoever_holds_the_role_there_and_on_that_day_is_told(
    asked: Asked, world: World, change: dict[str, Any], told: bool
) -> None:
    with write_tx() as session:
        session.add_all([grant("one", world.kim, **change), grant("two", world.kim, **change)])
    people = sorted([world.olu.id, *([world.kim.id] if told else [])])
    assert asked.told(notices.tell_coordinators("three"), world.ana) == [("three", one) for one in people]


def test_a_letter_names_what_the_recipient_has_to_know_and_no_more(asked: Asked, world: World) -> None:
    case = db.session.get_one(Certification, asked.played.certification)
    known = {"certification": case.id, "holder": "Ana Trần", "module": "WPC", "move": "hold"}
    shown: dict[str, Any] = {
        "to_complete": "A", "to_repeat": "B", "what": "C", "by_on": DECIDED_ON, "questions": "D",
        "grounds": "E", "findings": "F", "reason": "G", "reasons": [{"requirement": "x"}],
        "requirement": "H", "effective_on": DECIDED_ON,
    }  # fmt: skip
    kept = {"narrative": "X", "conflicts": ["Y"], "person": "Z"}
    (one,) = asked.tell(notices.tell_holder("one"), **shown, **kept)
    day = DECIDED_ON.isoformat()
    assert one["params"] == {**known, **shown, "by_on": day, "effective_on": day}
    assert (one["key"], one["case_id"]) == (f"one:{case.case_id}:71:{world.ana.id}", case.case_id)
    assert (one["created_at"], one["due_at"]) == (at(DECIDED_ON), at(DECIDED_ON))


def test_a_decision_against_somebody_names_the_terms_of_module_and_country(asked: Asked) -> None:
    days = {"appeal_days": 30, "reapplication_months": 6, "suspension_months": 6}
    assert {name: EDITION.parameter(name).value for name in days} == days

    def terms(move: str) -> dict[str, int]:
        (one,) = asked.tell(notices.tell_holder("one"), move)
        return {name: one["params"][name] for name in days if name in one["params"]}

    assert [terms(move) for move in ("refuse", "suspend", "withdraw")] == [days, days, days]
    assert [terms(move) for move in ("grant", "reinstate")] == [{}, {}]
    base = EDITION.parameters["appeal_days"]
    for part, key, value in (("modules", "WPC", 40), ("overlays", "VN", 50)):
        parts: Any = getattr(EDITION, part)
        own = replace(parts[key], parameters={"appeal_days": replace(base, value=value)})
        asked.edition = replace(EDITION, **{part: {**parts, key: own}})
        assert terms("refuse") == {**days, "appeal_days": value}


def test_a_task_is_told_with_the_sheet_that_was_made_for_it(asked: Asked, world: World) -> None:
    """One that stands, of that person and instant; without one it is the case that is given."""

    def told(tell: Callable[[Question], Any], **facts: Any) -> list[tuple[str, str, Any]]:
        found = asked.tell(tell, **facts)
        return [(one["kind"], one["recipient_id"], one["params"].get("assessment")) for one in found]

    plain = [("assigned", world.tuan.id, None)]
    assert told(notices.tell_assigned, person=world.tuan.id) == plain
    assert told(notices.tell_successor, to=world.tuan.id) == plain
    with write_tx() as session:
        case = session.get_one(Certification, asked.played.certification)
        sheet = next(one for one in case.assessments if one.assessor_id == world.tuan.id)
        sheet.created_at = at(DECIDED_ON)
        sheet_id = sheet.id
    assert told(notices.tell_assigned, person=world.tuan.id) == [("assigned_sheet", world.tuan.id, sheet_id)]
    assert told(notices.tell_assigned, person=world.kim.id) == [("assigned", world.kim.id, None)]
    with write_tx() as session:
        case = session.get_one(Certification, asked.played.certification)
        for one in case.assessments:
            if one.assessor_id == world.tuan.id:
                one.state = "void"  # type: ignore[assignment]
    assert told(notices.tell_successor, to=world.tuan.id) == plain


def test_a_tie_of_the_panel_is_on_the_record_where_the_edition_allows_it(
    submitted: Player, world: World
) -> None:
    relations = {**EDITION.relations, (Relation.SELF, Act.SCREEN): Impartiality.MITIGATE}
    asked, facts = Asked(submitted, world), []
    asked.edition = replace(EDITION, relations=relations)
    asked.tell(lambda q: facts.append(effects.assign_screener(q)), person=world.ana.id)
    sheet = db.session.get_one(Certification, submitted.certification).assessments[0]
    told = ["Ana Trần is the candidate."]
    assert facts == [{"assessment": sheet.id, "mitigate": told}]
    assert db.session.scalars(select(Person.id).where(Person.id == sheet.assessor_id)).one() == world.ana.id
