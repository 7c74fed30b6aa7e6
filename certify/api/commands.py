"""One command of a program is one transaction: key, lock, version, move, stored answer, commit."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest

from certify import auth
from certify.api.bodies import json_object
from certify.auth.tokens import require_scope, scope_taken
from certify.clock import real_now
from certify.models.store import lock_case, write_tx
from certify.queries.entries import Entry
from certify.queries.interface import last_events
from certify.scheme.sentences import say
from certify.workflows.activity_fields import Field
from certify.workflows.engine import InvalidFacts, Refusal, Refused
from certify.workflows.facts import Fact
from certify.workflows.idempotency import Answered, Asked, claim, keep

CHANGED = "This changed since you read it. Look at what changed, then send it again."
_TABLES = {"activities": "activity", "people": "person"}
_KEY = re.compile(r"[ -~]{1,255}")
_TAGS = re.compile(r'(?:W/)?"[^"]*"(?:\s*,\s*(?:W/)?"[^"]*")*')
_TAG = re.compile(r'(W/)?"([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What a resource answers: a document, the version for its ETag, and where a new thing lies."""

    body: Mapping[str, Any]
    status: int = 200
    version: int | None = None
    location: str | None = None


class Changed(Refused):
    """The thing is no longer what the program read: 409 with the version now and what was done to it last."""

    def __init__(self, refusals: Iterable[Refusal], version: int, last: Sequence[Entry]) -> None:
        super().__init__(refusals)
        self.version = version
        self.last = last


def answer(found: Answer) -> Response:
    """A document that was asked for."""
    return _response(_answered(found))


def command(view: Callable[..., Answer]) -> Callable[..., Response]:
    """Make a POST or PATCH of JSON one transaction: the view gets (session, given, **path)."""

    @wraps(view)
    def make(**path: str) -> Response:
        given = json_object()
        asked = _asked(lambda: sha256(request.get_data()).hexdigest())
        return transact(lambda session: view(session, given, **path), asked)

    return make


def upload_command(view: Callable[..., Callable[[Session], Answer]]) -> Callable[..., Response]:
    """The same for a file: the view keeps the bytes first, and returns what is done in the transaction."""

    @wraps(view)
    def make(**path: str) -> Response:
        asked = _asked(_digest_of_parts)  # first, for keeping the file reads it to its end
        return transact(view(**path), asked)

    return make


def transact(act: Callable[[Session], Answer], asked: Asked | None) -> Response:
    """Do it once and for all; or give the answer that was given to the same request before.

    Whoever may no longer do it is not given that answer, either: 403 or 404, as for a new request.
    """
    try:
        with write_tx() as session:
            earlier = claim(session, asked, real_now()) if asked else None
            if earlier is not None:
                auth.require_again(earlier.rights)
                require_scope(earlier.scope)
                return _response(earlier, replayed=True)
            made = act(session)
            answered = _answered(made)
            if asked:
                _note_made(made)
                keep(session, asked, replace(answered, scope=scope_taken(), rights=auth.rights_left()))
    except StaleDataError as error:
        raise Refused([Refusal(None, say(CHANGED))]) from error
    return _response(answered)


def _note_made(made: Answer) -> None:
    """The thing lies at the end of the Location, under the plural of its table."""
    if made.location is not None:
        kind, id = made.location.rsplit("/", 2)[-2:]
        auth.note_made(_TABLES.get(kind, kind.removesuffix("s")), id)


def reread(session: Session) -> None:
    """Write, and forget what is in memory: the answer is then what a GET reads right after."""
    session.flush()
    session.expire_all()


def lock_unchanged(
    session: Session,
    thing: Any,
    *case_ids: str,
    fields: Iterable[Fact | Field] = (),
    given: Mapping[str, Any] | None = None,
    read: Callable[[Any, str], Any] = getattr,
) -> None:
    """Lock first, then compare the thing with the version in If-Match. Raises Changed (409), 400.

    Of the declared `fields`, each that was `given` and reads otherwise by now is told; `read` reads one.
    """
    seen = _seen_versions()
    lock_case(session, *(case_ids or (thing.case_id,)))
    session.refresh(thing)
    if seen is None or str(thing.version) in seen:
        return
    names = {field.name for field in fields}
    told = [
        Refusal(None, say("“{label}” now reads “{held}”.", label=name, held=_shown(held)))
        for name, value in (given or {}).items()
        if name in names and (held := read(thing, name)) != value
    ]
    raise Changed([Refusal(None, say(CHANGED)), *told], thing.version, last_events(session, thing))


def _shown(held: Any) -> str:
    return ", ".join(map(str, held)) if isinstance(held, list) else "" if held is None else str(held)


def _seen_versions() -> set[str] | None:
    """The versions that If-Match names; None where any will do."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    if not _TAGS.fullmatch(header.strip()):
        raise BadRequest('If-Match takes the version in quotes, such as "3", or *.')
    return {tag for weak, tag in _TAG.findall(header) if not weak}


def given_key() -> str | None:
    """The key that makes the request safe to repeat, if one was sent. Raises InvalidFacts."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidFacts({"Idempotency-Key": [say("Give 1 to 255 printable ASCII characters.")]})
    return key


def _asked(body_sha256: Callable[[], str]) -> Asked | None:
    key = given_key()
    if key is None:
        return None
    return Asked(auth.current_actor().id, key, f"{request.method} {request.path}"[:300], body_sha256())


def _digest_of_parts() -> str:
    """Of a form's parts, for the boundary between them is another one at every try."""
    parts = [[name, value] for name, value in request.form.items(multi=True)]
    for name, file in request.files.items(multi=True):
        parts.append([name, file.filename or "", sha256(file.stream.read()).hexdigest()])
        file.stream.seek(0)
    return sha256(json.dumps(parts).encode()).hexdigest()


def _answered(found: Answer) -> Answered:
    headers = {}
    if found.version is not None:
        headers["ETag"] = f'"{found.version}"'
    if found.location is not None:
        headers["Location"] = found.location
    return Answered(found.status, headers, json.dumps(found.body, ensure_ascii=False, allow_nan=False))


def _response(answered: Answered, *, replayed: bool = False) -> Response:
    response = Response(answered.body, answered.status, answered.headers, mimetype="application/json")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
