"""GET /api/v1/verify/{number}: what a certificate is worth, for every program that asks."""

from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from certify import auth
from certify.api.document import Resource, takes
from certify.api.verdict_shape import HEADERS, VerdictQuery, VerdictShape, spoken
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.extensions import clock
from certify.models import db
from certify.queries.verification import BadDay, asked_day, verdict_of
from certify.scheme.words import Verdict
from certify.workflows.facts import InvalidFacts

bp = Resource("verify", __name__, description="What a certificate is worth, for anyone.")


@bp.get("/verify/<path:number>")
@takes(VerdictQuery, location="query")
@bp.response(200, VerdictShape)
@auth.public
def verify(number: str) -> ResponseReturnValue:
    """What the certificate with this number is worth.

    200 for every number, unknown and malformed ones too; 422 for a day that is none; 429 for guessing.
    """
    try:
        refuse_guessing(request.remote_addr)
    except TooMany as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    try:
        on = day_in_query()
    except BadDay as error:
        raise InvalidFacts({"on": [error.args[0]]}) from error
    document = verdict_of(db.session(), number, clock().now(), on)
    if document.verdict is Verdict.UNKNOWN:
        count_misses(request.remote_addr)
    body, tag = spoken(document)
    response = Response(body, mimetype="application/json")
    response.headers.update(HEADERS)
    response.headers["ETag"] = tag
    # Every number is answered, whatever version is asked for: only what the reader has already is left out.
    return response.make_conditional(
        {name: value for name, value in request.environ.items() if name != "HTTP_IF_MATCH"}
    )


def day_in_query() -> date | None:
    """The day that `?on=` asks about. Raises BadDay, for an empty one, too: it is not left out."""
    given = request.args.get("on")
    return asked_day("-" if given == "" else given)
