"""Renewal: opened, filed, reviewed, decided; the certificate that follows, and its days."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from certify.audit import verify
from certify.models import Credential, Event, Message, RoleGrant, db
from certify.models.store import seal_of, write_tx
from certify.reminders.texts import reading_of
from certify.scheme.standing import Period, standing
from certify.scheme.words import RoleName
from certify.workflows.case_terms import certified_record, periods_of, validity_at
from certify.workflows.certification import recognise
from certify.workflows.credential import supersede
from certify.workflows.renewal import filed_renewal
from tests.cast import World
from tests.player import DECIDED_ON, Player, at
from tests.replayed import replay
from tests.workflows.renewing import DAY, ENDS, GRACE_ENDS, LAST, OPENS, REASONS, Renewing

HANOI = "Asia/Ho_Chi_Minh"


def worth(renewing: Renewing, day: date) -> str:
    """The standing of the certification."""
    return standing(certified_record(db.session(), renewing.case), at(day)).value


def test_granted_by_the_end_the_next_certificate_begins_on_the_day_after(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified).reviewed().grant(ENDS)
    old, new = renewing.certificates
    assert (new.valid_from, new.valid_until) == (date(2029, 5, 5), date(2032, 5, 4))
    assert (new.supersedes, new.scheme_version) == (old, "score-2028")
    row = renewing.row
    assert (row.state, row.successor_id, row.anchor_day, row.route, row.decided_by_id, row.reasons) == (
        "granted", new.id, 4, "in_window", world.mika.id, REASONS,
    )  # fmt: skip
    case = renewing.case
    assert (case.state, case.valid_from, case.valid_until) == ("certified", new.valid_from, new.valid_until)
    assert periods_of(case) == (
        Period(date(2026, 5, 4), ENDS, HANOI), Period(date(2029, 5, 5), date(2032, 5, 4), HANOI)
    )  # fmt: skip
    assert [validity_at(case, at(day)) for day in (ENDS, ENDS + DAY)] == list(periods_of(case))
    for day, first, second, whole in (
        (ENDS, None, "not_yet_valid", "valid"),
        (ENDS + DAY, "superseded", None, "valid"),
        (date(2032, 5, 5), "superseded", "in_grace", "in_grace"),
    ):
        assert [renewing.worth(n, day) for n in (0, 1)] == [(first, False), (second, False)], day
        assert worth(renewing, day) == whole, day


def test_the_status_list_says_from_the_successor_s_first_instant_that_the_old_one_is_over(
    certified: Player, world: World
) -> None:
    old, new = Renewing(certified).reviewed().grant(OPENS).certificates
    assert old.document is not None
    assert new.document is not None
    assert new.document.ended_at is None
    assert old.document.ended_at is not None
    assert old.document.ended_at.isoformat() == "2029-05-04T17:00:00+00:00"  # midnight in Hanoi
    assert old.number in new.document.content


def test_filed_in_time_and_decided_late_begins_that_day_and_the_gap_stays_visible(
    certified: Player, world: World
) -> None:
    decided = GRACE_ENDS + 10 * DAY
    renewing = Renewing(certified).reviewed(OPENS, ENDS + DAY).grant(decided)
    new = renewing.certificates[1]
    assert (new.valid_from, new.valid_until) == (decided, date(2032, 8, 12))
    assert renewing.row.anchor_day == 12
    seen = [(renewing.worth(0, day), worth(renewing, day)) for day in (ENDS, ENDS + DAY, decided - DAY)]
    assert seen == [
        ((None, True), "valid"), (("in_grace", True), "in_grace"), (("expired", True), "expired")
    ]  # fmt: skip
    assert (renewing.worth(0, decided), renewing.worth(1, decided)) == (("superseded", False), (None, False))
    assert worth(renewing, decided) == "valid"


def test_renewal_filed_is_said_from_the_filing_to_the_decision_and_changes_no_verdict(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified).open(OPENS)
    assert (renewing.worth(0, OPENS), filed_renewal(db.session(), renewing.case)) == ((None, False), None)
    renewing.file(OPENS + DAY)
    assert filed_renewal(db.session(), renewing.case) == renewing.row
    assert [renewing.worth(0, day) for day in (OPENS, OPENS + DAY, ENDS, ENDS + DAY)] == [
        (None, False), (None, True), (None, True), ("in_grace", True),
    ]  # fmt: skip
    renewing.review(OPENS + 2 * DAY).refuse(OPENS + 3 * DAY)
    assert [renewing.worth(0, OPENS + n * DAY)[1] for n in (0, 1, 2, 3)] == [False, True, True, False]
    assert filed_renewal(db.session(), renewing.case) is None


def test_the_days_of_a_chain_keep_to_the_day_of_its_first_certificate(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified).reviewed().grant(OPENS)
    with write_tx() as session:
        old = session.get_one(Credential, renewing.row.credential_id)
        supersede(session, old, world.actor(session, world.mika), at(ENDS + DAY))
    again = date(2032, 4, 1)
    renewing.reviewed(again).grant(again)
    assert [(one.valid_from, one.valid_until) for one in renewing.certificates] == [
        (date(2026, 5, 4), date(2029, 5, 4)), (date(2029, 5, 5), date(2032, 5, 4)),
        (date(2032, 5, 5), date(2035, 5, 4)),
    ]  # fmt: skip
    third = date(2035, 6, 30)
    renewing.reviewed(third).grant(third)
    renewing.reviewed(date(2038, 6, 1)).grant(date(2038, 6, 2))
    assert [(one.valid_from, one.valid_until) for one in renewing.certificates[3:]] == [
        (third, date(2038, 6, 30)), (date(2038, 7, 1), date(2041, 6, 30)),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "route"), [(ENDS, "in_window"), (GRACE_ENDS, "in_grace"), (LAST, "late")])
def test_the_filing_pins_route_and_edition(certified: Player, world: World, day: date, route: str) -> None:
    row = Renewing(certified).open(OPENS).file(day).row
    assert (row.state, row.route, row.scheme_version, row.filed_at) == ("filed", route, "score-2028", at(day))


def test_after_a_refusal_another_one_may_be_opened_and_granted(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed().refuse(OPENS + DAY)
    first = renewing.row
    assert (first.state, first.successor_id, first.reasons) == ("refused", None, REASONS)
    assert (len(renewing.certificates), renewing.worth(0, OPENS + DAY)) == (1, (None, False))
    renewing.reviewed(OPENS + 2 * DAY).grant(OPENS + 3 * DAY)
    assert [one.state for one in renewing.case.renewals] == ["refused", "granted"]
    assert len(renewing.certificates) == 2


def test_where_nobody_can_review_the_coordinator_has_somebody_named(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open()
    with write_tx() as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.role == RoleName.QA_REVIEWER).values(ended_at=at(OPENS))
        )
    renewing.file()
    told = db.session.scalars(select(Message).where(Message.kind.like("renewal_%"))).one()
    assert (told.kind, told.recipient_id) == ("renewal_unserved", world.olu.id)
    letter = reading_of(told.kind, told.params)
    assert "waits for a QA reviewer" in letter.sentences[0]
    assert letter.path == f"/renewals/{renewing.id}"


def test_everybody_who_has_to_know_is_told_once(certified: Player, world: World) -> None:
    renewing = Renewing(certified, refresher_hours=0).reviewed()
    renewing.refuse(OPENS + DAY)
    renewing.reviewed(OPENS + 2 * DAY).grant(OPENS + 3 * DAY)
    asked = select(Message.kind, Message.recipient_id).where(Message.kind.like("renewal_%"))
    once = [
        ("renewal_filed", world.kim.id), ("renewal_filed", world.quy.id),
        ("renewal_reviewed", world.maya.id), ("renewal_reviewed", world.mika.id),
    ]  # fmt: skip
    assert sorted(tuple(row) for row in db.session.execute(asked)) == sorted(
        [*once, *once, ("renewal_refused", world.ana.id), ("renewal_granted", world.ana.id)]
    )
    letter = db.session.scalars(select(Message).where(Message.kind == "renewal_refused")).one()
    assert (letter.params["appeal_days"], letter.params["ends_on"], letter.params["renewal"]) == (
        30, "2029-05-04", renewing.case.renewals[0].id,
    )  # fmt: skip
    granted = db.session.scalars(select(Message).where(Message.kind == "renewal_granted")).one()
    assert (granted.params["number"], granted.params["first_on"], granted.params["last_on"]) == (
        renewing.certificates[1].number, "2029-05-05", "2032-05-04",
    )  # fmt: skip


def test_the_log_tells_every_move_and_replays_to_what_is_stored(
    certified: Player, world: World, tmp_path: Path
) -> None:
    renewing = Renewing(certified).reviewed().grant()
    case = renewing.case
    events = db.session.scalars(select(Event).where(Event.case_id == case.case_id)).all()
    assert replay(events)["renewal", renewing.id] == renewing.row.state == "granted"
    with verify.snapshot(db.engine) as connection:
        parts = verify.checks(connection, seal_of(db.session()), tmp_path)
        found = {name: list(part()) for name, part in parts.items() if name not in ("leaves", "stored files")}
    assert [name for name, findings in found.items() if findings] == []
    facts = {one.move: one.facts for one in events if one.subject_id == renewing.id}
    assert (facts["file"]["route"], facts["file"]["scheme_version"]) == ("in_window", "score-2028")
    assert facts["grant"]["credential"] == renewing.certificates[1].number
    assert facts["grant"]["supersedes"] == renewing.certificates[0].number
    assert [one["id"] for one in facts["grant"]["requirements"]] == [
        "practice-per-year", "refresher", "qa-observation", "code-of-conduct", "no-open-finding",
    ]  # fmt: skip


def test_a_recognised_certificate_is_renewed_from_the_day_on_which_it_ends(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        case = recognise(
            session, world.actor(session, world.mika), at(DECIDED_ON), person=world.lan.id, module="WPC",
            country="VN", source="SCORE Ghana", number="GH-7", valid_from=date(2026, 1, 1),
            valid_until=date(2028, 12, 31), grounds="Seen.",
        )  # fmt: skip
        recognised = Player(holder=world.lan, certification=case.id)
    renewing = Renewing(recognised)
    day = date(2028, 12, 1)
    renewing.open(day, world.lan).file(day, world.lan).review(day).grant(day)
    new = renewing.certificates[1]
    assert (new.valid_from, new.valid_until, renewing.row.anchor_day) == (
        date(2029, 1, 1), date(2031, 12, 31), 31,
    )  # fmt: skip
