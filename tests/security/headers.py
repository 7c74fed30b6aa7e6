"""The headers that each kind of answer has to carry, word for word."""

from collections.abc import Mapping

from werkzeug.test import TestResponse

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
SHOWN = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TOLD = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICY, CACHE = "Content-Security-Policy", "Cache-Control"

PAGE = {**COMMON, POLICY: SHOWN, CACHE: "no-store"}
PROGRAM = {**COMMON, POLICY: TOLD, CACHE: "no-store"}
FILE = {**COMMON, POLICY: "default-src 'none'; sandbox", CACHE: "private, no-store"}
STATIC = {**COMMON, POLICY: SHOWN, CACHE: "no-cache"}
VERDICT = {
    **COMMON,
    POLICY: TOLD,
    CACHE: "no-cache",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
PUBLISHED = {**VERDICT, CACHE: "no-store"}  # what other people's tools ask for, where it is not there
# What says what the answer is, and nothing of how safe it is.
OWN = {
    *("Content-Type", "Content-Length", "Content-Disposition", "Location", "Allow", "ETag", "Last-Modified"),
    *("Date", "Vary", "Set-Cookie", "Retry-After", "WWW-Authenticate", "X-Robots-Tag", "Link"),
    "Accept-Ranges",
}


def safety(response: TestResponse) -> Mapping[str, str]:
    """Every header but those that say what the answer is."""
    names = [name for name, _ in response.headers]
    assert len(set(names) - {"Set-Cookie"}) == len([name for name in names if name != "Set-Cookie"])
    return {name: value for name, value in response.headers if name not in OWN}


def expected(path: str, response: TestResponse) -> Mapping[str, str]:
    """By the kind of the answer."""
    if path.startswith("/static/") and response.status_code < 400:
        return STATIC
    if path.startswith("/api/v1/verify/") and response.status_code == 200:
        return VERDICT
    if path.startswith("/files/") and response.status_code in (200, 206, 304):
        return FILE
    if response.mimetype == "application/problem+json" and not path.startswith("/api/"):
        return PUBLISHED
    return PROGRAM if path.startswith("/api/") else PAGE
