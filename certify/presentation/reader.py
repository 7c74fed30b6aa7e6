"""In which language and zone the page speaks: the reader's own where they are known."""

from datetime import date, datetime

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import get_babel
from sqlalchemy.exc import SQLAlchemyError

from certify import auth
from certify.auth.marks import is_sessionless
from certify.models import Person
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of

# Babel's plain English writes days and hours as the United States do; the field does not.
ENGLISH = "en_GB"


def init_app(app: Flask) -> None:
    """Let every date and word of a page be its reader's."""
    babel = get_babel(app)
    babel.default_locale = ENGLISH
    babel.locale_selector = locale
    babel.timezone_selector = zone
    with app.app_context():
        found = {str(each) for each in babel.instance.list_translations()} - {ENGLISH}
    app.extensions["certify.languages"] = ("en", *sorted(found))


def sessionless() -> bool:
    """Whether this request must be answered without asking who reads."""
    return bool(g.get("sessionless")) or is_sessionless(request.path)


def locale() -> str | None:
    """The reader's chosen language if it is translated, else what the browser prefers."""
    if not has_request_context():
        return None
    spoken: tuple[str, ...] = current_app.extensions["certify.languages"]
    person = _reader()
    chosen = person.language if person else request.accept_languages.best_match(spoken, "en")
    return ENGLISH if chosen == "en" or chosen not in spoken else chosen


def zone() -> str | None:
    """The reader's zone, else the first of their country, else UTC."""
    person = _reader() if has_request_context() else None
    return person_zone(person) if person else "UTC"


def today(at: datetime) -> date:
    """The day that an instant is for the reader."""
    return day_in(at, zone() or "UTC")


def person_zone(person: Person) -> str:
    """The zone that a person reads instants in."""
    return person.zone or zone_of(person.country)


def _reader() -> Person | None:
    if sessionless():
        return None
    try:
        return auth.current_person()
    except SQLAlchemyError:
        return None
