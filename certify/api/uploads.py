"""Files that programs send: one part `file`, and a word for what it is."""

from flask import request
from flask_smorest.fields import Upload
from marshmallow import fields, validate
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from certify.api.schemas import Body
from certify.files import FileRefused, Kept, store
from certify.files.store import KINDS
from certify.scheme.sentences import say
from certify.workflows.facts import InvalidFacts


class FileOnly(Body):
    """A file."""

    file = Upload(required=True)


class FileBody(FileOnly):
    """A file with what it is."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


def received(kind: str | None = None) -> Kept:
    """The file that was sent, checked and lying on disk. Raises 415, 400, InvalidFacts."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    errors: dict[str, list[str]] = {}
    given, named = request.files.getlist("file"), request.form.getlist("kind")
    if len(given) != 1 or not given[0].filename:
        errors["file"] = [say("Send one file.")]
    if kind is None and (len(named) != 1 or named[0] not in KINDS):
        errors["kind"] = [say("Choose one of the options.")]
    strange = (set(request.files) - {"file"}) | (set(request.form) - {"kind"})
    if not all(strange):
        raise BadRequest  # not every part has a name
    errors |= {name: [say("This takes no such part.")] for name in strange}
    if errors:
        raise InvalidFacts(errors)
    try:
        return store(given[0], kind or named[0])
    except FileRefused as refused:
        raise InvalidFacts({"file": [refused.sentence]}) from refused
