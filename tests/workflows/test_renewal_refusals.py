"""Every no on the way of a renewal: days, states, requirements, relations, rights, facts."""

from datetime import date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from certify.models import Delegation, Renewal, db
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows import engine
from certify.workflows.engine import Forbidden, InvalidFacts, NotVisible, Refused
from certify.workflows.renewal import requirements_of, undecided_renewal
from tests.cast import World
from tests.player import Player, at
from tests.workflows.renewing import DAY, ENDS, LAST, OPENS, Renewing, grant_of, told

TOO_EARLY = "A renewal opens 90 days before the end of the certificate, on 2029-02-03."
TOO_LATE = "The certificate ended on 2029-05-04, more than 12 months ago: it takes the full path again."


@pytest.mark.parametrize(
    ("day", "reason", "earliest_on"),
    [(OPENS - DAY, TOO_EARLY, OPENS), (LAST + DAY, TOO_LATE, None)],
    ids=["too_early", "too_late"],
)
def test_out_of_the_window_nothing_is_opened_or_filed(
    certified: Player, world: World, day: date, reason: str, earliest_on: date | None
) -> None:
    renewing = Renewing(certified)
    with pytest.raises(Refused) as refused:
        renewing.open(day)
    assert told(refused) == [(None, reason)]
    assert refused.value.refusals[0].earliest_on == earliest_on
    renewing.open(OPENS)
    with pytest.raises(Refused) as refused:
        renewing.file(day)
    assert told(refused) == [(None, reason)]
    assert renewing.row.state == "open"


