"""Finds words on a page that no translation reached: neither in the pseudo-language's brackets, nor data."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from sqlalchemy import JSON, String, Text, inspect, select

from certify.credentials.numbers import PREFIXES
from certify.models import db
from tests.html import parse

SHOWN = ("aria-label", "title", "alt", "placeholder", "data-label")
SILENT = ("script", "style", "textarea", "code", "head")
OURS = {"Certify", "SCORE", "kB", "MB", "UTC", "PDF", *PREFIXES.values()}
IDENTIFIER = re.compile(r"[a-z0-9_.]+")
NO_WORDS = re.compile(r"\S+@\S+|https?://\S+|\b[A-Z]{2}-[A-Z0-9-]+\b|\{\w+\}|\b[0-9a-f]{20,}\b")
WORD = re.compile(r"[^\W\d_]+")


def unwrapped(text: str) -> str:
    """The text without what stands in brackets."""
    kept, depth = [], 0
    for character in text:
        depth += (character == "⟦") - (character == "⟧")
        kept.append(" " if depth or character == "⟧" else character)
    return "".join(kept)


def shown(html: str) -> Iterator[str]:
    """Every piece of text that a reader sees or hears."""
    document = parse(html)
    title = document.find("head/title")
    yield (title.text or "") if title is not None else ""
    body = document.find("body")
    if body is not None:
        yield from _pieces(body)


def _pieces(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in SILENT or element.get("translate") == "no":
        return
    yield from (element.get(name, "") for name in SHOWN)
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


class Known:
    """What may stand on a page untranslated: what people and editions wrote, and what the locale writes.

    The ids of requirements may stand alone, in brackets or before a colon: nowhere else, for they are words.
    """

    def __init__(self, phrases: Iterable[str], ids: Iterable[str] = ()) -> None:
        self._ids = re.compile(rf"(?:^|(?<=\())\s*(?:{'|'.join(ids) or '(?!)'})\s*(?=$|[):])")
        self._by_first: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for phrase in phrases:
            words = tuple(WORD.findall(phrase))
            if words:
                self._by_first[words[0]].add(words)
        self._longest = {
            first: sorted(found, key=len, reverse=True) for first, found in self._by_first.items()
        }

    def missed(self, html: str) -> list[str]:
        """The pieces of the page that hold other words, as they stand there."""
        return [" ".join(piece.split()) for piece in shown(html) if self._strange(piece)]

    def _strange(self, piece: str) -> bool:
        words = WORD.findall(NO_WORDS.sub(" ", self._ids.sub(" ", unwrapped(piece))))
        place = 0
        while place < len(words):
            taken = self._taken(words, place)
            if not taken:
                return True
            place += taken
        return False

    def _taken(self, words: list[str], place: int) -> int:
        for phrase in self._longest.get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                return len(phrase)
        return 0


def written() -> Iterator[str]:
    """All that people wrote into the database, and the texts of the editions that lie there."""
    for mapper in db.Model.registry.mappers:
        columns = [
            each for each in inspect(mapper.class_).columns if isinstance(each.type, String | Text | JSON)
        ]
        if columns:
            for row in db.session.execute(select(*columns)):
                for value in row:
                    yield from _texts(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value[:1] in "{[":
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, str) and not IDENTIFIER.fullmatch(value):
        yield value
        yield from value.splitlines()
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def of_locale(language: str) -> Iterator[str]:
    """Months, days, countries, languages and zones as Babel writes them in that language."""
    locale = Locale.parse(language)
    for table in (locale.months, locale.days):
        for names in table["format"].values():
            yield from names.values()
    yield from locale.territories.values()
    yield from locale.languages.values()
    yield from available_timezones()
    for zone in set(get_global("zone_territories")) & available_timezones():
        yield get_timezone_location(ZoneInfo(zone), locale=locale)
    yield from (each.display_name or "" for each in map(Locale, ("en", "eo", "ar")))
