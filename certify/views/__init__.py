"""The pages: every module here that has a `bp` is registered, and every answer leaves with its headers."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from certify import presentation
from certify.extensions import settings
from certify.presentation import navigation, reader
from certify.views import errors

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",  # a checklist saves itself while it is filled in
        "font-src 'self'",
        "img-src 'self' data:",  # the marks of Bootstrap's checkboxes are data: pictures in its stylesheet
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Register every page, and what stands around them."""
    lay_ground(app)
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp)


def lay_ground(app: Flask) -> None:
    """What every page stands on: filters, the reader's language and zone, error pages, headers."""
    presentation.init_app(app)
    reader.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    app.before_request(refuse_unstorable)
    app.after_request(add_headers)


def refuse_unstorable() -> None:
    """A NUL or a lone surrogate in an address reaches no query: PostgreSQL would answer it with an error."""
    if not _storable(request.path):
        raise NotFound
    if not all(_storable(text) for pair in request.args.items(multi=True) for text in pair):
        raise BadRequest


def _storable(text: str) -> bool:
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def add_headers(response: Response) -> Response:
    """The security headers, unless the view set its own; pages are kept by no cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
