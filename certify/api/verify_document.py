"""POST /api/v1/verify: what a credential is worth, as JSON or in a PDF, whoever hands it in."""

from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import INCLUDE, fields
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, TooManyRequests, UnsupportedMediaType

from certify import auth
from certify.api.commands import given_key
from certify.api.document import Resource, takes, takes_any
from certify.api.schemas import Body
from certify.api.verdict_shape import HEADERS, VerdictQuery, VerdictShape, spoken
from certify.api.verify import day_in_query
from certify.auth.files_checked import looking, refuse_files
from certify.auth.guesses import refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.verdict import VerdictDocument
from certify.credentials.verifying import LARGEST, Unreadable
from certify.extensions import clock
from certify.models import db
from certify.queries.handed_in import verdict_on_document
from certify.queries.handed_in_file import LARGEST as LARGEST_PDF
from certify.queries.handed_in_file import check_pdf
from certify.queries.verification import BadDay
from certify.workflows.facts import InvalidFacts

bp = Resource("verify_document", __name__, description="What a certificate is worth, for anyone.")
PDF = "application/pdf"
# How many bytes are read of each kind.
MEDIA_TYPES = {
    "application/json": LARGEST,
    "application/vc": LARGEST,
    "application/ld+json": LARGEST,
    "application/vc+ld+json": LARGEST,
    PDF: LARGEST_PDF,
}


class CredentialBody(Body):
    """A signed credential, as it was handed out; whatever else it says is looked at, too."""

    class Meta:
        """It has fields of its own."""

        unknown = INCLUDE

    subject = fields.Dict(required=True, data_key="credentialSubject")


@bp.post("/verify")
@takes(VerdictQuery, location="query")
@takes_any({"application/json": CredentialBody, PDF: {"type": "string", "format": "binary"}})
@bp.response(200, VerdictShape)
@auth.public
def verify_document() -> ResponseReturnValue:
    """What a credential document is worth: its signatures, and what the register says.

    A PDF is answered by the credential inside of it, and only while its seal is whole. 200 for every
    credential, foreign and tampered ones too; 400, 413, 415 or 422 for what is none.
    """
    try:
        refuse_guessing(request.remote_addr)
        refuse_files(request.remote_addr)
    except TooMany as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    given_key()  # it has to be one; the same document gets the same answer without it
    content = _content()
    try:
        told = _told(content, day_in_query())
    except BadDay as error:
        raise InvalidFacts({"on": [error.args[0]]}) from error
    except TooMany as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    body, _tag = spoken(told)
    answer = Response(body, mimetype="application/json")
    answer.headers.update(HEADERS)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _told(content: bytes, on: date | None) -> VerdictDocument:
    """The answer, counted. Raises InvalidFacts and TooMany."""
    with looking(request.remote_addr) as look:
        try:
            told = _verdict(content, on)
        except Unreadable as error:
            look.count_foreign()
            raise InvalidFacts({"body": [error.args[0]]}) from error
        look.count_answered(told.verdict)
        return told


def _verdict(content: bytes, on: date | None) -> VerdictDocument:
    """The answer about the document, or about the PDF. Raises Unreadable."""
    if request.mimetype == PDF:
        return check_pdf(db.session(), content, clock().now(), on).answer
    return verdict_on_document(db.session(), content, clock().now(), on)


def _content() -> bytes:
    most = MEDIA_TYPES.get(request.mimetype)
    if most is None:
        raise UnsupportedMediaType
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge
    request.max_content_length = most + 1
    content = request.get_data()
    if not content:
        raise BadRequest
    return content
