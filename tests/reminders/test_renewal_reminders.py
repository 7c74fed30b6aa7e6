"""A renewal that waits for its review, or its decision, is reminded of: those who can act are told."""

from datetime import date

from sqlalchemy import select

from certify.models import Certification, Message, RoleGrant, db
from certify.models.store import own_tx, write_tx
from certify.reminders.planning import foreseen, replan
from certify.reminders.sweep import sweep
from certify.reminders.texts import reading_of
from certify.scheme.words import RoleName
from tests.cast import World
from tests.player import Player, at
from tests.workflows.renewing import DAY, OPENS, Renewing, grant_of


def told(on: date) -> list[tuple[str, str]]:
    """What a round on a day owes about the renewal: kind and first name."""
    with own_tx() as session:
        before = set(session.scalars(select(Message.id)))
    replan(at(on))
    sweep(at(on))
    db.session.rollback()
    about_it = Message.kind.startswith("renewal")
    asked = select(Message).where(Message.id.not_in(before), Message.origin == "clock", about_it)
    return sorted((one.kind, one.name.split()[0]) for one in db.session.scalars(asked))


def test_a_renewal_that_is_not_reviewed_is_reminded_of_and_told_upwards(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        session.add(grant_of(world.bo, RoleName.QA_REVIEWER))  # supervised Ana: cannot review
    Renewing(certified).open().file()
    replan(at(OPENS))
    assert told(OPENS + 6 * DAY) == []
    assert told(OPENS + 7 * DAY) == [("renewal-review-due", "Kim"), ("renewal-review-due", "Quý")]
    assert told(OPENS + 14 * DAY) == [
        ("renewal-review-due", "Kim"),
        ("renewal-review-due", "Quý"),
        ("renewal-review-due-escalated", "Olu"),
    ]
    assert told(OPENS + 60 * DAY) == []


def test_a_decision_is_asked_of_those_who_can_decide_and_not_of_the_last_observer(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        session.add(grant_of(world.tuan, RoleName.MASTER_TRAINER))
    renewing = Renewing(certified, free_observers=True).reviewed()
    assert renewing.row.reviewed_at == at(OPENS)
    assert told(OPENS + 9 * DAY) == []
    assert told(OPENS + 10 * DAY) == [("renewal-decision-due", "Maya"), ("renewal-decision-due", "Mika")]
    assert told(OPENS + 27 * DAY) == [
        ("renewal-decision-due", "Maya"),
        ("renewal-decision-due", "Mika"),
        ("renewal-decision-due-unseen", "Sol"),  # the scheme owner sees no case
    ]


def test_what_is_reviewed_or_decided_is_reminded_of_no_more(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open().file()
    assert len(told(OPENS + 7 * DAY)) == 2
    renewing.review(OPENS + 8 * DAY)
    replan(at(OPENS + 8 * DAY))
    asked = select(Message.state).where(Message.kind == "renewal-review-due")
    assert set(db.session.scalars(asked)) == {"superseded"}
    assert told(OPENS + 15 * DAY) == []
    renewing.grant(OPENS + 16 * DAY)
    assert told(OPENS + 40 * DAY) == []


def test_where_nobody_can_review_it_the_coordinator_is_reminded_to_have_somebody_named(
    certified: Player, world: World
) -> None:
    Renewing(certified).open().file()
    with write_tx() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.role == RoleName.QA_REVIEWER)):
            grant.ended_at, grant.until_on = at(OPENS), OPENS - DAY
    assert told(OPENS + 7 * DAY) == [("renewal_unserved", "Olu")]
    letter = db.session.scalars(select(Message).where(Message.kind == "renewal_unserved")).one()
    reading = reading_of(letter.kind, letter.params)
    assert "waits for a QA reviewer" in reading.sentences[0]
    assert reading.path == f"/renewals/{letter.params['thing']}"


def test_it_is_told_ahead_with_what_stops_it(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open().file()
    ahead = _ahead(renewing.case, OPENS)
    assert ahead == [
        ("renewal-review-due", OPENS + 7 * DAY, "qa_reviewer", "when the renewal is reviewed"),
        ("renewal-review-due", OPENS + 14 * DAY, "qa_reviewer", "when the renewal is reviewed"),
        ("renewal-review-due-escalated", OPENS + 14 * DAY, "coordinator", "when the renewal is reviewed"),
    ]
    renewing.review()
    assert {(kind, role, stop) for kind, _, role, stop in _ahead(renewing.case, OPENS)} == {
        ("renewal-decision-due", "master_trainer", "when the renewal is decided"),
        ("renewal-decision-due-escalated", "scheme_owner", "when the renewal is decided"),
    }


def _ahead(case: Certification, on: date) -> list[tuple[str, date, str | None, str]]:
    return [
        (one.kind, one.due_at.date(), one.role, str(one.stopped_by))
        for one in foreseen(db.session(), case, at(on))
        if one.kind.startswith("renewal-review") or one.kind.startswith("renewal-decision")
    ]
