"""What a reinstatement brings is told before it is made, and in the letter; who gave up has it in writing."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Certification, IssuingBody, Message, db
from certify.models.store import own_tx
from certify.queries.consequences import consequences_of
from certify.reminders.categories import Category, category_of
from certify.reminders.texts import Reading, reading_of
from certify.workflows.case_terms import edition_of
from tests.cast import WORLD, World
from tests.licensing import Licensing
from tests.player import DECIDED_ON, Player, at
from tests.workflows.renewing import DAY, ENDS, Renewing

SUSPENDED_ON = ENDS - 10 * DAY


def foretold(played: Player, on: date) -> list[str]:
    """What the page of the move says."""
    case = db.session.get_one(Certification, played.certification)
    edition = edition_of(db.session(), case, at(on))
    return [str(one) for one in consequences_of(db.session(), case, "reinstate", edition, at(on))]


def letters(app: Flask, kinds: str) -> list[tuple[str, str, Reading]]:
    """Kind, recipient and words of the letters whose kind begins so."""
    db.session.rollback()
    asked = select(Message).where(Message.kind.startswith(kinds)).order_by(Message.kind)
    with app.test_request_context():
        return [(one.kind, one.name, reading_of(one.kind, one.params)) for one in db.session.scalars(asked)]


@pytest.mark.parametrize(
    ("on", "told", "kind", "says"),
    [
        (ENDS, "It is valid again, until 2029-05-04.", "reinstated", "It is valid again, until 4 May 2029."),
        (
            ENDS + DAY,
            "It does not become valid: its last day was 2029-05-04. It is in grace, and can be renewed as "
            "usual until 2029-08-02.",
            "reinstated_in_grace", "It is not valid all the same: its last day was 4 May 2029.",
        ),
        (
            date(2029, 8, 3),
            "It does not become valid: its last day was 2029-05-04, and its time of grace ended with "
            "2029-08-02. It has expired.",
            "reinstated_expired",
            "its last day was 4 May 2029, and its time of grace ended with 2 August 2029.",
        ),
    ],
)  # fmt: skip
def test_form_and_letter_say_what_the_certification_goes_back_to(
    app: Flask, certified: Player, world: World, on: date, told: str, kind: str, says: str
) -> None:
    certified.move("suspend", world.mika, SUSPENDED_ON, grounds="A complaint.")
    assert foretold(certified, on) == [told]
    certified.move("reinstate", world.mika, on, findings="Unfounded.")
    ((owed, name, reading),) = letters(app, "reinstated")
    assert (owed, name, reading.quotes) == (kind, world.ana.name, ("Unfounded.",))
    assert reading.sentences[0].endswith(says)
    assert "–" not in "".join(reading.sentences)
    assert category_of(kind) is Category.DECISION
    assert foretold(certified, on) == []  # nothing of a case that is not suspended


def test_what_is_not_valid_yet_says_from_when_it_is(app: Flask, recommended: Player, world: World) -> None:
    reasons = [{"requirement": "mean-score", "reason": "A mean of 4.0."}]
    begins = DECIDED_ON + 30 * DAY
    recommended.move("grant", world.maya, DECIDED_ON, reasons=reasons, effective_on=begins.isoformat())
    recommended.move("suspend", world.mika, DECIDED_ON + DAY, grounds="A complaint.")
    told = "It stands again, and is valid from 2026-06-03 to 2029-06-03."
    assert foretold(recommended, DECIDED_ON + 2 * DAY) == [told]
    recommended.move("reinstate", world.mika, DECIDED_ON + 2 * DAY, findings="Unfounded.")
    ((kind, _name, reading),) = letters(app, "reinstated")
    assert (kind, category_of(kind)) == ("reinstated_early", Category.DECISION)
    assert reading.sentences[0].endswith("It becomes valid on 3 June 2026, and ends with 3 June 2029.")


def test_the_last_instant_of_validity_is_that_of_the_certificate_s_zone(
    certified: Player, world: World
) -> None:
    """Its body has moved since; the certificate stays where it was issued."""
    with own_tx() as session:
        session.get_one(IssuingBody, WORLD.issuer).zone = "America/Bogota"
    certified.move("suspend", world.mika, SUSPENDED_ON, grounds="A complaint.")
    (told,) = foretold(certified, ENDS + DAY)  # ten in the morning in Hanoi, and the 4th in Bogotá
    assert told.startswith("It does not become valid")


def test_the_licence_and_the_renewal_that_wait_for_it_are_named(seasoned: Player, world: World) -> None:
    Licensing(seasoned).nominate().confirm().teach().examine().grant()
    Renewing(seasoned).reviewed(ENDS - 20 * DAY)
    seasoned.move("suspend", world.mika, SUSPENDED_ON, grounds="A complaint.")
    assert foretold(seasoned, SUSPENDED_ON + DAY) == [
        "It is valid again, until 2029-05-04.",
        "The Expert Trainer's licence in the module rests no longer, while its own days last.",
        "The renewal, which is reviewed, can then be decided on.",
    ]
    assert len(foretold(seasoned, ENDS + DAY)) == 2  # nothing of the licence, which rests on nothing valid


def test_who_gives_a_certification_up_has_it_in_writing_and_so_has_the_coordinator(
    app: Flask, certified: Player, world: World
) -> None:
    certified.move("retire", world.ana, DECIDED_ON + DAY)
    told = letters(app, "retire")
    assert [(kind, name) for kind, name, _ in told] == [
        ("retired", world.olu.name), ("retirement_confirmed", world.ana.name)
    ]  # fmt: skip
    own = told[1][2]
    assert own.subject == "You gave up your certification in module WPC"
    assert "tell the coordinator of your country" in own.sentences[-1]
    assert category_of("retirement_confirmed") is Category.DECISION


def test_who_is_withdrawn_has_one_letter_of_it(app: Flask, certified: Player, world: World) -> None:
    certified.move("withdraw", world.mika, DECIDED_ON + DAY, grounds="A complaint.")
    assert [(kind, name) for kind, name, _ in letters(app, "withdrawn")] == [("withdrawn", world.ana.name)]
    assert letters(app, "retire") == []
