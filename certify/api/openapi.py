"""/api/v1/openapi.json: the interface describes itself, to anyone."""

from flask import Response

from certify import auth
from certify.api.document import Resource, document_page

bp = Resource("description", __name__, description="This document.")


@bp.get("/openapi.json")
@bp.response(200, {"type": "object"}, description="This document, OpenAPI 3.1")
@auth.public
def show() -> Response:
    """The description of the whole interface."""
    return Response(document_page(), mimetype="application/json")
