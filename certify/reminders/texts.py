"""What each message says: a subject, one or two sentences and the next step, by its kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from babel.dates import format_date
from flask_babel import force_locale, get_babel, get_locale, gettext
from jinja2 import Environment, PackageLoader, select_autoescape

from certify.extensions import settings
from certify.reminders.wording import GENERAL, TEXTS
from certify.reminders.wording_mailbox import IN_PLACE
from certify.reminders.wording_parts import Wording


class Sendable(Protocol):
    """What a letter is written from: a row of the outbox, or what was claimed of it."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def link(self) -> str | None: ...
    @property
    def way_out(self) -> str | None: ...
    @property
    def items(self) -> Sequence["Item"]: ...


@dataclass(frozen=True)
class Item:
    """One message inside a digest, with the day that it fell due where its reader is."""

    kind: str
    params: Mapping[str, Any]
    on: date


@dataclass(frozen=True)
class Letter:
    """One finished mail."""

    email: str
    subject: str
    text: str
    html: str
    way_out: str | None = None


_templates = Environment(
    loader=PackageLoader("certify", "templates/mail"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def spoken(language: str) -> str:
    """The language of a letter: as wished if it is translated, so that its days are not in another one."""
    translated = map(str, get_babel().instance.list_translations())
    return language if language in translated else "en"


def letter_of(message: Sendable) -> Letter:
    """The mail of a message in its recipient's language."""
    with force_locale(spoken(message.language)):
        wording = TEXTS.get(message.kind, GENERAL)
        subject = said(wording.subject, message.params)
        site = settings().base_url
        way_out = message.way_out and site + message.way_out
        shown = {
            "_": gettext,
            "subject": subject,
            "language": str(get_locale().language),
            "name": message.name,
            "sentences": _sentences(wording, message.params),
            "quotes": _quotes(wording, message.params),
            "items": [_line(each) for each in message.items],
            "action": gettext(wording.action),
            "url": site + (message.link or _path(wording, message.params)),
            "once": message.link is not None,
            "site": site,
            "way_out": way_out,
        }
        return Letter(
            email=message.email,
            subject=subject,
            text=_render("txt", shown),
            html=_render("html", shown),
            way_out=way_out,
        )


def subject_of(kind: str, params: Mapping[str, Any]) -> str:
    """The subject of a message, as the list of messages on the desk shows it."""
    return said(TEXTS.get(kind, GENERAL).subject, params)


@dataclass(frozen=True)
class Reading:
    """A message as a page shows it: no link of a mail is in it, for these are their reader's alone, once."""

    subject: str
    sentences: tuple[str, ...]
    quotes: tuple[str, ...]
    action: str
    path: str


def reading_of(kind: str, params: Mapping[str, Any]) -> Reading:
    """What a message says, in the present language."""
    wording = TEXTS.get(kind, GENERAL)
    return Reading(
        said(wording.subject, params),
        tuple(_sentences(wording, params)),
        tuple(_quotes(wording, params)),
        str(gettext(wording.action)),
        _path(wording, params),
    )


def _line(item: Item) -> dict[str, str]:
    """What a digest says of one message: what it is about, its day, the next step and where it is."""
    reading = reading_of(item.kind, item.params)
    return {
        "subject": reading.subject,
        "day": str(_written_out(item.params.get("due_on") or item.on)),
        "action": reading.action,
        "url": settings().base_url + reading.path,
    }


def _sentences(wording: Wording, params: Mapping[str, Any]) -> list[str]:
    """What it says; a deputy first reads in whose place."""
    told = [said(sentence, params) for sentence in wording.sentences]
    return [said(IN_PLACE, params), *told] if "in_place_of" in params else told


def said(template: str, params: Mapping[str, Any]) -> str:
    """A template in the present language, filled in; what is missing reads as a dash, never as an error."""
    return str(gettext(template).format_map(_lenient(params)))


def _lenient(params: Mapping[str, Any]) -> defaultdict[str, Any]:
    return defaultdict(lambda: "–", {key: _shown(key, value) for key, value in params.items()})


def _shown(key: str, value: Any) -> Any:
    """A value as people write it: a role in words, a day in the present language."""
    if key == "role":
        return str(value).replace("qa_", "QA_").replace("_", " ")
    return _written_out(value) if key.endswith("_on") else value


def _written_out(day: Any) -> Any:
    """The words "23 March 2026" for 2026-03-23; anything that is no day stays as it is."""
    try:
        value = date.fromisoformat(str(day))
    except ValueError:
        return day
    locale = get_locale()
    # Plain English writes days as the United States do; the field does not.
    return format_date(value, "long", locale="en_GB" if locale is None or str(locale) == "en" else locale)


def _path(wording: Wording, params: Mapping[str, Any]) -> str:
    """Where the next step is; the desk when the message does not say which thing it is about."""
    try:
        return wording.path.format_map(params)
    except KeyError:
        return "/desk"


def _quotes(wording: Wording, params: Mapping[str, Any]) -> list[str]:
    """What somebody wrote to the recipient: shown as a quotation, apart from our own words."""
    return [str(params[name]) for name in wording.quotes if params.get(name)]


def _render(ending: str, shown: Mapping[str, Any]) -> str:
    return _templates.get_template(f"message.{ending}").render(shown)
