"""POST /api/v1/verify: what a credential document is worth, whoever hands it in."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import INCLUDE, fields
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, TooManyRequests, UnsupportedMediaType

from certify import auth
from certify.api.document import Resource, takes
from certify.api.schemas import Body
from certify.api.verdict_shape import HEADERS, VerdictQuery, VerdictShape, spoken
from certify.auth.files_checked import count_foreign, refuse_files
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.verdict import GENUINE
from certify.credentials.verifying import LARGEST, Unreadable
from certify.extensions import clock
from certify.models import db
from certify.queries.handed_in import verdict_on_document
from certify.queries.verification import BadDay, asked_day
from certify.scheme.words import Verdict
from certify.workflows.facts import InvalidFacts

bp = Resource("verify_document", __name__, description="What a certificate is worth, for anyone.")
MEDIA_TYPES = ("application/json", "application/vc", "application/ld+json", "application/vc+ld+json")


class CredentialBody(Body):
    """A signed credential, as it was handed out; whatever else it says is looked at, too."""

    class Meta:
        """It has fields of its own."""

        unknown = INCLUDE

    subject = fields.Dict(required=True, data_key="credentialSubject")


@bp.post("/verify")
@takes(VerdictQuery, location="query")
@takes(CredentialBody)
@bp.response(200, VerdictShape)
@auth.public
def verify_document() -> ResponseReturnValue:
    """What a credential document is worth: its signatures, and what the register says.

    200 for every credential, foreign and tampered ones too; 400, 413, 415 or 422 for what is none.
    """
    try:
        refuse_guessing(request.remote_addr)
        refuse_files(request.remote_addr)
    except TooMany as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    content = _content()
    try:
        told = verdict_on_document(db.session(), content, clock().now(), asked_day(request.args.get("on")))
    except BadDay as error:
        raise InvalidFacts({"on": [error.args[0]]}) from error
    except Unreadable as error:
        count_foreign(request.remote_addr, len(content))
        raise InvalidFacts({"body": [error.args[0]]}) from error
    if told.verdict not in GENUINE:
        count_foreign(request.remote_addr, len(content))
    if told.verdict is Verdict.UNKNOWN:
        count_misses(request.remote_addr)
    body, _tag = spoken(told)
    answer = Response(body, mimetype="application/json")
    answer.headers.update(HEADERS)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _content() -> bytes:
    if request.mimetype not in MEDIA_TYPES:
        raise UnsupportedMediaType
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    request.max_content_length = LARGEST + 1
    content = request.get_data()
    if not content:
        raise BadRequest
    return content
