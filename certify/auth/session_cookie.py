"""The cookie of a browser's session, which has no part in answers that are the same for everybody."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from certify.auth.marks import is_sessionless


class SessionCookie(SecureCookieSessionInterface):
    """Flask's own; where no session is read its answers carry neither the cookie nor `Vary: Cookie`.

    flask-login looks into the session after every request, so that Flask takes each for a reader's own.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, unless the address is one of those for everybody."""
        if not is_sessionless(request.path):
            super().save_session(app, session, response)
