"""Organisations, issuing bodies and delegations: what is refused in which words, and what is kept."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.models import CaseFile, Delegation, IssuingBody, Organisation
from certify.models.store import write_tx
from certify.scheme.words import OrganisationKind
from certify.workflows import organisations
from certify.workflows.engine import Refusal
from tests.cast import World
from tests.conftest import NOW
from tests.workflows.keeping import errors, events, refusals

ON, DAY = NOW.date(), timedelta(days=1)
BEFORE = ["The last day lies before the first."]
WHOLE: dict[str, Any] = {
    "name": "Hiệp hội May",
    "kind": OrganisationKind.INDUSTRY_ASSOCIATION,
    "country": "VN",
    "agreement_from_on": ON,
    "agreement_until_on": ON,
}


def fields(thing: object, *names: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def test_an_organisation_is_what_was_told(world: World) -> None:
    with write_tx() as session:
        made = organisations.found(session, NOW, **WHOLE)
        assert fields(session.get_one(Organisation, made.id), *WHOLE) == WHOLE
        assert made.created_at == NOW
        wrong = {"agreement_until_on": BEFORE}
        backwards = {**WHOLE, "agreement_until_on": ON - DAY}
        assert errors(organisations.found, session, NOW, **backwards) == wrong
        assert errors(organisations.amend, made, **backwards) == wrong
        for days in ((None, None), (None, ON), (ON, None)):
            span = dict(zip(("agreement_from_on", "agreement_until_on"), days, strict=True))
            organisations.amend(made, **{**WHOLE, "name": "May", **span})
            assert fields(made, *WHOLE) == {**WHOLE, "name": "May", **span}


def told(session: Session, move: str) -> list[tuple[Any, ...]]:
    """Who did it, to which thing of the body, between which states, with which facts."""
    return [(one[1], one[2], *one[3:]) for one in events(session, move)]


def test_a_body_keeps_its_code_and_no_two_have_one(world: World) -> None:
    with write_tx() as session:
        sol = world.actor(session, world.sol)
        whole = {"code": "id-score", "legal_name": "SCORE", "country": "ID", "zone": "Asia/Jakarta"}
        body = organisations.open_body(session, sol, NOW, **whole)
        assert fields(body, *whole, "created_at") == {**whole, "created_at": NOW}
        assert errors(organisations.open_body, session, sol, NOW, **whole) == {
            "code": ["Another issuing body has this code."]
        }
        own = ("issuing_body", body.id)
        assert events(session, "open") == [(body.id, sol.id, NOW, own, ("new", "open"), whole)]
        same = {"legal_name": "SCORE", "country": "ID", "zone": "Asia/Jakarta"}
        organisations.amend_body(session, sol, body, NOW, **same)
        assert events(session, "amend") == []
        new = {"legal_name": "SCORE 2", "country": "VN", "zone": "Asia/Ho_Chi_Minh"}
        organisations.amend_body(session, sol, body, NOW + DAY, **{**new, "country": "ID"})
        organisations.amend_body(session, sol, body, NOW + 2 * DAY, **new)
        assert fields(body, *whole) == {"code": "id-score", **new}
        names = {"legal_name": "SCORE 2", "zone": "Asia/Ho_Chi_Minh"}
        assert told(session, "amend") == [
            (sol.id, NOW + DAY, own, ("open", "open"), names),
            (sol.id, NOW + 2 * DAY, own, ("open", "open"), {"country": "VN"}),
        ]
        case = session.get_one(CaseFile, body.id)
        assert (case.kind, case.opened_at, case.last_seq) == ("issuing_body", NOW, 3)


def test_a_delegation_is_dated_and_only_ever_shortened(world: World) -> None:
    with write_tx() as session:
        body, sol = session.get_one(IssuingBody, world.issuer), world.actor(session, world.sol)

        def delegate(**days: date | None) -> Delegation:
            return organisations.delegate(
                session, sol, body, NOW, country="ID", modules=["WPC", "LEA"], from_on=ON,
                instrument="Letter 7", may_recognise=True, **{"until_on": None, **days},
            )  # fmt: skip

        def end(delegation: Delegation, last: date) -> None:
            organisations.end_delegation(session, sol, delegation, NOW + DAY, last)

        assert errors(delegate, until_on=ON - DAY) == {"until_on": BEFORE}
        made = delegate(until_on=ON + 9 * DAY)
        whole = {
            "issuer_id": body.id, "country": "ID", "modules": ["LEA", "WPC"], "from_on": ON,
            "until_on": ON + 9 * DAY, "instrument": "Letter 7", "may_recognise": True, "created_at": NOW,
            "created_by_id": world.sol.id,
        }  # fmt: skip
        assert fields(session.get_one(Delegation, made.id), *whole) == whole
        facts = {
            "country": "ID", "modules": ["LEA", "WPC"], "from_on": "2026-06-01", "until_on": "2026-06-10",
            "instrument": "Letter 7", "may_recognise": True,
        }  # fmt: skip
        subject = ("delegation", made.id)
        delegated = (body.id, sol.id, NOW, subject, ("new", "open"), facts)
        assert events(session, "delegate") == [delegated]
        longer = "It ends on 2026-06-10 already; a longer one needs a new instrument."
        assert refusals(end, made, ON + 10 * DAY) == (Refusal(None, longer, ("scheme_owner",)),)
        assert errors(end, made, ON - DAY) == {"until_on": BEFORE}
        for last in (ON + 9 * DAY, ON):
            end(made, last)
            assert made.until_on == last
        for last in (ON + 9 * DAY, ON + DAY):
            assert len(refusals(end, made, last)) == 1
        ended = (sol.id, NOW + DAY, subject, ("open", "open"), {"until_on": "2026-06-01"})
        assert told(session, "end") == [ended]  # the same last day once more is nothing
        open_one = delegate()
        end(open_one, ON + 99 * DAY)
        assert open_one.until_on == ON + 99 * DAY


def test_bodies_succeed_each_other_in_a_line_and_never_in_a_ring(world: World) -> None:
    with write_tx() as session:
        first, sol = session.get_one(IssuingBody, world.issuer), world.actor(session, world.sol)
        second, third = (
            organisations.open_body(session, sol, NOW, code=code, legal_name=code, country="VN", zone="UTC")
            for code in ("b2", "b3")
        )

        def succeed(body: IssuingBody, successor: str | None, from_on: date | None) -> None:
            organisations.succeed(session, sol, body, NOW, successor_id=successor, from_on=from_on)
            session.flush()

        both = ["Give both the successor and the first day, or neither."]
        assert errors(succeed, first, second.id, None) == {"from_on": both}
        assert errors(succeed, first, None, ON) == {"successor": both}
        succeed(first, None, None)
        assert told(session, "succeed") == []
        for _ in range(2):
            succeed(first, second.id, ON)
        succeed(second, third.id, ON)
        assert (first.successor_id, first.succeeded_from_on) == (second.id, ON)
        ring = {"successor": ["That body is succeeded by this one, directly or through others."]}
        assert errors(succeed, second, second.id, ON) == ring
        assert errors(succeed, second, first.id, ON) == ring
        assert errors(succeed, third, first.id, ON) == ring
        succeed(first, third.id, ON + DAY)
        succeed(second, None, None)
        assert (first.successor_id, first.succeeded_from_on) == (third.id, ON + DAY)
        assert (second.successor_id, second.succeeded_from_on) == (None, None)
        for body, steps in (
            (first, [(second.id, "2026-06-01"), (third.id, "2026-06-02")]),
            (second, [(third.id, "2026-06-01"), (None, None)]),
        ):
            subject = ("issuing_body", body.id)
            assert [one for one in told(session, "succeed") if one[2] == subject] == [
                (sol.id, NOW, subject, ("open", "open"), {"successor": successor, "from_on": on})
                for successor, on in steps
            ]
