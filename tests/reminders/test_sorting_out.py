"""What becomes of the messages that somebody is owed, by their wishes and the hour where they are."""

from datetime import UTC, datetime, time, timedelta

import pytest

from certify.reminders.sorting_out import Owed, SortedOut, sort_out
from certify.reminders.wishes import USUAL, Wishes

ZONE = "Asia/Ho_Chi_Minh"  # seven hours ahead of UTC all year
NOON = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)  # 12:00 there
NIGHT = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)  # 22:00 there
DAILY = Wishes(is_daily=True)


def owed(*ids: str, kind: str = "recommendation-due", origin: str = "clock", ago: int = 0) -> list[Owed]:
    return [Owed(id, kind, origin, NOON - timedelta(hours=ago)) for id in ids]


def test_up_to_three_reminders_go_one_by_one() -> None:
    assert sort_out(owed("a", "b", "c"), USUAL, ZONE, NOON) == SortedOut(now=["a", "b", "c"])


def test_a_fourth_makes_them_one_letter() -> None:
    found = sort_out(owed("a", "b", "c", "d"), USUAL, ZONE, NOON)
    assert found == SortedOut(digest=["a", "b", "c", "d"], slot="2026-06-01T05:00")


def test_at_night_reminders_wait_until_morning_and_news_of_a_move_does_not() -> None:
    found = sort_out([*owed("a"), *owed("n", kind="waived", origin="move")], USUAL, ZONE, NIGHT)
    assert found == SortedOut(now=["n"], later=["a"], until=datetime(2026, 6, 2, 0, 0, tzinfo=UTC))


def test_who_wishes_no_quiet_hours_is_told_at_night() -> None:
    assert sort_out(owed("a"), Wishes(quiet=None), ZONE, NIGHT) == SortedOut(now=["a"])


def test_what_was_due_by_the_hour_of_the_daily_mail_is_in_it_and_the_rest_waits_for_the_next() -> None:
    found = sort_out([*owed("a", "b", ago=5), *owed("c", ago=1)], DAILY, ZONE, NOON)
    next_one = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)  # 08:00 there
    assert found == SortedOut(digest=["a", "b"], slot="2026-06-01", later=["c"], until=next_one)


def test_a_daily_mail_with_one_message_is_that_message() -> None:
    found = sort_out(owed("a", ago=5), DAILY, ZONE, NOON)
    assert (found.now, found.digest) == (["a"], [])


def test_news_of_a_move_waits_for_the_daily_mail() -> None:
    found = sort_out(owed("n", kind="waived", origin="move"), DAILY, ZONE, NOON)
    assert (found.now, found.later) == ([], ["n"])


@pytest.mark.parametrize(
    ("kind", "muted"),
    [("tot-soon", True), ("waived", False), ("recommendation-due", False), ("refused", False)],
)
def test_only_what_is_optional_and_done_without_is_muted(kind: str, muted: bool) -> None:
    wishes = Wishes(opted_out=frozenset({"ahead", "task", "decision"}))
    found = sort_out(owed("a", kind=kind), wishes, ZONE, NOON)
    assert (found.muted, found.now) == ((["a"], []) if muted else ([], ["a"]))


def test_quiet_hours_over_noon_end_the_same_day() -> None:
    wishes = Wishes(quiet=(time(11), time(13, 30)))
    assert sort_out(owed("a"), wishes, ZONE, NOON).until == datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
