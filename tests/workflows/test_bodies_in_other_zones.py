"""Certificates of one certification from bodies in several zones: every answer is by the zone of each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Credential, ExpertLicence, IssuingBody, Renewal, db
from certify.models.store import own_tx, write_tx
from certify.queries.lookups import lookups
from certify.queries.verification import verdict_looked_up, verdict_of
from certify.scheme.standing import standing
from certify.workflows import engine
from certify.workflows.case_terms import certified_record, validity_at
from certify.workflows.clock_moves import make_due
from certify.workflows.standings import standings_of
from tests.cast import WORLD, World
from tests.licensing import REASONS as FOR_A_LICENCE
from tests.licensing import Licensing
from tests.player import Player, at
from tests.workflows.renewing import DAY, ENDS, REASONS, Renewing

HANOI, BOGOTA = "Asia/Ho_Chi_Minh", "America/Bogota"
HANOI_TURNS = datetime(2029, 5, 4, 17, tzinfo=UTC)  # there 5 May begins
BOGOTA_TURNS = datetime(2029, 5, 5, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def issued_in(zone: str) -> None:
    """As if the certificates so far were issued where the clocks are other ones."""
    with own_tx() as session:
        for one in session.scalars(select(Credential)):
            one.zone = zone


def moved_to(zone: str) -> None:
    """The next one is issued there."""
    with own_tx() as session:
        session.get_one(IssuingBody, WORLD.issuer).zone = zone


def told(number: str, moment: datetime) -> tuple[str, str]:
    """Worth and first day without, by the number, the same by both ways."""
    slow = verdict_of(db.session(), number, moment)
    fast, _tries = verdict_looked_up(lookups(db.engine), number, moment, asker="a", since=0)
    assert fast == slow
    return slow.reason or "valid", str(slow.since)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            BOGOTA, HANOI,
            [
                (HANOI_TURNS - SECOND, "valid", "None", "not_yet_valid", "valid", 0),
                (HANOI_TURNS, "superseded", "2029-05-04", "valid", "valid", 1),
                (BOGOTA_TURNS, "superseded", "2029-05-04", "valid", "valid", 1),
            ],
        ),
        (
            HANOI, BOGOTA,
            [
                (HANOI_TURNS - SECOND, "valid", "None", "not_yet_valid", "valid", 0),
                (HANOI_TURNS, "in_grace", "2029-05-05", "not_yet_valid", "in_grace", 1),
                (BOGOTA_TURNS, "superseded", "2029-05-05", "valid", "valid", 1),
            ],
        ),
    ],
)  # fmt: skip
def test_certification_and_certificates_agree_in_the_hours_between_two_zones(
    certified: Player, world: World, first: str, second: str, expected: list[tuple[object, ...]]
) -> None:
    issued_in(first)
    moved_to(second)
    renewing = Renewing(certified).reviewed(ENDS - 60 * DAY).grant(ENDS - 60 * DAY)
    case, (old, new) = renewing.case, renewing.certificates
    for moment, of_old, since, of_new, stands, counts in expected:
        assert isinstance(moment, datetime)
        assert told(old.number, moment) == (of_old, since)
        assert told(new.number, moment)[0] == of_new
        assert standing(certified_record(db.session(), case), moment) == stands
        assert standings_of(db.session(), [case], moment) == {case.id: stands}
        period = validity_at(case, moment)
        assert period is not None
        dated = [(one.valid_from, one.valid_until, one.zone) for one in (old, new)]
        assert (period.valid_from, period.valid_until, period.zone) == dated[int(str(counts))]
    assert old.document is not None
    begins = HANOI_TURNS if second == HANOI else BOGOTA_TURNS
    assert old.document.ended_at == begins  # as its status list says
    make_due(at(ENDS - 5 * DAY))
    assert (make_due(begins - SECOND), make_due(begins)) == (0, 1)


def test_what_is_granted_before_the_old_one_ends_where_that_was_issued_is_granted_in_time(
    certified: Player, world: World
) -> None:
    """It is the 5th in Hanoi already, whose body grants; the certificate from Bogotá ends with the 4th."""
    issued_in(BOGOTA)
    renewing, moment = Renewing(certified).reviewed(ENDS - 60 * DAY), datetime(2029, 5, 4, 20, tzinfo=UTC)
    with write_tx() as session:
        mika = WORLD.actor(session, WORLD.mika, date(2029, 5, 5))
        engine.perform(session.get_one(Renewal, renewing.id), "grant", mika, moment, reasons=REASONS)
    row = renewing.row
    assert (row.valid_from, row.valid_until, row.anchor_day) == (date(2029, 5, 5), date(2032, 5, 4), 4)


def test_the_days_of_a_licence_are_counted_where_it_is_issued(seasoned: Player, world: World) -> None:
    """At three in the morning of the 4th in Hanoi it is the 3rd in Bogotá."""
    moved_to(BOGOTA)
    licence = Licensing(seasoned).nominate().confirm().teach().examine()
    with write_tx() as session:
        maya = WORLD.actor(session, WORLD.maya, date(2027, 5, 4))
        row = session.get_one(ExpertLicence, licence.id)
        engine.perform(row, "grant", maya, datetime(2027, 5, 3, 20, tzinfo=UTC), reasons=FOR_A_LICENCE)
    assert licence.values["valid"] == (date(2027, 5, 3), date(2030, 5, 3))
    number = licence.values["number"]
    assert told(number, datetime(2027, 5, 3, 20, tzinfo=UTC)) == ("valid", "None")


def test_of_two_successors_of_a_licence_the_clock_goes_by_the_one_that_counts(
    seasoned: Player, world: World
) -> None:
    first = Licensing(seasoned).nominate().confirm().teach().examine().grant()
    with own_tx() as session:  # her own certification, renewed until then
        asked = select(Credential).where(Credential.type == "trainer_certification")
        session.scalars(asked).one().valid_until = date(2032, 5, 4)
    on = date(2030, 3, 1)
    withdrawn = Licensing(seasoned).nominate(on=on).confirm(on).examine(on=on).grant(on=on)
    withdrawn.move("withdraw", WORLD.mika, on, grounds="Granted in error.")
    third = Licensing(seasoned).nominate(on=on).confirm(on).examine(on=on).grant(on=on)
    assert third.values["valid"] == (date(2030, 5, 4), date(2033, 5, 3))
    make_due(at(on))
    assert make_due(at(date(2030, 5, 4))) == 1
    with db.session() as session:
        states = {one.number: str(one.state) for one in session.scalars(select(Credential))}
    assert [states[one.values["number"]] for one in (first, withdrawn, third)] == [
        "superseded", "revoked", "issued"
    ]  # fmt: skip
    assert told(first.values["number"], at(date(2030, 5, 4))) == ("superseded", "2030-05-04")


def test_before_a_certification_was_withdrawn_its_licence_ran_out_with_it(
    seasoned: Player, world: World
) -> None:
    """Withdrawn after its end: asked about the days between, the licence had nothing to rest on."""
    number = Licensing(seasoned).nominate().confirm().teach().examine().grant().values["number"]
    seasoned.move("withdraw", world.mika, ENDS + 60 * DAY, grounds="A complaint.")
    asked = verdict_of(db.session(), number, at(ENDS + 80 * DAY), ENDS + 30 * DAY)
    assert (asked.reason, asked.since) == ("in_grace", ENDS + DAY)


def test_the_command_names_the_zone_of_a_successor_where_it_is_another_one(
    app: Flask, certified: Player, world: World
) -> None:
    issued_in(BOGOTA)
    old, new = Renewing(certified).reviewed(ENDS - 60 * DAY).grant(ENDS - 60 * DAY).certificates
    said = app.test_cli_runner().invoke(args=["explain", old.number, "--at", "2029-05-05"]).output
    settled = f"{new.number} follows this one from 2029-05-05, in {HANOI}.  <- this settles it"
    assert said.splitlines()[-2:] == [
        f"  5. {settled}",
        "  => not currently valid: superseded since 2029-05-04",
    ]
