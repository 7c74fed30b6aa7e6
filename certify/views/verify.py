"""The public answer about one certificate, as a page: no cookie is read and none is set."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certify import auth
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.numbers import normalise
from certify.credentials.qr import qr_of
from certify.credentials.verdict import VerdictDocument
from certify.extensions import clock
from certify.models import db
from certify.presentation import day, module, say, tone
from certify.presentation.address import site_address
from certify.queries.verification import BadDay, asked_day, verdict_of
from certify.scheme.types import Edition
from certify.scheme.words import Verdict
from certify.workflows.editions import edition_named

bp = Blueprint("verify", __name__)


@bp.get("/verify")
@auth.public
def ask() -> ResponseReturnValue:
    """A box for a number, or the answer about the one that was typed into it."""
    number = request.args.get("number", "").strip()
    if number:
        return _answer(number)
    empty = "number" in request.args
    page = render_template("verify/ask.html", empty=empty, sessionless=True)
    return make_response(page, 422 if empty else 200)


@bp.get("/verify/<path:number>")
@auth.public
def show(number: str) -> ResponseReturnValue:
    """The answer about a number: the same page and status for known, unknown and malformed ones."""
    return _answer(number)


def _answer(number: str) -> ResponseReturnValue:
    try:
        refuse_guessing(request.remote_addr)
    except TooMany as error:
        return _wait(number, error)
    on, problem = _asked_day()
    document = verdict_of(db.session(), number, clock().now(), on)
    if document.verdict is Verdict.UNKNOWN:
        count_misses(request.remote_addr)
    response = make_response(_page(document, problem), 422 if problem else 200)
    response.headers["X-Robots-Tag"] = "noindex"  # a person's name belongs in no search engine
    return response


def _asked_day() -> tuple[date | None, str]:
    """The day that `?on=` asks about, or what is wrong with it."""
    try:
        return asked_day(request.args.get("on", "")), ""
    except BadDay as error:
        return None, say(error.args[0])


def _page(document: VerdictDocument, problem: str) -> str:
    edition = edition_named(db.session(), document.scheme_version) if document.scheme_version else None
    to_print = request.args.get("view") == "print" and not problem
    return render_template(
        "verify/print.html" if to_print else "verify/verdict.html",
        document=document,
        edition=edition,
        meaning=_meaning(document, edition),
        tone=_tone(document),
        code=qr_of(_link(document.number)),  # drawn for unknown numbers too: they cost the same
        problem=problem,
        asked=request.args.get("on", "")[:20],
        sessionless=True,
    )


def _wait(number: str, error: TooMany) -> ResponseReturnValue:
    """Too many numbers that do not exist were asked for from this address."""
    minutes = -(-error.retry_after // 60)
    page = render_template("verify/wait.html", minutes=minutes, typed=number[:80], sessionless=True)
    return page, 429, {"Retry-After": str(error.retry_after)}


def _link(number: str) -> str:
    """The address of the answer, as the QR code carries it."""
    return site_address() + url_for("verify.show", number=number).removeprefix(request.script_root)


def _tone(document: VerdictDocument) -> str:
    if document.reason in ("superseded", "retired"):
        return "bad"
    return tone(document.reason or document.verdict)


def _meaning(document: VerdictDocument, edition: Edition | None) -> str:
    """The verdict in plain words."""
    if document.verdict == "unknown":
        if normalise(document.number) is None:
            return str(_("This number is not well formed: check it for a typing slip."))
        unknown: str = _(
            "No certificate with this number is in the register. Check each character against the paper, the "
            "two letters in front included; if it is the same, the paper was not issued here."
        )
        return unknown
    if document.reason is not None:
        return _REASONS[document.reason](document)
    values = _who_for_what(document, edition)
    if _is_about(document, later=False):
        sentence = _("On that day, %(holder)s was certified for %(module)s.", **values)
    elif _is_about(document, later=True):
        sentence = _("If nothing changes until then, %(holder)s will be certified for %(module)s.", **values)
    else:
        sentence = _("%(holder)s is certified for %(module)s.", **values)
    return str(sentence)


def _who_for_what(document: VerdictDocument, edition: Edition | None) -> dict[str, str | None]:
    return {"holder": document.holder, "module": module(document.module, edition)}


def _is_about(document: VerdictDocument, *, later: bool) -> bool:
    """Whether it was asked about a day that lies behind, or ahead."""
    today: date = document.as_of.date()
    return document.on is not None and (document.on > today if later else document.on < today)


_REASONS: Mapping[str, Callable[[VerdictDocument], str]] = {
    "expired": lambda d: _("The certificate has expired: its last day was %(day)s.", day=day(d.valid_until)),
    "in_grace": lambda d: _(
        "The certificate has expired: its last day was %(day)s. The trainer can still renew it, "
        "but is not certified meanwhile.",
        day=day(d.valid_until),
    ),
    "suspended": lambda d: _(
        "The certification was suspended on %(day)s: the trainer may not use the certificate "
        "until it is reinstated.",
        day=day(d.since),
    ),
    "withdrawn": lambda d: _(
        "The certification was withdrawn on %(day)s: the certificate is no longer good.", day=day(d.since)
    ),
    "retired": lambda d: _("The trainer gave the certification up on %(day)s.", day=day(d.since)),
    "superseded": lambda d: _("Another certificate took the place of this one on %(day)s.", day=day(d.since)),
    "not_yet_valid": lambda d: _(
        "The certificate begins on %(day)s and is not valid before.", day=day(d.valid_from)
    ),
}
