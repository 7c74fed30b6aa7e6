"""What stands in the head of every page: the links that the reader may follow, and who is signed in."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import SQLAlchemyError

from certify import auth
from certify.clock import ClockUnreadable
from certify.presentation import word
from certify.presentation.printing import printing
from certify.presentation.reader import sessionless

# address, label, the action of the policy that opens it
PLACES = (
    ("/desk", _("What waits for me"), None),
    ("/my-path", _("My path"), "path.see"),
    ("/my-credentials", _("My credentials"), "path.see"),
    ("/decisions", _("Decisions"), "decision.list"),
    ("/reviews", _("Reviews"), "review.list"),
    ("/licences", _("Licences"), "licence.list"),
    ("/board", _("Board"), "board.see"),
    ("/supervision", _("Supervision"), "supervision.list"),
    ("/trainers", _("My trainers"), "trainer.list"),
    ("/certifications", _("Cases"), "certification.list"),
    ("/quality", _("Quality"), "quality.list"),
    ("/tot-events", _("ToT events"), "tot_event.list"),
    ("/cohorts", _("Cohorts"), "cohort.list"),
    ("/enterprises", _("Enterprises"), "tot_event.list"),
    ("/assessments", _("Assessments"), "tot_event.list"),
    ("/audit", _("The log"), "event.list"),
    ("/people", _("People"), "person.list"),
    ("/organisations", _("Organisations"), "organisation.list"),
    ("/roles", _("Roles"), "role.list"),
    ("/issuing-bodies", _("Issuing bodies"), "issuer.manage"),
    ("/mail", _("Mail"), "mail.manage"),
)


NOT_FOR_CONTACTS = ("/certifications", "/cohorts")  # always empty for who only confirms visits


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """What the base template draws around a page."""

    links: tuple[Link, ...]
    verify_url: str
    entrance_url: str
    entrance: str
    sign_out_url: str
    account_url: str
    search_url: str
    person: str = ""
    role: str = ""


def init_app(app: Flask) -> None:
    """Let the base template ask for its frame, and any page for its print header."""
    app.jinja_env.globals["printing"] = printing
    app.context_processor(lambda: {"navigation": frame_of})


def frame_of(drawn_for_strangers: bool = False) -> Frame:
    """The frame of this request's page; a sessionless page is drawn without asking who reads it."""
    if drawn_for_strangers or sessionless():
        # Readers who are signed out are led on to the sign-in from there.
        return _frame(_public_links(), entrance_url=_url("/desk"), entrance=gettext("My desk"))
    try:
        person = auth.current_person()
        if person is None:
            return _frame(_public_links())
        links = [_link(path, label) for path, label, action in PLACES if _opens(path, action)]
        return _frame((*links, _link("/verify", gettext("Verify"))), person=person.name, role=_role())
    except (ClockUnreadable, SQLAlchemyError):
        # An error page must still be drawn when what failed is the clock or the database.
        return _frame(_public_links())


def _opens(path: str, action: str | None) -> bool:
    """Whether the reader may follow a link, and would find something behind it."""
    if path in NOT_FOR_CONTACTS and auth.current_actor().is_only_contact:
        return False
    return action is None or auth.may(action)


def _public_links() -> tuple[Link, ...]:
    return (
        _link("/verify", gettext("Verify")),
        _link("/scheme", gettext("The scheme")),
        _link("/apply", gettext("Apply")),
    )


def _frame(links: tuple[Link, ...], **known: str) -> Frame:
    urls = {name: _url(path) for name, path in _FIXED.items()}
    return Frame(links=links, **{"entrance": gettext("Sign in"), **urls, **known})


_FIXED = {
    "verify_url": "/verify",
    "entrance_url": "/sign-in",
    "sign_out_url": "/sign-out",
    "account_url": "/account",
    "search_url": "/search",
}


def _link(path: str, label: Any) -> Link:
    here = request.path == path or request.path.startswith(f"{path}/")
    return Link(_url(path), str(label), here)


def _url(path: str) -> str:
    return request.script_root + path


def _role() -> str:
    names = dict.fromkeys(word(grant.role) for grant in auth.current_actor().grants)
    return ", ".join(list(names)[:2])
