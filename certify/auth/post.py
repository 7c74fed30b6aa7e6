"""After a command was committed, the mail it owes is sent; the answer never waits or fails for it."""

import logging

from flask import Response, current_app, request

from certify.clock import ClockUnreadable
from certify.extensions import clock, settings
from certify.reminders.outbox import deliver_owed

log = logging.getLogger(__name__)


def after_commit() -> None:
    """Send what is owed now. A failure stays with the messages and is tried again by the next round."""
    try:
        deliver_owed(clock().now())
    except ClockUnreadable:
        log.warning("mail waits: the clock cannot be read")
    except Exception:
        # The command is committed and its messages are rows: the person must not see a failure for the mail.
        log.exception("mail waits: the round failed")


def deliver_after(response: Response) -> Response:
    """After each answered command: send once the answer has left (in tests: at once)."""
    if request.method != "POST" or response.status_code >= 400:
        return response
    if settings().mode == "test":
        after_commit()
        return response
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def later() -> None:
        with app.app_context():
            after_commit()

    response.call_on_close(later)
    return response
