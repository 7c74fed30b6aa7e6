"""Signing in and being let in: server-side sessions, the marks of routes, and the question to the policy."""

from flask import Flask

from certify.auth import links
from certify.auth.guard import (
    check_asked,
    current_actor,
    current_person,
    day_of,
    find,
    let_in,
    may,
    note_made,
    note_move,
    require,
    require_again,
    rights_left,
    safe_next,
)
from certify.auth.marks import (
    Mark,
    MarkMissing,
    action,
    asks,
    check_marks,
    leave_out,
    mark_of,
    public,
    signed_in,
)
from certify.auth.passwords import warm_up
from certify.auth.post import after_commit, deliver_after
from certify.auth.session_cookie import SessionCookie
from certify.auth.sessions import load
from certify.extensions import login_manager


def init_app(app: Flask) -> None:
    """Bind sign-in to the application; `check_marks` follows once every route is registered."""
    app.session_interface = SessionCookie()
    login_manager.init_app(app)
    # An address changes on every train ride: the token alone says who it is.
    login_manager.session_protection = None
    login_manager.user_loader(load)
    warm_up()
    app.before_request(let_in)
    app.after_request(check_asked)
    app.after_request(deliver_after)
    app.context_processor(
        lambda: {"current_actor": current_actor, "current_person": current_person, "may": may}
    )


__all__ = [
    "Mark",
    "MarkMissing",
    "action",
    "after_commit",
    "asks",
    "check_marks",
    "current_actor",
    "current_person",
    "day_of",
    "find",
    "init_app",
    "leave_out",
    "links",
    "mark_of",
    "may",
    "note_made",
    "note_move",
    "public",
    "require",
    "require_again",
    "rights_left",
    "safe_next",
    "signed_in",
]
