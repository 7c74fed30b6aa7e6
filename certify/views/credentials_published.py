"""What other people's tools ask for: public, alike for everybody, without cookies, and never counted."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certify import auth
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.key_files import KeyUnusable
from certify.credentials.place import NoPlace
from certify.edge import DOCUMENT_POLICY
from certify.extensions import clock
from certify.models import db
from certify.presentation.problems import problem
from certify.queries import published

bp = Blueprint("published", __name__)

CREDENTIAL, DID, LINKED = "application/vc", "application/did+ld+json", "application/ld+json"
CHECK_EACH_TIME = "no-cache"  # kept, but asked for again: a status or a key may have changed since
FOR_A_DAY = "public, max-age=86400"  # an edition never changes


@bp.get("/issuers/<code>/did.json")
@auth.public
def did(code: str) -> ResponseReturnValue:
    """The DID document of an issuing body, with every key that it ever had."""
    return _told(lambda: published.did_json(db.session(), code), DID, CHECK_EACH_TIME)


@bp.get("/issuers/<code>/profile.json")
@auth.public
def profile(code: str) -> ResponseReturnValue:
    """An issuing body as Open Badges name it."""
    return _told(lambda: published.profile_json(db.session(), code), LINKED, CHECK_EACH_TIME)


@bp.get("/achievements/<edition>/<kind>/<module>.json")
@auth.public
def achievement(edition: str, kind: str, module: str) -> ResponseReturnValue:
    """What a certificate stands for, with the criteria of its edition of the scheme."""
    return _told(lambda: published.achievement_json(db.session(), edition, kind, module), LINKED, FOR_A_DAY)


@bp.get("/credentials/status/<id>")
@auth.public
def status(id: str) -> ResponseReturnValue:
    """A status list, signed; with `?timestamp=` as it stood at an instant."""
    now = clock().now()
    asked = request.args.get("timestamp", "")
    at = _instant(asked) if asked else now
    if at is None or at > now:
        return _open_to_all(
            problem(422, _("Give a past instant with its offset, like 2026-11-22T10:00:00Z."))
        )
    return _told(lambda: published.status_list_json(db.session(), id, at, now), CREDENTIAL, CHECK_EACH_TIME)


@bp.get("/credentials/<number>.json")
@auth.public
def credential(number: str) -> ResponseReturnValue:
    """The signed credential of a certificate, as its holder has it; guessing numbers is held up."""
    try:
        refuse_guessing(request.remote_addr)
    except TooMany as error:
        answer = problem(429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return _open_to_all(answer)
    answer = _told(lambda: published.credential_json(db.session(), number), CREDENTIAL, CHECK_EACH_TIME)
    if answer.status_code == 404:
        count_misses(request.remote_addr)
    answer.headers["X-Robots-Tag"] = "noindex"  # a person's name belongs in no search engine
    return answer


def _told(read: Callable[[], object], media_type: str, kept: str) -> Response:
    """A document, or why there is none; a signed one leaves byte for byte as it was signed."""
    try:
        found = read()
    except (KeyUnusable, NoPlace):
        # Which file is missing is the operator's business: flask keys list tells.
        return _open_to_all(problem(503, _("The issuing body cannot sign this at the moment.")))
    if found is None:
        return _open_to_all(problem(404))
    content = found if isinstance(found, str) else published.as_text(found)  # type: ignore[arg-type]
    answer = Response(content, mimetype=media_type)
    answer.headers["Cache-Control"] = kept
    answer.set_etag(sha256(content.encode()).hexdigest()[:32])
    answer.make_conditional(request)
    return _open_to_all(answer)


def _open_to_all(answer: Response) -> Response:
    """A checker in anybody's browser may read it."""
    answer.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _instant(text: str) -> datetime | None:
    try:
        # In an address a plus sign may have become a space.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1990 <= found.year <= 2200 else None
