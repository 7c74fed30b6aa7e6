"""Error pages: what went wrong in a clear sentence, and what to do; programs get problem documents."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from certify import auth
from certify.auth.tokens import is_program
from certify.clock import ClockUnreadable
from certify.extensions import login_manager
from certify.models import db
from certify.models.turns import TurnNeverCame
from certify.presentation import say
from certify.presentation.problems import problem, refusals_as_json
from certify.presentation.reader import sessionless
from certify.workflows.editions import NoEdition
from certify.workflows.engine import Forbidden, InvalidFacts, NotVisible, Refused, UnknownMove


@dataclass(frozen=True)
class Trouble:
    """One error as a page or a problem document tells it."""

    status: int
    title: LazyString | str
    sentence: LazyString | str
    advice: LazyString | str
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)  # refusals (409) or errors (422)
    back: str | None = None  # the path of the page to go back to
    detail: LazyString | str = ""  # for programs, where there is more to say than the status does


TROUBLES: Mapping[int, tuple[LazyString, LazyString, LazyString]] = {
    400: (
        _("The request could not be understood"),
        _("Something in what was sent is missing, doubled or damaged."),
        _("Go back, load the page again and send it once more."),
    ),
    403: (
        _("You may not do this"),
        _("You can see this, but none of your roles allows this step."),
        _("If it is your task, ask the national coordinator which role you need."),
    ),
    404: (
        _("This page does not exist"),
        _("The address is wrong, or the page is not for you to see."),
        _("Check the address, or start again from the first page."),
    ),
    405: (
        _("This address cannot be used in this way"),
        _("The page exists, but it does not take this kind of request."),
        _("Go back and use the buttons of the page."),
    ),
    409: (
        _("This has changed"),
        _("It was changed while your page was open, so nothing of yours was saved."),
        _("Open the page again, look at what changed, and decide anew."),
    ),
    413: (
        _("This is too large"),
        _("The file or the form is larger than this installation takes."),
        _("Nothing was saved. Go back, choose a file of 10 MB at most, and send it again."),
    ),
    422: (
        _("Something is filled in wrongly"),
        _("What was sent does not fit what is asked for, so nothing was saved."),
        _("Go back and correct the entries named below."),
    ),
    429: (
        _("Too many requests"),
        _("There were too many requests from here in a short time."),
        _("Wait a few minutes, then try again."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("This is a fault in the software, not in what you did. Nothing half-done was saved."),
        _("Try again in a minute. If it stays, tell the administrator what you did and when."),
    ),
    503: (
        _("Not available for a moment"),
        _("The service cannot answer right now. What was saved before is safe."),
        _("Try again in a minute."),
    ),
}


# A disk that is full, over quota, at a file's limit, failing, read-only, or a share that is away (R10).
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.ESTALE})


def init_app(app: Flask) -> None:
    """Answer every expected exception with its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotVisible, lambda error: answer(trouble(404)))
    app.register_error_handler(UnknownMove, lambda error: answer(trouble(404)))
    app.register_error_handler(Forbidden, lambda error: answer(trouble(403)))
    app.register_error_handler(StaleDataError, lambda error: answer(trouble(409)))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(InvalidFacts, _invalid)
    for untimely in (ClockUnreadable, NoEdition):
        app.register_error_handler(untimely, _untimely)
    for unavailable in (OperationalError, InterfaceError, TurnNeverCame):
        app.register_error_handler(unavailable, _unavailable)
    app.register_error_handler(OSError, _disk)


def trouble(status: int, *, headers: Mapping[str, str] | None = None, **changes: Any) -> Trouble:
    """The error of a status; one without a page of its own reads as its nearest relative."""
    title, sentence, advice = TROUBLES.get(status) or TROUBLES[400 if status < 500 else 500]
    said = {"title": title, "sentence": sentence, "advice": advice, **changes}
    said["detail"] = changes.get("sentence", "")
    return Trouble(status=status, headers=headers or {}, **said)


def answer(found: Trouble) -> Response:
    """The error as a page, or as a problem document for programs (RFC 9457)."""
    if is_program(request.path):
        response = problem(found.status, found.detail, **found.members)
    else:
        response = _page(found)
    response.status_code = found.status
    for name, value in found.headers.items():
        response.headers[name] = value
    return response


def _page(found: Trouble) -> Response:
    if found.status >= 500 or found.status == 429:
        # A failing database is not asked who is reading, neither by us nor by Flask-Login's templates.
        g.sessionless = True
        g._login_user = login_manager.anonymous_user()
    return make_response(render_template("errors/error.html", trouble=found, sessionless=sessionless()))


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.response is not None:
        return error
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    if error.code == 503:
        headers.setdefault("Retry-After", "30")
    back = _page_before() if error.code == 413 else None
    return answer(trouble(error.code, headers=headers, back=back))


def _page_before() -> str | None:
    """The path of the page of this site that the request was sent from."""
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:  # such as "http://[::1/"
        return None
    return auth.safe_next(before.path) if before.netloc == request.host else None


def _untimely(error: ClockUnreadable | NoEdition) -> Response:
    """The clock cannot be read, or it was turned to a day before any edition of the scheme."""
    return answer(trouble(503, headers={"Retry-After": "30"}, sentence=str(error)))


def _unavailable(_error: Exception) -> Response:
    db.session.rollback()
    return answer(trouble(503, headers={"Retry-After": "5"}))


def _disk(error: OSError) -> Response:
    """A file that cannot be written now, wherever it was met; anything else is a bug."""
    if error.errno not in NO_ROOM:
        raise error
    return _unavailable(error)


def _refused(error: Refused) -> Response:
    found = trouble(
        409,
        title=_("This cannot be done now"),
        sentence=_("A rule of the scheme says no; nothing was changed."),
        advice=_("The reasons below say what has to happen first."),
        members={"refusals": refusals_as_json(error.refusals)},
    )
    return answer(found)


def _invalid(error: InvalidFacts) -> Response:
    errors = {name: [say(sentence) for sentence in sentences] for name, sentences in error.errors.items()}
    return answer(trouble(422, members={"errors": errors}))
