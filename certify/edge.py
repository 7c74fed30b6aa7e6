"""The edge: what is refused before anything else looks at a request, and the headers of every answer."""

from collections.abc import Mapping

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
    SecurityError,
    UnsupportedMediaType,
)
from werkzeug.middleware.proxy_fix import ProxyFix

from certify.auth.tokens import is_program
from certify.config import Settings
from certify.extensions import settings
from certify.forms.base import storable

LONGEST_QUERY = 32 * 1024  # bytes; a list of 500 certificate numbers is checked by its address
LONGEST_HEADERS = 48 * 1024  # bytes, all together
MOST_PAIRS = 5_000  # of a form: more than the largest grid has cells
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"

COMMON: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
PAGE_POLICY = "; ".join(
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
# A document for programs shows nothing, wherever it is opened.
DOCUMENT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
TRANSPORT = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Stand around everything that is registered."""
    ours: Settings = app.extensions["certify.settings"]
    if ours.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=ours.proxies, x_proto=ours.proxies, x_host=ours.proxies
        )
    app.register_error_handler(SecurityError, _foreign_host)
    app.before_request_funcs.setdefault(None, []).insert(0, refuse)  # before anybody is asked for by a query
    app.after_request(add_headers)


def refuse() -> None:
    """Raise the 4xx of a request that nobody honest sends."""
    _refuse_headers(request.headers)
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge
    if not storable(request.path):
        raise NotFound
    if not all(storable(text) for pair in request.args.items(multi=True) for text in pair):
        raise BadRequest
    if request.method == "POST" and not is_program(request.path):
        _refuse_body()


def _refuse_headers(headers: Headers) -> None:
    if sum(len(name) + len(value) for name, value in headers.items()) > LONGEST_HEADERS:
        raise RequestHeaderFieldsTooLarge
    if any(_has_control(value) for _, value in headers.items()):
        raise BadRequest


def _has_control(value: str) -> bool:
    return any((character < " " and character != "\t") or character == "\x7f" for character in value)


def _refuse_body() -> None:
    """A page takes forms alone, each of parts that can be told apart."""
    if request.mimetype == PARTS:
        if not request.mimetype_params.get("boundary"):
            raise BadRequest
    elif request.mimetype == FORM:
        _refuse_endless_form(min(request.max_content_length or 0, current_app.config["MAX_FORM_MEMORY_SIZE"]))
    elif request.content_length:
        raise UnsupportedMediaType


def _refuse_endless_form(limit: int) -> None:
    """Werkzeug (since 3.1.9) holds only multipart forms to the limit, and cuts a chunked body off at it."""
    request.max_content_length = limit
    content = request.get_data()
    if len(content) >= limit or content.count(b"&") > MOST_PAIRS:
        raise RequestEntityTooLarge


def _foreign_host(_error: HTTPException) -> Response:
    """Plain, for no address of a site that is not ours can be written into a page."""
    return Response("This address is not served here.\n", 400, mimetype="text/plain")


def add_headers(response: Response) -> Response:
    """The security headers, unless the view set its own; what is shown is kept by no cache."""
    policy = DOCUMENT_POLICY if is_program(request.path) else PAGE_POLICY
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in COMMON.items():
        response.headers.setdefault(name, value)
    if settings().https:
        response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
    is_static = request.endpoint == "static" and response.status_code < 400
    response.headers.setdefault("Cache-Control", "no-cache" if is_static else "no-store")
    return response
