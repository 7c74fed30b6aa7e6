"""Whether the process lives, and whether it can serve: for load balancers and `./run`."""

from flask import Blueprint, Response
from sqlalchemy import text

from certify import auth
from certify.extensions import clock
from certify.models import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@auth.public
def healthz() -> Response:
    """The process answers; it asks nothing else."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@auth.public
def readyz() -> Response:
    """Database and clock answer too; a failure of either is a 503 by the error handlers."""
    clock().now()
    db.session.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")
