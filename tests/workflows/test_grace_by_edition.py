"""The days of grace of a certificate are those of its own edition, whatever came after it."""

from dataclasses import replace
from datetime import date

from certify.models import Certification, Credential, db
from certify.models.store import own_tx
from certify.queries.verification import verdict_of
from certify.scheme.standing import standing
from certify.workflows.case_terms import certified_record
from certify.workflows.editions import publish
from tests.cast import World
from tests.conftest import NOW
from tests.licensing import Licensing
from tests.player import EDITION, Player, at
from tests.workflows.renewing import DAY, ENDS, Renewing


def told_under_another(number: str) -> None:
    """As if this certificate was given under a later edition, with a week of grace."""
    own = {**EDITION.parameters, "grace_days": replace(EDITION.parameters["grace_days"], value=7)}
    with own_tx() as session:
        later = replace(EDITION, name="score-2029", parameters=own, effective_on=date(2029, 1, 1))
        publish(session, later, NOW)
        session.query(Credential).filter_by(number=number).one().scheme_version = "score-2029"
    db.session.rollback()


def test_a_renewal_under_a_newer_edition_changes_no_earlier_answer(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed(ENDS - 60 * DAY).grant(ENDS + 80 * DAY)
    old, new = renewing.certificates
    told_under_another(new.number)
    gap, after = at(ENDS + 30 * DAY), at(new.valid_until + 30 * DAY)
    case = db.session.get_one(Certification, certified.certification)
    record = certified_record(db.session(), case)
    assert [standing(record, moment) for moment in (gap, after)] == ["in_grace", "expired"]
    worth = [verdict_of(db.session(), *each).reason for each in ((old.number, gap), (new.number, after))]
    assert worth == ["in_grace", "expired"]


def test_a_licence_tells_the_grace_of_the_certificate_beneath_it(seasoned: Player, world: World) -> None:
    number = Licensing(seasoned).nominate().confirm().teach().examine().grant().values["number"]
    told_under_another(number)
    case = db.session.get_one(Certification, seasoned.certification)
    moment = at(ENDS + 30 * DAY)
    assert standing(certified_record(db.session(), case), moment) == "in_grace"
    assert verdict_of(db.session(), number, moment).reason == "in_grace"
