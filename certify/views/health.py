"""Whether the process lives, and whether it can serve: for load balancers and `./run`."""

from flask import Blueprint, Response

from certify import auth
from certify.extensions import clock
from certify.models import db
from certify.reminders.rounds import beat_of

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@auth.public
def healthz() -> Response:
    """The process answers; it asks nothing else."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@auth.public
def readyz() -> Response:
    """Database and clock answer too; a failure of either is a 503 by the error handlers.

    A scheduler that is late is told and takes nobody out of service: the pages need none.
    """
    clock().now()
    beat = beat_of(db.session())
    if beat.ago is None:
        told = "no round yet"
    else:
        told = f"last round {int(beat.ago.total_seconds())} s ago{', late' if beat.is_late else ''}"
    if beat.held_by:
        told += f", held: the clock jumped ({beat.held_by})"
    return Response(f"ready\nscheduler: {told}\n", mimetype="text/plain")
