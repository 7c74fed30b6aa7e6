"""Renewed before the end: until then the old validity is in force, and what is done counts for that one."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from certify.models import Activity, Assessment, Certification, db
from certify.models.store import own_tx, write_tx
from certify.queries.quality import unobserved
from certify.queries.renewals import renewal_standing
from certify.workflows.editions import publish
from tests.cast import LONG_AGO, World
from tests.player import EDITION, Player, at
from tests.workflows.renewing import DAY, ENDS, OPENS, Renewing, lenient


def test_the_next_countdown_is_met_by_nothing_of_the_validity_before(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed().grant(OPENS)
    strict = lenient(practice_cycles=1, qa_observations=1)
    with write_tx() as session:
        publish(session, replace(strict, name="score-2029", effective_on=OPENS + DAY), LONG_AGO)
    _observe_for_quality(certified, world, date(2028, 1, 3))
    stands = renewal_standing(db.session(), renewing.case, at(OPENS + 2 * DAY))
    assert stands is not None
    assert [(one.id, one.reasons[0], one.earliest_on) for one in stands.missing] == [
        (
            "practice-per-year",
            "0 of 1 cycles were delivered in the practice period from 2029-05-05 to 2030-05-04.",
            ENDS + DAY,
        ),
        ("qa-observation", "0 of 1 quality observations are in.", ENDS + DAY),
    ]


def test_who_was_observed_in_the_validity_in_force_is_not_asked_for_before_the_next_begins(
    certified: Player, world: World
) -> None:
    def unseen(day: date) -> list[str]:
        db.session.rollback()
        return list(db.session.scalars(select(Certification.id).where(unobserved(day))))

    renewing = Renewing(certified).reviewed()
    assert unseen(OPENS) == [certified.certification]
    _observe_for_quality(certified, world, date(2028, 1, 3))
    assert unseen(OPENS) == []
    renewing.grant(OPENS)
    assert (unseen(OPENS), unseen(ENDS)) == ([], [])
    assert unseen(ENDS + DAY) == [certified.certification]


def _observe_for_quality(certified: Player, world: World, day: date) -> None:
    """A workshop of that day was observed, and the checklist is in."""
    with own_tx() as session:
        workshop = session.get_one(Activity, certified.workshop)
        workshop.held_on = workshop.last_on = day
        session.add(
            Assessment(
                case_id=workshop.case_id, certification_id=certified.certification, activity_id=workshop.id,
                kind="qa", state="submitted", state_since=at(day), assessor_id=world.quy.id,
                created_at=at(day), submitted_at=at(day), falls_short=False,
                scores={one.id: 4 for one in EDITION.checklist if "classroom" in one.applies},
            )
        )  # fmt: skip
