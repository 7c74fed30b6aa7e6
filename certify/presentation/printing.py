"""What a printed page says of itself: who printed it, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from certify import auth
from certify.clock import ClockUnreadable
from certify.extensions import clock
from certify.presentation.reader import sessionless


@dataclass(frozen=True)
class Printing:
    """Empty where nobody may be asked: a page without a session, or an error of the clock or database."""

    by: str = ""
    at: datetime | None = None


def printing() -> Printing:
    """Who would print this page now."""
    try:
        at = clock().now()
    except ClockUnreadable:
        return Printing()
    if sessionless():
        return Printing(at=at)
    try:
        person = auth.current_person()
    except SQLAlchemyError:
        return Printing(at=at)
    return Printing(person.name if person else "", at)
