"""What a decision leaves: the row, the decision, who decided, and the evidence as the event keeps it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Credential, Decision, Involvement, db
from certify.models.store import write_tx
from certify.workflows.certification import recognise
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Forbidden, plain
from tests.cast import World
from tests.conftest import NOW
from tests.player import DECIDED_ON, Player, at
from tests.workflows.keeping import events

DAY = timedelta(days=1)
REASONS = [{"requirement": "mean-score", "reason": "Strong in every event."}]


def case_of(played: Player) -> Certification:
    db.session.rollback()
    return db.session.get_one(Certification, played.certification)


def row(case: Certification) -> tuple[Any, ...]:
    return (
        str(case.state), case.decided_by_id, case.decided_at, case.reasons, case.valid_from,
        case.valid_until, case.issuer_id,
    )  # fmt: skip


def decisions(session: Session) -> list[tuple[Any, ...]]:
    return [
        (one.certification_id, one.round, one.decided_by_id, one.decided_at, one.outcome)
        for one in session.scalars(select(Decision))
    ]


def deciders(session: Session) -> list[tuple[Any, ...]]:
    return [
        (one.person_id, one.holder_id, one.certification_id, one.thing_id, one.at)
        for one in session.scalars(select(Involvement).where(Involvement.relation == "decided"))
    ]


def evidence_as_kept(played: Player) -> dict[str, Any]:
    dossier = Dossier(db.session(), case_of(played), at(DECIDED_ON))
    kept = {
        "requirements": [plain(vars(one)) for one in dossier.results.values()],
        "counted": [
            {**plain(vars(one)), "reasons": [plain(vars(reason)) for reason in one.reasons]}
            for one in dossier.counted
        ],
    }
    assert len(kept["requirements"]) > 20
    assert {tuple(one) for one in kept["counted"]} == {("activity", "counted", "reasons")}
    return kept


def test_a_grant_keeps_the_evidence_and_a_withdrawal_ends_the_certificate(
    recommended: Player, world: World
) -> None:
    kept = evidence_as_kept(recommended)
    recommended.move("grant", world.maya, DECIDED_ON, reasons=REASONS, effective_on=DECIDED_ON + DAY)
    case = case_of(recommended)
    assert row(case) == (
        "certified", world.maya.id, at(DECIDED_ON), REASONS, date(2026, 5, 5), date(2029, 5, 5), world.issuer
    )  # fmt: skip
    [told] = events(db.session(), "grant")
    number = db.session.scalars(select(Credential.number)).one()
    assert told == (
        case.case_id, world.maya.id, at(DECIDED_ON), ("certification", case.id),
        ("recommended", "certified"),
        {
            **kept, "reasons": REASONS, "effective_on": "2026-05-05", "issuer": world.issuer,
            "credential": number,
        },
    )  # fmt: skip
    assert decisions(db.session()) == [(case.id, 1, world.maya.id, at(DECIDED_ON), "granted")]
    assert deciders(db.session()) == [(world.maya.id, world.ana.id, case.id, case.id, at(DECIDED_ON))]
    recommended.move("withdraw", world.mika, DECIDED_ON + DAY, grounds="Proved.")
    assert [one[-1] for one in events(db.session(), "withdraw")] == [
        {"grounds": "Proved.", "revoked": [number]}
    ]
    ended = db.session.scalars(select(Credential)).one()
    told = ("revoked", "The certification was withdrawn.", at(DECIDED_ON + DAY))
    assert (ended.state, ended.reason, ended.state_since) == told


def test_a_refusal_keeps_the_evidence_as_it_was(recommended: Player, world: World) -> None:
    recommended.do(recommended.visits[-1], "void", world.bo, DECIDED_ON, reason="Another enterprise.")
    kept = {**evidence_as_kept(recommended), "reasons": REASONS}
    assert any(one["reasons"] for one in kept["counted"])
    recommended.move("refuse", world.maya, DECIDED_ON, reasons=REASONS)
    case = case_of(recommended)
    assert row(case) == ("refused", world.maya.id, at(DECIDED_ON), REASONS, None, None, None)
    assert [one[-2:] for one in events(db.session(), "refuse")] == [(("recommended", "refused"), kept)]
    assert decisions(db.session()) == [(case.id, 1, world.maya.id, at(DECIDED_ON), "refused")]
    assert deciders(db.session()) == [(world.maya.id, world.ana.id, case.id, case.id, at(DECIDED_ON))]


def test_retiring_ends_only_what_is_still_in_force(certified: Player, world: World) -> None:
    certified.move("retire", world.ana, DECIDED_ON + DAY)
    number = db.session.scalars(select(Credential.number)).one()
    assert [one[-2:] for one in events(db.session(), "retire")] == [
        (("certified", "retired"), {"revoked": [number]})
    ]
    assert [(one.reason, one.state) for one in db.session.scalars(select(Credential))] == [
        ("The trainer gave the certification up.", "revoked")
    ]


def test_a_recognised_certificate_has_its_own_dates_and_a_number_of_ours(world: World) -> None:
    facts = {
        "person": world.kim.id, "module": "WPC", "country": "VN", "source": "ILO Turin", "number": "T-17",
        "valid_from": date(2025, 1, 1), "valid_until": date(2027, 12, 31), "grounds": "Seen in Turin.",
    }  # fmt: skip
    with write_tx() as session:
        with pytest.raises(Forbidden, match=r"^recognise$"):
            recognise(session, world.actor(session, world.lan), NOW, **facts)
        case = recognise(session, world.actor(session, world.maya), NOW, **facts)
        assert row(case) == (
            "certified", world.maya.id, NOW, [], date(2025, 1, 1), date(2027, 12, 31), world.issuer
        )  # fmt: skip
        assert (case.scheme_version, case.recognised_source, case.recognised_number, case.holder_id) == (
            "score-2026", "ILO Turin", "T-17", world.kim.id,
        )  # fmt: skip
        credential = session.scalars(select(Credential)).one()
        [told] = events(session, "recognise")
        assert told[:-1] == (
            case.case_id, world.maya.id, NOW, ("certification", case.id), ("new", "certified")
        )  # fmt: skip
        days = {"valid_from": "2025-01-01", "valid_until": "2027-12-31"}
        assert told[-1] == {**facts, **days, "credential": credential.number, "issuer": world.issuer}
        assert decisions(session) == [(case.id, 1, world.maya.id, NOW, "recognised")]
        assert deciders(session) == [(world.maya.id, world.kim.id, case.id, case.id, NOW)]


def test_a_pause_begins_ends_and_leaves_the_earlier_ones_alone(admitted: Player, world: World) -> None:
    first = date(2026, 3, 1)
    admitted.move("hold", world.olu, first, reason="Leave.")
    case = case_of(admitted)
    assert (case.held_from_state, case.pauses) == ("admitted", [{"from": "2026-03-01", "until": None}])
    admitted.move("resume", world.olu, first + DAY, reason="Back.")
    ended = {"from": "2026-03-01", "until": "2026-03-02"}
    assert (case_of(admitted).held_from_state, case_of(admitted).pauses) == (None, [ended])
    admitted.move("hold", world.olu, first + 2 * DAY, reason="Leave.")
    assert case_of(admitted).pauses == [ended, {"from": "2026-03-03", "until": None}]
    admitted.move("leave", world.ana, first + 9 * DAY, reason="A new job.")
    case = case_of(admitted)
    assert (case.held_from_state, case.left_on, case.round) == (None, date(2026, 3, 10), 1)
    assert case.pauses == [ended, {"from": "2026-03-03", "until": "2026-03-10"}]
    admitted.move("rejoin", world.olu, first + 10 * DAY, reason="Back again.")
    case = case_of(admitted)
    assert (str(case.state), case.left_on, case.pauses[-1]["until"]) == ("admitted", None, "2026-03-10")
    told = [one[-1] for move in ("hold", "resume", "leave", "rejoin") for one in events(db.session(), move)]
    assert told == [{"reason": one} for one in ("Leave.", "Leave.", "Back.", "A new job.", "Back again.")]


@pytest.mark.parametrize("move", ["hold", "leave"])
def test_a_recommendation_is_lost_by_leaving_alone(recommended: Player, world: World, move: str) -> None:
    recommended.move(move, world.olu if move == "hold" else world.ana, DECIDED_ON, reason="Away.")
    assert (case_of(recommended).recommended_at is None, case_of(recommended).round) == (
        (move == "leave"), 1 + (move == "leave"),
    )  # fmt: skip
