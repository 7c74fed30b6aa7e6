"""A certification and its certificates never disagree, wherever each of them was issued, at no instant."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from certify.credentials.reasoning import reasoning
from certify.credentials.verdict import CredentialRecord, verdict
from certify.scheme.standing import CertifiedRecord, Period, standing
from certify.scheme.words import Standing
from tests.credentials.test_verdict import RECORD
from tests.scheme.test_standing import (
    BOGOTA,
    FIRST,
    HANOI,
    INSTANTS,
    LAST,
    RECORDS,
    ZONES,
    around_an_edge,
    local,
)

NEXT = date(2029, 11, 19), date(2032, 11, 18)
CASES = around_an_edge() | st.tuples(RECORDS, INSTANTS)


def certificates(found: CertifiedRecord) -> list[CredentialRecord]:
    """What the register knows of each certificate of a certification."""
    one = replace(RECORD, changes=found.events)
    return [
        replace(
            one,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
            zone=each.zone,
            grace_days=each.grace_days,
            superseded_by="TC-2" if after else None,
            successor_from=after.valid_from if after else None,
            successor_zone=after.zone if after else None,
        )
        for each, after in zip(found.periods, (*found.periods[1:], None), strict=True)
    ]


def licence(found: CertifiedRecord, zone: str) -> CredentialRecord:
    """A licence that rests on it, and has days enough itself."""
    days = {"valid_from": date(2020, 1, 1), "valid_until": date(2060, 1, 1), "zone": zone}
    more = {"changes": found.events, "rests_on": found.periods}
    return replace(RECORD, credential_type="expert_trainer_licence", **days, **more)


def renewed(first: str, second: str) -> CertifiedRecord:
    return CertifiedRecord((Period(FIRST, LAST, first, 90), Period(*NEXT, second, 90)), ())


@given(CASES)
@example((renewed(HANOI, BOGOTA), local("2029-11-19T00:00:00", HANOI)))
@example((renewed(BOGOTA, HANOI), local("2029-11-19T00:00:00", HANOI)))
def test_the_certification_stands_as_the_one_certificate_that_counts(
    case: tuple[CertifiedRecord, datetime],
) -> None:
    found, at = case
    worth = {verdict(one, at).reason or "valid" for one in certificates(found)}
    counting = worth - {"superseded"}
    if len(counting) > 1:  # the next one is issued already
        counting -= {"not_yet_valid"}
    assert counting == {standing(found, at).value}


@given(CASES, st.sampled_from(ZONES))
def test_a_licence_is_worth_what_the_certification_beneath_it_is(
    case: tuple[CertifiedRecord, datetime], zone: str
) -> None:
    found, at = case
    answer, lines = reasoning(licence(found, zone), at)
    assert (answer.reason or "valid") == standing(found, at).value
    dated = (Standing.NOT_YET_VALID, Standing.IN_GRACE, Standing.EXPIRED)
    named = "beneath" if answer.reason in dated else answer.reason
    assert [line.about for line in lines if line.settles] == ([named] if named else [])


@given(CASES)
def test_the_line_that_settles_a_certificate_names_its_reason(
    case: tuple[CertifiedRecord, datetime],
) -> None:
    found, at = case
    for one in certificates(found):
        answer, lines = reasoning(one, at)
        named = "expired" if answer.reason == "in_grace" else answer.reason
        assert [line.about for line in lines if line.settles] == ([named] if named else [])


def test_the_day_on_which_another_body_s_certificate_took_over_is_told_where_this_one_was_issued() -> None:
    old, _ = certificates(renewed(BOGOTA, HANOI))
    at = local("2029-11-19T00:00:00", HANOI)
    assert verdict(old, at - timedelta(seconds=1)).reason is None
    answer, lines = reasoning(old, at)
    assert (answer.reason, answer.since) == ("superseded", date(2029, 11, 18))
    assert str(lines[-1].known) == "TC-2 follows this one from 2029-11-19, in Asia/Ho_Chi_Minh."


def test_a_licence_names_the_zone_of_the_certification_beneath_it_where_it_is_another_one() -> None:
    beneath = licence(CertifiedRecord((Period(FIRST, LAST, HANOI, 90),), ()), BOGOTA)
    answer, lines = reasoning(beneath, local("2029-11-19T00:00:00", HANOI))
    assert (answer.reason, answer.since) == ("in_grace", date(2029, 11, 18))  # 12:00 that day in Bogotá
    assert str(lines[-1].known) == (
        "The certification that the licence rests on has its last day on 2029-11-18, in Asia/Ho_Chi_Minh."
    )
    before = reasoning(beneath, local("2026-11-01T00:00:00"))[1]
    assert str(before[-1].known) == (
        "The certification that the licence rests on begins with the day 2026-11-18, in Asia/Ho_Chi_Minh."
    )


def test_in_a_gap_beneath_it_a_licence_names_the_period_that_ended() -> None:
    late = Period(date(2030, 1, 1), date(2033, 1, 1), HANOI)
    found = CertifiedRecord((Period(FIRST, LAST, HANOI, 90), late), ())
    lines = reasoning(licence(found, HANOI), local("2029-12-01T00:00:00", HANOI))[1]
    assert (str(lines[-1].known), lines[-1].settles) == (
        "The certification that the licence rests on has its last day on 2029-11-18.", True
    )  # fmt: skip
