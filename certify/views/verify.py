"""The public answer about one certificate, as a page: no cookie is read and none is set."""

from datetime import date

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certify import auth
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.qr import qr_of
from certify.credentials.verdict import VerdictDocument
from certify.extensions import clock
from certify.models import db
from certify.presentation import say
from certify.presentation.address import site_address
from certify.presentation.verdicts import gap_before, meaning, verdict_tone
from certify.queries.certificates import InHand, in_hand, is_given_out
from certify.queries.issuers import successors_of_issuer
from certify.queries.verification import BadDay, asked_day, verdict_of
from certify.scheme.types import Edition
from certify.scheme.words import Verdict
from certify.workflows.editions import NoEdition, edition_named

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
    edition, paper = _edition_of(document), in_hand(db.session(), document.number)
    earlier, newer = _beside(document, document.supersedes), _beside(document, document.superseded_by)
    to_print = request.args.get("view") == "print" and not problem
    return render_template(
        "verify/print.html" if to_print else "verify/verdict.html",
        document=document,
        edition=edition,
        meaning=meaning(document, edition),
        tone=verdict_tone(document),
        successors=successors_of_issuer(db.session(), document.number, document.on or document.today),
        is_given_out=is_given_out(db.session(), document),
        then=paper.other_name(document) if paper else "",
        version=_version(document, paper),
        gap=gap_before(earlier.valid_until, document.valid_from) if earlier else None,
        newer=newer,
        earlier=earlier,
        # Paper leads to today's answer. Drawn for unknown numbers too: they cost the same.
        code=qr_of(_link(document.number, None if to_print else document.on)),
        problem=problem,
        asked=request.args.get("on", "")[:20],
        sessionless=True,
    )


def _version(document: VerdictDocument, paper: InHand | None) -> InHand | None:
    """The version that stands, where it is a later one, and no later than the day that is asked about."""
    if paper is None or paper.revision == 1 or (document.on and document.on < paper.issued_on):
        return None
    return paper


def _beside(document: VerdictDocument, number: str | None) -> VerdictDocument | None:
    """What the certificate before it, or after it, is worth at the same time."""
    if number in (None, document.number):
        return None
    return verdict_of(db.session(), str(number), document.as_of, document.on)


def _edition_of(document: VerdictDocument) -> Edition | None:
    """The edition that it was issued under; asked for an unknown number, too, which is to cost the same."""
    try:
        return edition_named(db.session(), document.scheme_version or "")
    except NoEdition:
        return None


def _wait(number: str, error: TooMany) -> ResponseReturnValue:
    """Too many numbers that do not exist were asked for from this address."""
    minutes = -(-error.retry_after // 60)
    page = render_template("verify/wait.html", minutes=minutes, typed=number[:80], sessionless=True)
    return page, 429, {"Retry-After": str(error.retry_after)}


def _link(number: str, on: date | None) -> str:
    """The address of the answer, as the QR code carries it."""
    return site_address() + url_for("verify.show", number=number, on=on).removeprefix(request.script_root)