def test_one_renewal_at_a_time_and_none_is_filed_twice(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open()
    with pytest.raises(Refused) as refused:
        renewing.open()
    assert told(refused) == [(None, "A renewal is open already; go on with that one.")]
    renewing.file()
    with pytest.raises(Refused) as refused:
        renewing.file()
    assert told(refused) == [(None, "“File the renewal” is not possible while the state is “filed”.")]
    with pytest.raises(Refused) as refused:
        renewing.open()
    assert told(refused) == [(None, "A renewal was filed already and is not decided yet.")]
    assert undecided_renewal(db.session(), renewing.case) == renewing.row


def test_a_renewed_certificate_is_renewed_again_only_in_its_own_window(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified).reviewed().grant(OPENS)
    with pytest.raises(Refused) as refused:
        renewing.open(OPENS + DAY)
    assert refused.value.refusals[0].earliest_on == date(2032, 5, 4) - 90 * DAY


@pytest.mark.parametrize(
    ("move", "facts", "reason"),
    [
        ("withdraw", {"grounds": "Forged lists."}, "The certification was withdrawn; it cannot be renewed."),
        ("retire", {}, "The trainer gave the certification up; it cannot be renewed."),
    ],
)
def test_a_certification_that_has_ended_opens_no_renewal(
    certified: Player, world: World, move: str, facts: dict[str, str], reason: str
) -> None:
    renewing = Renewing(certified)
    early = OPENS - 200 * DAY  # and no day is named on which it would open
    certified.move(move, world.mika if move == "withdraw" else world.ana, early, **facts)
    for day in (early + DAY, OPENS):
        with pytest.raises(Refused) as refused:
            renewing.open(day)
        assert told(refused) == [(None, reason)]


def test_who_is_suspended_may_file_and_is_decided_on_once_reinstated(certified: Player, world: World) -> None:
    renewing = Renewing(certified)
    certified.move("suspend", world.mika, OPENS, grounds="A complaint.")
    renewing.reviewed(OPENS + DAY)
    for step in (renewing.grant, renewing.refuse):
        with pytest.raises(Refused) as refused:
            step(OPENS + 2 * DAY)
        assert told(refused)[0] == (
            None, "The certification is suspended; it has to be reinstated before its renewal is decided.",
        )  # fmt: skip
    certified.move("reinstate", world.mika, OPENS + 3 * DAY, findings="Unfounded.")
    assert renewing.grant(OPENS + 4 * DAY).row.state == "granted"


def test_an_unmet_requirement_blocks_the_grant_and_not_the_refusal(certified: Player, world: World) -> None:
    renewing = Renewing(certified, refresher_hours=8, qa_observations=1).reviewed()
    with pytest.raises(Refused) as refused:
        renewing.grant()
    assert [one.requirement for one in refused.value.refusals] == ["refresher", "qa-observation"]
    assert renewing.refuse().row.state == "refused"
    results = requirements_of(db.session(), renewing.row, at(LAST))
    assert [(one.id, one.status) for one in results] == [
        ("practice-per-year", "met"), ("refresher", "not_met"), ("qa-observation", "not_met"),
        ("code-of-conduct", "met"), ("no-open-finding", "met"),
    ]  # fmt: skip


def test_who_observed_last_or_took_part_does_not_decide(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed()
    with write_tx() as session:
        for member in (world.tuan, world.bea):
            session.add(grant_of(member, RoleName.MASTER_TRAINER, issuer_id=world.issuer))
    for member, sentence in (
        (world.tuan, "Tuấn Lê observed the trainer."),
        (world.bea, "Bea Okafor facilitated the trainer's ToT."),
    ):
        for step in (renewing.grant, renewing.refuse):
            with pytest.raises(Refused) as refused:
                step(actor=member)
            assert ("independence", sentence) in told(refused)


def test_the_last_observer_does_not_decide_though_an_edition_frees_observers(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified, free_observers=True).reviewed()
    with write_tx() as session:
        session.add(grant_of(world.tuan, RoleName.MASTER_TRAINER, issuer_id=world.issuer))
    with pytest.raises(Refused) as refused:
        renewing.refuse(actor=world.tuan)
    assert told(refused) == [
        ("independence", "You observed this trainer last; another Master Trainer has to decide.")
    ]


def test_who_supervised_or_observed_does_not_review_for_quality(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open().file()
    with write_tx() as session:
        session.add_all(grant_of(one, RoleName.QA_REVIEWER) for one in (world.bo, world.tuan))
    for member, sentences in (
        (world.bo, ["Bo Nguyễn supervised the trainer.", "Bo Nguyễn recommended the trainer."]),
        (world.tuan, ["Tuấn Lê observed the trainer."]),
    ):
        with pytest.raises(Refused) as refused:
            renewing.review(actor=member)
        assert told(refused) == [("independence", sentence) for sentence in sentences]


def test_without_a_delegation_in_force_nothing_is_granted(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed()
    with write_tx() as session:
        session.get_one(Delegation, world.delegation).until_on = ENDS - 90 * DAY - DAY
    with pytest.raises(Refused) as refused:
        renewing.grant()
    assert [one.requirement for one in refused.value.refusals] == ["delegation"]
    assert renewing.refuse().row.state == "refused"


def test_whose_move_it_is(certified: Player, world: World) -> None:
    renewing = Renewing(certified)
    for actor in (world.olu, world.mika, world.kim):
        with pytest.raises(Forbidden):
            renewing.open(actor=actor)
    renewing.open()
    for name, actor, expected in (
        ("file", world.mika, Forbidden), ("file", world.lan, NotVisible), ("review", world.ana, Forbidden),
        ("grant", world.kim, Forbidden), ("refuse", world.olu, Forbidden), ("open", world.ana, Refused),
        ("assign_observer", world.mika, Forbidden),
    ):  # fmt: skip
        with pytest.raises(expected):
            renewing.move(name, actor, OPENS)


def test_facts_that_are_missing_or_wrong_are_told_by_field(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open()
    for declared in ({}, {"declaration": False}):
        with pytest.raises(InvalidFacts) as invalid:
            renewing.move("file", world.ana, OPENS, **declared)
        assert list(invalid.value.errors) == ["declaration"]
    renewing.file()
    with pytest.raises(InvalidFacts) as invalid:
        renewing.move("review", world.kim, OPENS)
    assert list(invalid.value.errors) == ["outcome"]
    renewing.review()
    for cited, sentence in (
        (None, "Each reason cites the requirement it rests on."),
        ("no-such", "“no-such” is no requirement of the scheme."),
    ):
        for name in ("grant", "refuse"):
            with pytest.raises(InvalidFacts) as invalid:
                renewing.move(name, world.mika, OPENS, reasons=[{"requirement": cited, "reason": "Because."}])
            assert invalid.value.errors == {"reasons": [sentence]}


def test_of_two_deciders_one_decides(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed()
    with write_tx() as session:
        session.add(grant_of(world.sami, RoleName.MASTER_TRAINER, issuer_id=world.issuer))
    renewing.grant()
    for step in (renewing.grant, renewing.refuse):
        with pytest.raises(Refused):
            step(actor=world.sami)
    assert len(renewing.certificates) == 2


def test_the_database_takes_one_undecided_renewal_and_one_grant(certified: Player, world: World) -> None:
    row = Renewing(certified).reviewed().grant().row

    def add_two(state: str, decided_at: datetime | None) -> None:
        with write_tx() as session:
            session.add_all(
                Renewal(
                    case_id=row.case_id, certification_id=row.certification_id,
                    credential_id=row.credential_id, state=state, state_since=at(OPENS),
                    opened_at=at(OPENS), decided_at=decided_at,
                )
                for _ in range(2)
            )  # fmt: skip

    for state, decided_at in (("open", None), ("granted", at(OPENS))):
        with pytest.raises(IntegrityError):
            add_two(state, decided_at)
        db.session.rollback()


def test_offers_show_each_move_with_what_is_in_its_way(certified: Player, world: World) -> None:
    renewing = Renewing(certified).open()
    with write_tx() as session:
        row = session.get_one(Renewal, renewing.id)
        early = engine.offers(row, world.actor(session, world.ana), at(OPENS))
        late = engine.offers(row, world.actor(session, world.ana), at(LAST + DAY))
    assert [(one.move.name, one.allowed) for one in early] == [("file", True)]
    assert [(one.move.name, [str(why.reason) for why in one.refusals]) for one in late] == [
        ("file", [TOO_LATE])
    ]
