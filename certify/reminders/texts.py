"""What each message says: a subject, one or two sentences and the next step, by its kind."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from babel.dates import format_date
from flask_babel import force_locale, get_babel, get_locale, gettext
from jinja2 import Environment, PackageLoader, select_autoescape

from certify.extensions import settings
from certify.reminders.wording import GENERAL, TEXTS, Wording


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


@dataclass(frozen=True)
class Letter:
    """One finished mail."""

    email: str
    subject: str
    text: str
    html: str


_templates = Environment(
    loader=PackageLoader("certify", "templates/mail"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def _spoken(language: str) -> str:
    """The language of a letter: as wished if it is translated, so that its days are not in another one."""
    translated = map(str, get_babel().instance.list_translations())
    return language if language in translated else "en"


def letter_of(message: Sendable) -> Letter:
    """The mail of a message in its recipient's language, by the template of its kind or the general one."""
    with force_locale(_spoken(message.language)):
        wording = TEXTS.get(message.kind, GENERAL)
        subject = said(wording.subject, message.params)
        shown = {
            "_": gettext,
            "subject": subject,
            "language": str(get_locale().language),
            "name": message.name,
            "sentences": [said(sentence, message.params) for sentence in wording.sentences],
            "quotes": _quotes(wording, message.params),
            "action": gettext(wording.action),
            "url": settings().base_url + (message.link or _path(wording, message.params)),
            "once": message.link is not None,
            "site": settings().base_url,
        }
        return Letter(
            email=message.email,
            subject=subject,
            text=_render(message.kind, "txt", shown),
            html=_render(message.kind, "html", shown),
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
        tuple(said(sentence, params) for sentence in wording.sentences),
        tuple(_quotes(wording, params)),
        str(gettext(wording.action)),
        _path(wording, params),
    )


def said(template: str, params: Mapping[str, Any]) -> str:
    """A template in the present language, filled in; what is missing reads as a dash, never as an error."""
    return str(gettext(template).format_map(_lenient(params)))


def _lenient(params: Mapping[str, Any]) -> defaultdict[str, Any]:
    return defaultdict(lambda: "–", {key: _shown(key, value) for key, value in params.items()})


def _shown(key: str, value: Any) -> Any:
    """A value as people write it: a role in words, a day in the present language."""
    if key == "role":
        return str(value).replace("_", " ")
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


def _render(kind: str, ending: str, shown: Mapping[str, Any]) -> str:
    found = _templates.select_template([f"{kind}.{ending}", f"message.{ending}"])
    return found.render(shown)
