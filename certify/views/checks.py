"""Checking many certificates at once: a pasted list, a verdict for each, to print or to keep as a table."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.verdict import VerdictDocument
from certify.extensions import clock
from certify.models import db
from certify.presentation import word
from certify.presentation.spreadsheets import cell
from certify.queries.verification import verdicts_of
from certify.scheme.words import Verdict
from certify.workflows.editions import edition_in_force

bp = Blueprint("checks", __name__)

MOST = 50
LONGEST = 4000
_BETWEEN = re.compile(r"[\r\n,;\t]+")
COLUMNS = (
    "number", "verdict", "reason", "holder", "module", "country", "issuer", "valid_from", "valid_until",
    "as_of",
)  # fmt: skip


@bp.get("/check-certificates")
@auth.signed_in
def show() -> tuple[str, int]:
    """A box for the list, and below it what each number is worth now."""
    typed = request.args.get("numbers", "")[:LONGEST]
    numbers = _numbers(typed)
    problem = _problem(numbers)
    at = clock().now()
    page = render_template(
        "providers/check.html",
        typed=typed,
        problem=problem,
        most=MOST,
        verdicts=[] if problem else _verdicts(numbers, at),
        edition=edition_in_force(db.session(), at.date()),
        csv_url=url_for("checks.table", numbers="\n".join(numbers)),
        at=at,
    )
    return page, 422 if problem else 200


@bp.get("/check-certificates.csv")
@auth.signed_in
def table() -> Response | tuple[str, int]:
    """The same as a table for a spreadsheet."""
    numbers = _numbers(request.args.get("numbers", "")[:LONGEST])
    if _problem(numbers):
        return show()
    response = make_response(_csv(_verdicts(numbers, clock().now())))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="certificates.csv"'
    return response


def _verdicts(numbers: Sequence[str], at: datetime) -> list[VerdictDocument]:
    """The verdicts; a list of guesses counts as if each was asked for on its own."""
    asker = auth.current_actor().id
    try:
        refuse_guessing(asker)
    except TooMany as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    verdicts = verdicts_of(db.session(), numbers, at)
    count_misses(asker, sum(each.verdict is Verdict.UNKNOWN for each in verdicts))
    return verdicts


def _numbers(typed: str) -> list[str]:
    """Each number once, in the order typed; a number may hold spaces, so only lines and commas part them."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(typed) if part.strip()))


def _problem(numbers: Sequence[str]) -> str:
    if len(numbers) > MOST:
        return str(gettext("At most %(most)s numbers at once; these are %(n)s.", most=MOST, n=len(numbers)))
    if not numbers and "numbers" in request.args:
        return str(gettext("Give at least one number."))
    return ""


def _csv(verdicts: Sequence[VerdictDocument]) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for one in verdicts:
        shown = {**vars(one), "verdict": word(one.verdict), "reason": one.reason and word(one.reason)}
        writer.writerow(cell(shown[name]) for name in COLUMNS)
    return "\ufeff" + written.getvalue()  # the mark by which spreadsheets know UTF-8
