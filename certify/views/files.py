"""Downloads: an uploaded file leaves only through policy, as an attachment that can do nothing."""

import logging
from io import BytesIO

from flask import Blueprint, abort, send_file
from werkzeug.wrappers import Response

from certify import auth
from certify.files import path_of
from certify.models import StoredFile

bp = Blueprint("files", __name__)
log = logging.getLogger(__name__)

HARMLESS = "default-src 'none'; sandbox"


@bp.get("/files/<id>")
@auth.action("file.see")
def show(id: str) -> Response:
    """The bytes of a file, to be saved and never shown in place."""
    file = auth.find(StoredFile, id, "file.see")
    if file.removed_at is not None or file.erased_at is not None:
        abort(404)
    return _attached(file, file.sha256, file.media_type)


@bp.get("/files/<id>/original")
@auth.action("file.original")
def original(id: str) -> Response:
    """A picture as it was sent, with all that was left out when it was drawn anew: never to be opened."""
    file = auth.find(StoredFile, id, "file.original")
    if file.original_sha256 is None or file.original_erased_at is not None:
        abort(404)
    return _attached(file, file.original_sha256, "application/octet-stream")


def _attached(file: StoredFile, sha256: str, media_type: str) -> Response:
    path = path_of(sha256)
    if not path.is_file():
        log.error("the bytes of file %s are missing", file.id)
        abort(503)
    # At most 10 MB: read whole, so that no handle stays open when a reader goes away.
    content = BytesIO(path.read_bytes())
    response = send_file(content, mimetype=media_type, as_attachment=True, download_name=file.name)
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
