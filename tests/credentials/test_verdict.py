"""The verdict: what a certificate is worth on a day, word for word as the interface promises."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.credentials.verdict import (
    CredentialRecord,
    unknown,
    verdict,
)
from certify.scheme.standing import StandingChange

HANOI = "Asia/Ho_Chi_Minh"  # UTC+7, no summer time
RECORD = CredentialRecord(
    number="TC-7F3K-Q2MX-9B4D-R",
    holder="Nguyễn Thị Hồng Hạnh",
    module="WPC",
    country="VN",
    credential_type="trainer_certification",
    scheme_version="score-2026",
    issuer="SCORE Việt Nam",
    zone=HANOI,
    valid_from=date(2026, 5, 4),
    valid_until=date(2029, 5, 4),
    grace_days=90,
)
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


def said(record: CredentialRecord, at: datetime = NOW, on: date | None = None) -> tuple[str, str | None, str]:
    document = verdict(record, at, on)
    return str(document.verdict), document.reason, str(document.since)


def change(kind: str, at: datetime) -> StandingChange:
    return StandingChange(at, kind)


def test_the_document_has_the_fields_of_the_interface_in_their_order() -> None:
    assert list(verdict(RECORD, NOW).as_json()) == [
        "number", "verdict", "reason", "since", "holder", "module", "country", "credential_type",
        "scheme_version", "issuer", "valid_from", "valid_until", "supersedes", "superseded_by",
        "renewal_filed", "recognised", "as_of", "on",
    ]  # fmt: skip


def test_a_valid_certificate_reads_so_in_full() -> None:
    assert verdict(RECORD, NOW).as_json() == {
        "number": "TC-7F3K-Q2MX-9B4D-R",
        "verdict": "valid",
        "reason": None,
        "since": None,
        "holder": "Nguyễn Thị Hồng Hạnh",
        "module": "WPC",
        "country": "VN",
        "credential_type": "trainer_certification",
        "scheme_version": "score-2026",
        "issuer": "SCORE Việt Nam",
        "valid_from": "2026-05-04",
        "valid_until": "2029-05-04",
        "supersedes": None,
        "superseded_by": None,
        "renewal_filed": False,
        "recognised": None,
        "as_of": "2026-06-01T03:00:00Z",
        "on": None,
    }


def test_an_unknown_number_says_nothing_but_that() -> None:
    document = unknown("TC-0", NOW, date(2026, 1, 1)).as_json()
    assert {key: value for key, value in document.items() if value is not None} == {
        "number": "TC-0",
        "verdict": "unknown",
        "as_of": "2026-06-01T03:00:00Z",
        "on": "2026-01-01",
    }
    assert list(document) == list(verdict(RECORD, NOW).as_json())


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-05-03T16:59:59+00:00", ("not_currently_valid", "not_yet_valid", "None")),
        ("2026-05-03T17:00:00+00:00", ("valid", None, "None")),  # midnight in Hanoi
        ("2029-05-04T16:59:59+00:00", ("valid", None, "None")),
        ("2029-05-04T17:00:00+00:00", ("not_currently_valid", "in_grace", "2029-05-05")),
        ("2029-08-02T16:59:59+00:00", ("not_currently_valid", "in_grace", "2029-05-05")),
        ("2029-08-02T17:00:00+00:00", ("not_currently_valid", "expired", "2029-05-05")),
    ],
)
def test_validity_begins_and_ends_with_days_of_the_credentials_zone(
    at: str, expected: tuple[str, str | None, str]
) -> None:
    assert said(RECORD, datetime.fromisoformat(at)) == expected


def test_a_suspension_counts_from_its_instant_and_a_past_day_is_told_as_it_ended() -> None:
    suspended = replace(
        RECORD,
        changes=(
            change("suspend", datetime(2026, 7, 1, 18, tzinfo=UTC)),  # 2 July, one o'clock, in Hanoi
            change("reinstate", datetime(2026, 9, 1, 3, tzinfo=UTC)),
        ),
    )
    at = datetime(2026, 10, 1, tzinfo=UTC)
    assert said(suspended, at) == ("valid", None, "None")
    assert said(suspended, at, date(2026, 7, 1)) == ("valid", None, "None")
    assert said(suspended, at, date(2026, 7, 2)) == ("not_currently_valid", "suspended", "2026-07-02")
    assert said(suspended, at, date(2026, 8, 31)) == ("not_currently_valid", "suspended", "2026-07-02")
    assert said(suspended, at, date(2026, 9, 1)) == ("valid", None, "None")


def test_a_second_suspension_tells_its_own_day() -> None:
    twice = tuple(
        change(kind, datetime(2026, month, 1, 3, tzinfo=UTC))
        for kind, month in (("suspend", 6), ("reinstate", 7), ("suspend", 8))
    )
    at = datetime(2026, 9, 1, tzinfo=UTC)
    assert said(replace(RECORD, changes=twice), at)[2] == "2026-08-01"


@pytest.mark.parametrize(("kind", "reason"), [("withdraw", "withdrawn"), ("retire", "retired")])
def test_an_end_stands_for_ever_and_the_days_before_it_stay_good(kind: str, reason: str) -> None:
    ended = replace(
        RECORD,
        changes=(change(kind, datetime(2026, 8, 1, 3, tzinfo=UTC)),),
        revoked_at=datetime(2026, 8, 1, 3, tzinfo=UTC),
    )
    at = datetime(2030, 1, 1, tzinfo=UTC)
    assert said(ended, at) == ("not_currently_valid", reason, "2026-08-01")
    assert said(ended, at, date(2026, 7, 31)) == ("valid", None, "None")
    assert said(ended, at, date(2040, 1, 1)) == ("not_currently_valid", reason, "2026-08-01")


def test_a_certificate_revoked_by_itself_reads_as_withdrawn_from_that_day() -> None:
    revoked = replace(RECORD, revoked_at=datetime(2026, 5, 20, 3, tzinfo=UTC))
    assert said(revoked) == ("not_currently_valid", "withdrawn", "2026-05-20")
    assert said(revoked, on=date(2026, 5, 19)) == ("valid", None, "None")


SUCCEEDED = replace(RECORD, superseded_by="TC-NEW", successor_from=date(2026, 6, 1))


def test_a_successor_takes_over_at_its_start_and_not_before() -> None:
    before = datetime(2026, 5, 31, 16, 59, 59, tzinfo=UTC)
    assert said(SUCCEEDED, before) == ("valid", None, "None")
    assert said(SUCCEEDED, before + timedelta(seconds=1)) == (
        "not_currently_valid", "superseded", "2026-06-01",
    )  # fmt: skip


def test_superseded_comes_after_suspended_and_before_the_dates() -> None:
    at = datetime(2031, 1, 1, tzinfo=UTC)
    assert said(SUCCEEDED, at)[1] == "superseded"
    suspended = replace(SUCCEEDED, changes=(change("suspend", datetime(2026, 6, 2, tzinfo=UTC)),))
    assert said(suspended, at)[1] == "suspended"


def test_today_asks_about_now_and_not_about_the_evening() -> None:
    """On the last day but one instant after a withdrawal later that day is not yet known."""
    tonight = replace(RECORD, changes=(change("withdraw", NOW + timedelta(hours=2)),))
    assert said(tonight, NOW, date(2026, 6, 1)) == ("valid", None, "None")
    assert said(tonight, NOW + timedelta(hours=3), date(2026, 6, 1))[1] == "withdrawn"


def test_today_is_the_day_in_the_credentials_zone() -> None:
    late = datetime(2029, 5, 4, 18, tzinfo=UTC)  # already 5 May in Hanoi
    assert said(RECORD, late, date(2029, 5, 5)) == ("not_currently_valid", "in_grace", "2029-05-05")
    assert said(RECORD, late, date(2029, 5, 4)) == ("valid", None, "None")


def test_a_future_day_is_answered_as_if_nothing_changed() -> None:
    assert said(RECORD, on=date(2028, 1, 1)) == ("valid", None, "None")
    assert said(RECORD, on=date(2029, 5, 5)) == ("not_currently_valid", "in_grace", "2029-05-05")
    assert said(RECORD, on=date(2030, 1, 1)) == ("not_currently_valid", "expired", "2029-05-05")


def test_a_recognised_certificate_names_its_source() -> None:
    document = verdict(replace(RECORD, recognised=("SCORE Indonesia", "ID-77")), NOW)
    assert document.recognised == {"source": "SCORE Indonesia", "number": "ID-77"}


@given(
    on=st.dates(date(1990, 1, 1), date(2200, 12, 31)),
    zone=st.sampled_from([HANOI, "Pacific/Kiritimati", "Pacific/Midway", "America/Nuuk", "UTC"]),
)
def test_valid_on_exactly_the_days_from_first_to_last_in_every_zone(on: date, zone: str) -> None:
    record = replace(RECORD, zone=zone)
    at = datetime(2025, 1, 1, tzinfo=UTC)
    valid = verdict(record, at, on).verdict == "valid"
    if on not in (date(2024, 12, 31), date(2025, 1, 1)):  # today somewhere
        assert valid == (record.valid_from <= on <= record.valid_until)


@pytest.mark.parametrize(
    ("filings", "changes", "seen"),
    [
        ((), (), [False, False, False]),
        (((1, None),), (), [False, True, True]),
        (((1, 2),), (), [False, True, False]),
        (((-9, -5), (2, None)), (), [False, False, True]),
        (((-9, None),), ("suspend",), [True, True, True]),
        (((-9, None),), ("withdraw",), [False, False, False]),
        (((-9, None),), ("retire",), [False, False, False]),
    ],
)
def test_a_filed_renewal_is_told_until_it_is_decided_and_changes_no_verdict(
    filings: tuple[tuple[int, int | None], ...], changes: tuple[str, ...], seen: list[bool]
) -> None:
    def day(n: int | None) -> datetime | None:
        return None if n is None else NOW + timedelta(days=n)

    record = replace(
        RECORD,
        changes=tuple(change(kind, NOW - timedelta(days=1)) for kind in changes),
        filings=tuple((day(filed), day(decided)) for filed, decided in filings),
    )
    asked = [verdict(record, NOW + timedelta(days=n)) for n in (0, 1, 2)]
    assert [one.renewal_filed for one in asked] == seen
    plain = replace(record, filings=())
    assert [replace(one, renewal_filed=False) for one in asked] == [
        verdict(plain, NOW + timedelta(days=n)) for n in (0, 1, 2)
    ]
