"""How values read on the screen: words of the vocabularies, tones of states, days, countries, sentences."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from babel.units import format_unit
from flask import Flask
from flask_babel import format_date, format_time, get_locale, get_timezone, gettext
from markupsafe import Markup

from certify.presentation.advice import advice, is_for_candidate
from certify.presentation.charts import bar_chart, line_chart
from certify.presentation.citations import citations, cite
from certify.presentation.filters import give_filters
from certify.presentation.own_data import data_label
from certify.presentation.refusals import by_requirement
from certify.presentation.tones import TONES
from certify.presentation.words import OTHER_WORDS, WORDS
from certify.scheme.sentences import Sentence
from certify.scheme.types import Edition

T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Give the templates their filters."""
    own = (advice, is_for_candidate, shown_value, data_label, data_value, citations, cite)
    days = (day, overdue, period, instant, moment, zone_name)
    give_filters(app, *days, size, country, language, module, word, tone, say, by_requirement, *own)
    app.jinja_env.globals["page_language"] = page_language
    app.jinja_env.globals["page_direction"] = page_direction
    app.jinja_env.globals["bar_chart"] = bar_chart
    app.jinja_env.globals["line_chart"] = line_chart


def page_language() -> str:
    """The language of the page, for `<html lang>`."""
    locale = get_locale()
    return str(locale.language) if locale else "en"


def page_direction() -> str:
    """`ltr` or `rtl`, for `<html dir>`."""
    locale = get_locale()
    return str(locale.text_direction) if locale else "ltr"


def day(value: date | None) -> str:
    """A calendar day as the reader's language writes it; a day has no zone."""
    if value is None:
        return "–"
    # An instant is moved to the reader's zone by format_date; a day must not be.
    return str(format_date(value, "medium", rebase=isinstance(value, datetime)))


def overdue(due_on: date) -> str:
    """Since when something is overdue: its last good day is not the first bad one."""
    return str(gettext("Overdue since %(day)s", day=day(due_on + timedelta(days=1))))


def period(from_on: date | None, until_on: date | None = None, *, today: date | None = None) -> str:
    """From one day to another, either of them open: "since 26 Mar 2022"; "from" where it is yet to come."""
    if from_on and until_on:
        return f"{day(from_on)} – {day(until_on)}"
    if from_on and today and from_on > today:
        return str(gettext("from %(day)s", day=day(from_on)))
    if from_on:
        return str(gettext("since %(day)s", day=day(from_on)))
    return str(gettext("until %(day)s", day=day(until_on))) if until_on else "–"


def instant(value: datetime | None, zone: str | None = None) -> str:
    """A moment in the reader's zone, or in another, which is named: "20 Nov 2026, 10:00 Vietnam Time"."""
    if value is None:
        return "–"
    own = zone is None
    there = value if own else value.astimezone(ZoneInfo(zone or "UTC"))
    shown = f"{format_date(there, 'medium', rebase=own)}, {format_time(there, 'short', rebase=own)}"
    return f"{shown} {zone_name(zone or str(get_timezone() or 'UTC'))}"


def moment(value: datetime, zone: str | None = None) -> Markup:
    """The same as a page holds it, with the instant in UTC for programs."""
    utc = value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(utc, instant(value, zone))


def zone_name(zone: str) -> str:
    """How the reader calls a time zone."""
    return "UTC" if zone == "UTC" else str(get_timezone_location(zone, locale=get_locale()))


def size(n_bytes: int) -> str:
    """The size of a file as people say it: "118 kB"."""
    unit, shown = ("megabyte", n_bytes / 1e6) if n_bytes >= 1e6 else ("kilobyte", max(n_bytes / 1e3, 1))
    return str(format_unit(round(shown, 1 if unit == "megabyte" else 0), unit, "short", locale=get_locale()))


def country(code: str | None) -> str:
    """The name of a country in the reader's language; an unknown code stays as it is."""
    if not code:
        return "–"
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code


def language(code: str) -> str:
    """The name of a language in the reader's own; a language that somebody spelt out stays as it is."""
    locale = get_locale()
    return str(locale.languages.get(code, code)) if locale else code


def module(code: str | None, edition: Edition | None = None) -> str:
    """A module as "Workplace Cooperation (WPC)" where the edition is at hand, else its code."""
    if not code:
        return "–"
    if edition is None or code not in edition.modules:
        return code
    return f"{edition.modules[code].name} ({code})"


def word(value: str | None) -> str:
    """The shown word of a state, kind, role, standing or relation."""
    if value is None:
        return "–"
    found = _found(WORDS, value) or OTHER_WORDS.get(value)
    return str(found or value.replace("_", " "))


def tone(value: str | None) -> str:
    """good, warn, bad or calm: the colour that goes with a word, never alone."""
    return _found(TONES, value) or "calm" if value else "calm"


def _found(tables: Mapping[type[StrEnum], Mapping[str, T]], value: str) -> T | None:
    # Members of two vocabularies are equal when their text is, so a typed word asks its own table alone.
    if isinstance(value, StrEnum):
        return tables.get(type(value), {}).get(value)
    return next((words[value] for words in tables.values() if value in words), None)


def say(sentence: str) -> str:
    """A sentence of the rules in the reader's language, its values shown as pages show them."""
    if not sentence:
        return ""  # gettext answers an empty string with the catalogue's own header
    if not isinstance(sentence, Sentence):
        return str(gettext(str(sentence)))
    template: str = gettext(sentence.template)
    return template.format(**{name: _named(name, value) for name, value in sentence.values.items()})


def _named(name: str, value: object) -> object:
    return zone_name(value) if name == "zone" and isinstance(value, str) else _shown(value)


def shown_value(value: object) -> str:
    """A single value of whatever kind, as pages show it."""
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    return str(_shown(value))


def data_value(value: object, key: str) -> object:
    """A value of somebody's own data; the codes of countries, languages and sexes read as words."""
    reading = {"country": country, "language": language, "sex": word}.get(key)
    return reading(value) if reading and isinstance(value, str) else value


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, StrEnum):
        return word(value)
    return say(value) if isinstance(value, Sentence) else value
