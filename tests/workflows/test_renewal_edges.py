"""Renewal at its edges: two zones, a certificate ended after it had taken over, a letter that comes late."""

from datetime import UTC, datetime, time

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Credential, Message, db
from certify.models.store import own_tx, write_tx
from certify.queries.tasks import Asking
from certify.queries.upkeep import errands
from certify.queries.verification import verdict_of
from certify.reminders.texts import reading_of
from certify.scheme.rules.renewing import Route
from certify.workflows.clock_moves import make_due
from tests.cast import WORLD, World
from tests.player import Player, at
from tests.workflows.renewing import DAY, ENDS, GRACE_ENDS, Renewing


def test_the_last_day_of_grace_is_that_of_the_certificate_s_zone(certified: Player, world: World) -> None:
    """It is the morning of the next day in Hanoi, and still the last day of grace in New York."""
    with own_tx() as session:
        session.scalars(select(Credential)).one().zone = "America/New_York"
    renewing, moment = Renewing(certified), datetime.combine(GRACE_ENDS + DAY, time(2), UTC)
    (certificate,) = renewing.certificates
    assert verdict_of(db.session(), certificate.number, moment).reason == "in_grace"
    renewing.open(GRACE_ENDS)
    with write_tx() as session:
        actor = WORLD.actor(session, WORLD.ana, GRACE_ENDS + DAY)
        (errand,) = errands(Asking(session, actor, moment)).values()
        assert errand.due_on == GRACE_ENDS
    renewing.move("file", WORLD.ana, GRACE_ENDS + DAY, declaration=True)
    assert (renewing.row.route, Route(renewing.row.route)) == ("in_grace", Route.IN_GRACE)


@pytest.mark.parametrize(
    ("withdrawn_on", "expected"),
    [
        (ENDS + 100 * DAY, ("superseded", ENDS + DAY, True)),
        # It never began: nothing took the place of the one before.
        (ENDS - DAY, ("withdrawn", ENDS - DAY, False)),
    ],
)
def test_what_took_over_and_was_withdrawn_later_is_still_the_successor(
    certified: Player, world: World, withdrawn_on: object, expected: tuple[str, object, bool]
) -> None:
    renewing = Renewing(certified).reviewed(ENDS - 30 * DAY).grant(ENDS - 20 * DAY)
    make_due(at(min(withdrawn_on, ENDS + 5 * DAY)))  # type: ignore[type-var]
    certified.move("withdraw", world.mika, withdrawn_on, grounds="A complaint.")  # type: ignore[arg-type]
    old, new = renewing.certificates
    asked = verdict_of(db.session(), old.number, at(ENDS + 200 * DAY), ENDS + 50 * DAY)
    reason, since, follows = expected
    assert (asked.reason, asked.since) == (reason, since)
    today = verdict_of(db.session(), old.number, at(ENDS + 200 * DAY))
    assert (today.reason, today.superseded_by) == ("withdrawn", new.number if follows else None)


def test_the_letter_of_a_refusal_says_nothing_untrue_of_a_certificate_that_has_ended(
    certified: Player, world: World, app: Flask
) -> None:
    Renewing(certified).reviewed(ENDS + DAY).refuse(ENDS + 2 * DAY)
    letter = db.session.scalars(select(Message).where(Message.kind == "renewal_refused")).one()
    with app.test_request_context():
        said = " ".join(reading_of(letter.kind, letter.params).sentences)
    assert "stays valid" not in said
    assert "changes nothing of your present certificate, whose last day is 4 May 2029" in said
