"""Standing: withdrawn, retired, suspended, then dates; against an oracle that walks the calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certify.scheme.dates import start_of
from certify.scheme.standing import CertifiedRecord, Period, StandingChange, period_at, standing
from certify.scheme.words import Standing

FIRST, LAST = date(2026, 11, 18), date(2029, 11, 18)
ZONES = [
    "Africa/Addis_Ababa",
    "America/Bogota",
    "America/Nuuk",
    "Asia/Kolkata",
    "Asia/Yangon",
    "Pacific/Apia",
]


def record(
    *events: tuple[datetime, str], zone: str = "Asia/Shanghai", grace_days: int = 90
) -> CertifiedRecord:
    changes = tuple(StandingChange(*each) for each in events)
    return CertifiedRecord((Period(FIRST, LAST),), zone, changes, grace_days)


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-17T23:59:59", Standing.NOT_YET_VALID),
        ("2026-11-18T00:00:00", Standing.VALID),
        ("2029-11-18T23:59:59.999999", Standing.VALID),
        ("2029-11-19T00:00:00", Standing.IN_GRACE),
        ("2030-02-16T23:59:59", Standing.IN_GRACE),
        ("2030-02-17T00:00:00", Standing.EXPIRED),
    ],
)
def test_dates_run_from_midnight_to_the_last_second_in_the_certificate_s_zone(
    at: str, expected: Standing
) -> None:
    assert standing(record(), local(at)) == expected


def test_a_zone_further_west_ends_later() -> None:
    at = local("2029-11-19T00:00:00", "Asia/Shanghai")
    assert standing(record(zone="Asia/Shanghai"), at) == Standing.IN_GRACE
    assert standing(record(zone="America/Bogota"), at) == Standing.VALID


def test_who_was_never_certified_has_no_standing() -> None:
    never = CertifiedRecord((), "UTC", (), 90)
    assert standing(never, datetime(2027, 1, 1, tzinfo=UTC)) == Standing.NONE


def test_a_suspension_holds_until_it_is_lifted_even_past_the_end() -> None:
    suspended = record((local("2027-03-01T10:00:00"), "suspend"))
    lifted = record((local("2027-03-01T10:00:00"), "suspend"), (local("2027-05-01T10:00:00"), "reinstate"))
    for at, expected in (
        ("2027-03-01T09:59:59", Standing.VALID),
        ("2027-03-01T10:00:00", Standing.SUSPENDED),
        ("2031-01-01T00:00:00", Standing.SUSPENDED),
    ):
        assert standing(suspended, local(at)) == expected
    for at, expected in (
        ("2027-05-01T09:59:59", Standing.SUSPENDED),
        ("2027-05-01T10:00:00", Standing.VALID),
        ("2031-01-01T00:00:00", Standing.EXPIRED),
    ):
        assert standing(lifted, local(at)) == expected


def test_withdrawn_outranks_retired_and_both_outrank_a_suspension() -> None:
    begun, ended = local("2027-03-01T10:00:00"), local("2027-06-01T10:00:00")
    at = local("2027-07-01T00:00:00")
    assert standing(record((begun, "suspend"), (ended, "retire")), at) == Standing.RETIRED
    assert standing(record((begun, "retire"), (ended, "withdraw")), at) == Standing.WITHDRAWN
    assert standing(record((begun, "withdraw"), (ended, "retire")), at) == Standing.WITHDRAWN
    assert standing(record((begun, "withdraw"), (ended, "reinstate")), at) == Standing.WITHDRAWN


def test_the_past_is_answered_as_it_was() -> None:
    withdrawn = record((local("2027-06-01T10:00:00"), "withdraw"))
    assert standing(withdrawn, local("2027-05-31T23:59:59")) == Standing.VALID


def test_two_changes_at_one_instant_count_in_the_order_of_the_log() -> None:
    at = local("2027-06-01T10:00:00")
    assert standing(record((at, "suspend"), (at, "reinstate")), at) == Standing.VALID
    assert standing(record((at, "reinstate"), (at, "suspend")), at) == Standing.SUSPENDED


def oracle(found: CertifiedRecord, at: datetime) -> Standing:
    """The same answer by another way: walk through the log once, then read a wall calendar."""
    if not found.periods:
        return Standing.NONE
    ended, paused = "", False
    for change in found.events:
        if change.at > at:
            continue
        if change.kind in ("withdraw", "retire"):
            ended = "withdraw" if "withdraw" in (ended, change.kind) else "retire"
        elif change.kind == "suspend":
            paused = True
        else:
            paused = False
    if ended:
        return Standing.WITHDRAWN if ended == "withdraw" else Standing.RETIRED
    if paused:
        return Standing.SUSPENDED
    today = at.astimezone(ZoneInfo(found.zone)).date().toordinal()
    days = [(each.valid_from.toordinal(), each.valid_until.toordinal()) for each in found.periods]
    if any(first <= today <= last for first, last in days):
        return Standing.VALID
    over = [today - last for _, last in days if last < today]
    if not over:
        return Standing.NOT_YET_VALID
    return Standing.IN_GRACE if min(over) <= found.grace_days else Standing.EXPIRED


INSTANTS = st.integers(0, 6 * 366 * 86_400).map(
    lambda seconds: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
EVENTS = st.lists(
    st.builds(
        StandingChange, INSTANTS, st.sampled_from(["suspend", "reinstate", "suspend", "withdraw", "retire"])
    ),
    max_size=5,
).map(lambda events: tuple(sorted(events, key=lambda each: each.at)))


def chain(first: date, lengths: list[tuple[int, int]]) -> tuple[Period, ...]:
    """Periods one after the other, each with the days of the gap before it and its own length."""
    periods = []
    for gap, days in lengths:
        periods.append(Period(first + timedelta(days=gap), first + timedelta(days=gap + days)))
        first = periods[-1].valid_until + timedelta(days=1)
    return tuple(periods)


CHAINS = st.builds(
    chain,
    st.dates(date(2026, 7, 1), date(2029, 12, 31)),
    st.lists(st.tuples(st.sampled_from([0, 0, 1, 40, 200]), st.integers(0, 700)), min_size=1, max_size=3),
)
RECORDS = st.builds(CertifiedRecord, CHAINS, st.sampled_from(ZONES), EVENTS, st.integers(0, 120))


@given(RECORDS, INSTANTS)
@example(record(zone="America/Nuuk"), datetime(2026, 11, 18, 2, 0, tzinfo=UTC))
def test_standing_agrees_with_the_oracle(found: CertifiedRecord, at: datetime) -> None:
    assert standing(found, at) == oracle(found, at)


@given(RECORDS, st.integers(0, 2), st.integers(-1, 1), st.sampled_from(["valid_from", "valid_until"]))
def test_standing_agrees_with_the_oracle_around_midnight(
    found: CertifiedRecord, which: int, microseconds: int, edge: str
) -> None:
    period = found.periods[which % len(found.periods)]
    day = getattr(period, edge) + timedelta(days=edge == "valid_until")
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(found.zone)).astimezone(UTC)
    at = midnight + timedelta(microseconds=microseconds)
    assert standing(found, at) == oracle(found, at)


@given(RECORDS, INSTANTS, INSTANTS)
def test_what_happens_later_changes_no_earlier_answer(
    found: CertifiedRecord, at: datetime, later: datetime
) -> None:
    change = StandingChange(max(at, later) + timedelta(seconds=1), "withdraw")
    after = replace(found, events=(*found.events, change))
    assert standing(after, at) == standing(found, at)


@given(RECORDS, INSTANTS, st.integers(0, 300))
def test_a_renewal_changes_nothing_before_its_first_day(
    found: CertifiedRecord, at: datetime, gap: int
) -> None:
    begins = found.periods[-1].valid_until + timedelta(days=1 + gap)
    renewed = replace(found, periods=(*found.periods, Period(begins, begins + timedelta(days=1096))))
    if at < start_of(begins, found.zone):
        assert standing(renewed, at) == standing(found, at)


def test_a_gap_between_two_periods_reads_as_grace_and_then_as_expired() -> None:
    begins = LAST + timedelta(days=200)
    late = replace(record(), periods=(*record().periods, Period(begins, begins + timedelta(days=1096))))
    worth = [standing(late, local(f"{LAST + timedelta(days=n)}T12:00:00")) for n in (0, 1, 90, 91, 199, 200)]
    assert worth == ["valid", "in_grace", "in_grace", "expired", "expired", "valid"]


def test_a_renewal_granted_in_time_leaves_no_instant_without_a_valid_certificate() -> None:
    renewed = replace(record(), periods=(*record().periods, Period(date(2029, 11, 19), date(2032, 11, 18))))
    for at in ("2029-11-18T23:59:59.999999", "2029-11-19T00:00:00", "2032-11-18T23:59:59.999999"):
        assert standing(renewed, local(at)) == Standing.VALID
    assert standing(renewed, local("2032-11-19T00:00:00")) == Standing.IN_GRACE


def test_a_certification_is_dated_by_the_period_of_the_day_else_by_the_latest() -> None:
    first, second = Period(FIRST, LAST), Period(LAST + timedelta(days=30), LAST + timedelta(days=900))
    for on, period in (
        (FIRST - timedelta(days=1), second), (FIRST, first), (LAST, first),
        (LAST + timedelta(days=1), second), (second.valid_from, second), (date(2040, 1, 1), second),
    ):  # fmt: skip
        assert period_at((first, second), on) == period, on
    assert period_at((), FIRST) is None
