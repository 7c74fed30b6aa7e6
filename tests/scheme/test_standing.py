"""Standing: withdrawn, retired, suspended, then dates; against an oracle that walks the calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certify.scheme.standing import CertifiedRecord, Period, StandingChange, period_at, standing, standing_on
from certify.scheme.words import Standing

FIRST, LAST = date(2026, 11, 18), date(2029, 11, 18)
ZONES = [
    "Africa/Addis_Ababa",
    "America/Bogota",
    "America/Nuuk",
    "Asia/Kolkata",
    "Asia/Yangon",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
]
HANOI, BOGOTA = "Asia/Ho_Chi_Minh", "America/Bogota"


def record(
    *events: tuple[datetime, str], zone: str = "Asia/Shanghai", grace_days: int = 90
) -> CertifiedRecord:
    changes = tuple(StandingChange(*each) for each in events)
    return CertifiedRecord((Period(FIRST, LAST, zone, grace_days),), changes)


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
    never = CertifiedRecord((), ())
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
    over, grace_days = None, 0
    for each in found.periods:  # one takes over as soon as its first day has come where it was issued
        today = at.astimezone(ZoneInfo(each.zone)).date()
        if each.valid_from <= today:
            over, grace_days = (today - each.valid_until).days, each.grace_days
    if over is None:
        return Standing.NOT_YET_VALID
    if over <= 0:
        return Standing.VALID
    return Standing.IN_GRACE if over <= grace_days else Standing.EXPIRED


INSTANTS = st.integers(0, 6 * 366 * 86_400).map(
    lambda seconds: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
EVENTS = st.lists(
    st.builds(
        StandingChange, INSTANTS, st.sampled_from(["suspend", "reinstate", "suspend", "withdraw", "retire"])
    ),
    max_size=5,
).map(lambda events: tuple(sorted(events, key=lambda each: each.at)))


def chain(first: date, lengths: list[tuple[int, int, str, int]]) -> tuple[Period, ...]:
    """Periods one after the other: the days of the gap before each, length, zone and grace."""
    periods = []
    for gap, days, zone, grace in lengths:
        begins = first + timedelta(days=gap)
        periods.append(Period(begins, begins + timedelta(days=days), zone, grace))
        first = periods[-1].valid_until + timedelta(days=1)
    return tuple(periods)


CHAINS = st.builds(
    chain,
    st.dates(date(2026, 7, 1), date(2029, 12, 31)),
    st.lists(
        st.tuples(
            st.sampled_from([0, 0, 1, 40, 200]),
            st.integers(1, 700),
            st.sampled_from(ZONES),
            st.integers(0, 120),
        ),
        min_size=1,
        max_size=3,
    ),
)
RECORDS = st.builds(CertifiedRecord, CHAINS, EVENTS)


@st.composite
def around_an_edge(draw: st.DrawFn) -> tuple[CertifiedRecord, datetime]:
    """A record with an instant in the hours about the beginning or end of one of its periods."""
    found = draw(RECORDS)
    period = draw(st.sampled_from(found.periods))
    edge = draw(st.sampled_from([period.begins, period.ends]))
    return found, edge + timedelta(hours=draw(st.integers(-30, 30)))


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
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(period.zone)).astimezone(UTC)
    at = midnight + timedelta(microseconds=microseconds)
    assert standing(found, at) == oracle(found, at)


@given(around_an_edge())
def test_standing_agrees_with_the_oracle_in_the_hours_between_two_zones(
    case: tuple[CertifiedRecord, datetime],
) -> None:
    found, at = case
    assert standing(found, at) == oracle(found, at)


@given(RECORDS, INSTANTS, INSTANTS)
def test_what_happens_later_changes_no_earlier_answer(
    found: CertifiedRecord, at: datetime, later: datetime
) -> None:
    change = StandingChange(max(at, later) + timedelta(seconds=1), "withdraw")
    after = replace(found, events=(*found.events, change))
    assert standing(after, at) == standing(found, at)


@given(RECORDS, INSTANTS, st.integers(0, 300), st.sampled_from(ZONES))
def test_a_renewal_changes_nothing_before_its_first_instant(
    found: CertifiedRecord, at: datetime, gap: int, zone: str
) -> None:
    begins = found.periods[-1].valid_until + timedelta(days=1 + gap)
    after = Period(begins, begins + timedelta(days=1096), zone)
    if at < after.begins:
        renewed = replace(found, periods=(*found.periods, after))
        assert standing(renewed, at) == standing(found, at)


def test_a_gap_between_two_periods_reads_as_grace_and_then_as_expired() -> None:
    begins = LAST + timedelta(days=200)
    after = Period(begins, begins + timedelta(days=1096), "Asia/Shanghai")
    late = replace(record(), periods=(*record().periods, after))
    worth = [standing(late, local(f"{LAST + timedelta(days=n)}T12:00:00")) for n in (0, 1, 90, 91, 199, 200)]
    assert worth == ["valid", "in_grace", "in_grace", "expired", "expired", "valid"]


def test_a_renewal_granted_in_time_leaves_no_instant_without_a_valid_certificate() -> None:
    after = Period(date(2029, 11, 19), date(2032, 11, 18), "Asia/Shanghai", 90)
    renewed = replace(record(), periods=(*record().periods, after))
    for at in ("2029-11-18T23:59:59.999999", "2029-11-19T00:00:00", "2032-11-18T23:59:59.999999"):
        assert standing(renewed, local(at)) == Standing.VALID
    assert standing(renewed, local("2032-11-19T00:00:00")) == Standing.IN_GRACE


def test_a_certification_is_dated_by_the_period_of_the_instant_else_by_the_latest() -> None:
    first = Period(FIRST, LAST, HANOI)
    second = Period(LAST + timedelta(days=30), LAST + timedelta(days=900), HANOI)
    for on, period in (
        (FIRST - timedelta(days=1), second), (FIRST, first), (LAST, first),
        (LAST + timedelta(days=1), second), (second.valid_from, second), (date(2040, 1, 1), second),
    ):  # fmt: skip
        assert period_at((second, first), local(f"{on}T12:00:00", HANOI)) == period, on
    assert period_at((), local("2026-11-18T00:00:00")) is None


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        # Begun in the east, the next one counts, though the old one has hours left in the west.
        ((BOGOTA, HANOI), ("valid", 0, "valid", 1, "valid", 1)),
        # Ended in the east, the old one counts no more; until the next begins in the west there is grace.
        ((HANOI, BOGOTA), ("valid", 0, "in_grace", 1, "valid", 1)),
    ],
)
def test_a_renewal_by_a_body_in_another_zone_takes_over_at_its_own_first_instant(
    zones: tuple[str, str], expected: tuple[object, ...]
) -> None:
    periods = (
        Period(FIRST, LAST, zones[0], 90),
        Period(date(2029, 11, 19), date(2032, 11, 18), zones[1], 90),
    )
    renewed, told = CertifiedRecord(periods, ()), []
    for moment in (
        local("2029-11-18T23:59:59", HANOI), local("2029-11-19T00:00:00", HANOI),
        local("2029-11-19T00:00:00", BOGOTA),
    ):  # fmt: skip
        found = period_at(periods, moment)
        assert found is not None
        told += [standing(renewed, moment).value, periods.index(found)]
    assert tuple(told) == expected
    # Whatever the hours, no day is lost for who counts by days: each ends where its own certificate was.
    for day in (LAST, date(2029, 11, 19)):
        assert standing_on(renewed, day) is Standing.VALID


FAR_APART = chain(FIRST, [(0, 1000, "Etc/GMT+12", 90), (1, 1000, "Pacific/Kiritimati", 90)])


@given(RECORDS, st.integers(-3, 3), st.integers(0, 2), st.sampled_from(["valid_from", "valid_until"]))
@example(CertifiedRecord(FAR_APART, ()), 1, 0, "valid_until")
def test_a_day_counts_by_its_date_wherever_the_certificates_were_issued(
    found: CertifiedRecord, days: int, which: int, edge: str
) -> None:
    """Who delivers on a day that no certificate has is not certified on it, whatever the hour elsewhere."""
    quiet = replace(found, events=())
    day = getattr(quiet.periods[which % len(quiet.periods)], edge) + timedelta(days=days)
    has_one = any(each.valid_from <= day <= each.valid_until for each in quiet.periods)
    assert (standing_on(quiet, day) is Standing.VALID) == has_one


def test_a_change_is_dated_where_the_certificate_of_that_time_was_issued() -> None:
    periods = (Period(FIRST, LAST, HANOI), Period(date(2029, 11, 19), date(2032, 11, 18), BOGOTA))
    found = CertifiedRecord(periods, ())
    moments = (local("2028-01-01T12:00:00"), local("2030-01-01T12:00:00"), local("2040-01-01T12:00:00"))
    assert [found.zone_at(moment) for moment in moments] == [HANOI, BOGOTA, BOGOTA]
