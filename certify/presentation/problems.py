"""Problem documents (RFC 9457): how every error is told to a program."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, jsonify
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.http import HTTP_STATUS_CODES

from certify.presentation import say
from certify.workflows.engine import Refusal

MEDIA_TYPE = "application/problem+json"
SENTENCES: Mapping[int, LazyString] = {
    400: _("The request could not be understood."),
    401: _("Send a token that is in force: Authorization: Bearer …"),
    403: _("You can see this, but none of your roles allows this step."),
    404: _("There is nothing at this address, or it is not yours to see."),
    405: _("This address does not take this method."),
    409: _("It was changed by somebody else; nothing of yours was saved."),
    413: _("The body is larger than this installation takes."),
    415: _("The body has to be sent as application/json, a file as multipart/form-data."),
    422: _("What was sent does not fit what is asked for; nothing was saved."),
    429: _("There were too many requests from here in a short time."),
    500: _("This is a fault in the software. Nothing half-done was saved."),
    503: _("The service cannot answer right now. What was saved before is safe."),
}


def problem(status: int, detail: object = "", **members: Any) -> Response:
    """One error; `members` are its own: `refusals` (409), `errors` (422) and the like."""
    response = jsonify(
        type="about:blank",
        title=HTTP_STATUS_CODES.get(status, "Error"),
        status=status,
        detail=str(detail or SENTENCES.get(status) or SENTENCES[400 if status < 500 else 500]),
        **members,
    )
    response.status_code = status
    response.mimetype = MEDIA_TYPE
    return response


def roles_of(who: Iterable[str]) -> list[str]:
    """Those who can clear something as programs know them: candidates and trainers are one role there."""
    return ["candidate" if one == "holder" else one for one in who]


def refusals_as_json(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """The explained no as programs read it."""
    return [
        {
            "requirement": refusal.requirement,
            "reason": say(refusal.reason),
            "who": roles_of(refusal.who),
            "earliest_on": refusal.earliest_on.isoformat() if refusal.earliest_on else None,
        }
        for refusal in refusals
    ]
