"""The public question about a number: what the register holds of it, and what that is worth."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from certify.credentials.numbers import is_stored_form, normalise
from certify.credentials.verdict import CredentialRecord, VerdictDocument, unknown, verdict
from certify.queries.lookups import Lookups
from certify.queries.register import records_of
from certify.scheme.sentences import say

LONGEST_ECHO = 64
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BadDay(ValueError):
    """The day that is asked about is no day; the sentence is fit for the screen."""


def asked_day(text: str | None) -> date | None:
    """The day that `?on=` asks about; None when none is given. Raises BadDay."""
    if not text:
        return None
    if _DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is not None and 1990 <= day.year <= 2200:
            return day
    raise BadDay(say("Give a day like 2026-11-22, between 1990 and 2200."))


def verdict_of(session: Session, number: str, at: datetime, on: date | None = None) -> VerdictDocument:
    """What the certificate with this number is worth, asked at `at`, about now or the end of a day.

    Every text gets an answer. A malformed number is looked up like a well-formed one, so that known,
    unknown and malformed cost the same query.
    """
    return verdicts_of(session, [number], at, on)[0]


def verdicts_of(
    session: Session, numbers: Sequence[str], at: datetime, on: date | None = None
) -> list[VerdictDocument]:
    """The same about many certificates, in the order asked, for the one query."""
    written = [normalise(number) for number in numbers]
    records = records_of(session, [each or "" for each in written])
    return [
        _answer(records.get(known or ""), known or number, at, on)
        for number, known in zip(numbers, written, strict=True)
    ]


def verdict_looked_up(
    found: Lookups, number: str, at: datetime, *, asker: str, since: int
) -> tuple[VerdictDocument, int]:
    """The answer of this moment by the shortest way, and how often the asker was counted of late.

    What is written as we store it is asked as it is: a wrong check character is in no register.
    """
    known = number if is_stored_form(number) else normalise(number)
    record, tries = found.ask(known or "", asker=asker, since=since)
    return _answer(record, known or number, at, None), tries


def _answer(record: CredentialRecord | None, number: str, at: datetime, on: date | None) -> VerdictDocument:
    if record is None:
        return unknown(number.strip()[:LONGEST_ECHO], at, on)
    return verdict(record, at, on)
