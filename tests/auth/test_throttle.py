"""The throttle counts in the database, so that any number of processes allow what one would."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import update

from certify.auth.throttle import TooMany, count_try, forget_tries
from certify.models import ThrottleCount
from certify.models.store import own_tx, write_tx


def _allowed(app: Flask, whom: str) -> bool:
    with app.app_context():
        try:
            count_try("sign-in", whom)
        except TooMany:
            return False
    return True


def test_ten_tries_in_five_minutes_and_the_eleventh_says_how_long_to_wait(app: Flask) -> None:
    assert [_allowed(app, "ana@example.org") for _ in range(12)] == [True] * 10 + [False] * 2
    with pytest.raises(TooMany) as stopped:
        count_try("sign-in", "ana@example.org")
    assert 0 < stopped.value.retry_after <= 330


def test_exactly_ten_of_forty_at_once_get_through(app: Flask) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: _allowed(app, "ana@example.org"), range(40)))
    assert results.count(True) == 10


def test_one_account_does_not_count_for_another_and_case_makes_no_other(app: Flask) -> None:
    for _ in range(10):
        _allowed(app, "ana@example.org")
    assert _allowed(app, "kim@example.org")
    assert not _allowed(app, "ANA@example.org")


def test_it_passes_by_itself_even_while_a_stranger_goes_on_trying(app: Flask) -> None:
    for _ in range(30):
        _allowed(app, "ana@example.org")
    with own_tx() as session:
        session.execute(
            update(ThrottleCount)
            .where(ThrottleCount.window_start != 0)
            .values(window_start=ThrottleCount.window_start - 331)
        )
    assert _allowed(app, "ana@example.org")


def test_a_success_starts_counting_anew(app: Flask) -> None:
    for _ in range(10):
        _allowed(app, "ana@example.org")
    with write_tx() as session:
        forget_tries(session, "sign-in", "ana@example.org")
    assert _allowed(app, "ana@example.org")
