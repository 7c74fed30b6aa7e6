"""A certificate's file, handed in to be checked: no cookie is read or set, and nothing of it is kept."""

from datetime import date
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from certify import auth
from certify.auth.files_checked import looking, refuse_files
from certify.auth.guesses import refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.verdict import GENUINE, VerdictDocument
from certify.credentials.verifying import Unreadable
from certify.extensions import clock
from certify.models import db
from certify.presentation import say
from certify.presentation.address import site_address
from certify.presentation.verdicts import meaning, verdict_tone
from certify.queries.certificates import in_hand, is_given_out
from certify.queries.handed_in_file import LARGEST, FileChecked, check_file
from certify.queries.issuers import successors_of_issuer
from certify.queries.verification import BadDay, asked_day
from certify.scheme.words import Verdict
from certify.workflows.editions import edition_named

bp = Blueprint("verify_file", __name__)


@bp.post("/verify")
@auth.public
def check() -> ResponseReturnValue:
    """The answer about a file: the page itself, for nothing is kept that another address could show."""
    try:
        refuse_guessing(request.remote_addr)
        refuse_files(request.remote_addr)
    except TooMany as error:
        return _wait(error)
    try:
        given, on = request.files.get("file"), asked_day(request.form.get("on"))
    except RequestEntityTooLarge:
        return _asked_again(413, _("The file is larger than 2 MB: no certificate of ours is."))
    except BadDay as error:
        return _asked_again(422, on_problem=say(error.args[0]))
    if not given or not given.filename:
        return _asked_again(422, _("Choose a file."))
    try:
        return _answer(given, on)
    except TooMany as error:
        return _wait(error)


def _answer(given: FileStorage, on: date | None) -> ResponseReturnValue:
    content = given.stream.read(LARGEST + 1)
    with looking(request.remote_addr) as look:
        try:
            found = check_file(db.session(), content, clock().now(), on)
        except Unreadable as error:
            look.count_foreign()
            return _asked_again(422, say(error.args[0]))
        look.count_answered(found.answer.verdict)
    response = make_response(_page(found, given.filename or ""))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(found: FileChecked, name: str) -> str:
    document = found.answer
    edition = edition_named(db.session(), document.scheme_version) if document.scheme_version else None
    return render_template(
        "verify/file.html",
        document=document,
        found=found,
        name=_printable(name),
        number=_printable(found.inside.number),
        edition=edition,
        meaning=meaning(document, edition),
        tone=verdict_tone(document),
        **(_of_register(document) if document.verdict is not Verdict.UNKNOWN else {}),
        sessionless=True,
    )


def _of_register(document: VerdictDocument) -> dict[str, Any]:
    """What only a number of the register has; any other one is whatever somebody wrote into the file."""
    session, on, is_genuine = db.session(), document.on or document.today, document.verdict in GENUINE
    paper = in_hand(session, document.number)
    return {
        "successors": successors_of_issuer(session, document.number, on) if is_genuine else (),
        "is_given_out": is_given_out(session, document),
        "then": paper.other_name(document) if paper else "",
        "address": site_address() + url_for("verify.show", number=document.number),
    }


def _printable(text: str) -> str:
    """Foreign text without what breaks a page, cannot be seen or turns the line round."""
    return "".join(character for character in text if character.isprintable())[:120]


def _asked_again(status: int, problem: str = "", on_problem: str = "") -> ResponseReturnValue:
    """The page with the boxes; a browser lets nobody fill in a file for another, so it is chosen again."""
    page = render_template(
        "verify/ask.html",
        file_problem=problem,
        on_problem=on_problem,
        asked=_printable(request.form.get("on", ""))[:20] if status != 413 else "",
        sessionless=True,
    )
    return page, status


def _wait(error: TooMany) -> ResponseReturnValue:
    """Too many files that are none of ours, or unknown numbers, came from this address."""
    minutes = -(-error.retry_after // 60)
    page = render_template("verify/wait.html", minutes=minutes, typed="", files=True, sessionless=True)
    return page, 429, {"Retry-After": str(error.retry_after)}
