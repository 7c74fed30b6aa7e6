"""The edge: what nobody honest sends is a clear 4xx, at every door and before a query is made of it."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, RawIOBase
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from certify import auth, create_app
from certify.api.document import PREFIX
from certify.config import ConfigRefused, Settings, read_settings
from certify.models import Person, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.html import check_page
from tests.security import hostile

ClientOf = Callable[[Member], StrictClient]
FORM = "application/x-www-form-urlencoded"


def _is_clear(response: TestResponse) -> None:
    """A page with a sentence, without anything of our insides."""
    if response.mimetype == "text/html":
        check_page(response.text)
    assert "Traceback" not in response.text
    assert 'File "' not in response.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/people/%00", 404),
        ("/people/a%00b/edit", 404),
        ("/people/%ed%a0%80", 404),
        ("/people/%ff%fe", 404),
        ("/people/" + "a" * 5000, 404),
        ("/people/..%2F..%2Fetc%2Fpasswd", 404),
        ("/people/%0d%0aX-Evil:1", 404),
        ("/people?q=%00", 400),
        ("/people?%00=q", 400),
        ("/people?q=%ed%a0%80", 200),  # no UTF-8, so it is read as signs that stand for nothing
        ("/people?q=" + "a" * 33_000, 414),
        ("/people?cursor=" + "A" * 20_000, 200),
        ("/people?" + "&".join(f"q{n}=1" for n in range(2000)), 200),
        ("/static/..%2f..%2fconfig.py", 404),
        ("/static/%2e%2e/config.py", 404),
    ],
)
def test_an_address_is_answered_or_refused(client_of: ClientOf, world: World, path: str, status: int) -> None:
    response = client_of(world.ada).get(path)
    assert response.status_code == status
    _is_clear(response)


@pytest.mark.parametrize("path", ["/people", "/organisations", "/certifications"])
def test_a_cursor_that_no_page_gave_starts_anew_or_is_refused(
    client_of: ClientOf, world: World, path: str
) -> None:
    client = client_of(world.ada)
    for name, cursor in hostile.CURSORS.items():
        assert client.get(path, query_string={"cursor": cursor}).status_code in (200, 400, 403), name


REFUSED_HEADERS = {
    "languages without end": 200,
    "a cookie of rubbish": 400,
    "an enormous cookie": 431,
    "many cookies": 200,
    "a key of rubbish": 400,
    "a language that is none": 400,
}
STATIC = {"a huge tag": 412, "tags without end": 412, "a range of rubbish": 416}  # the stylesheet has an ETag


@pytest.mark.parametrize("path", ["/", "/verify/TC-7F3K", "/static/theme.css", f"{PREFIX}/me", "/nowhere"])
def test_a_strange_header_is_no_fault(app: Flask, world: World, path: str) -> None:
    for name, header in hostile.HEADERS.items():
        response = StrictClient(app, use_cookies=header[0] != "Cookie").get(path, headers=[header])
        usual = {"/nowhere": 404, f"{PREFIX}/me": 401}.get(path, 200)
        if path.startswith("/static"):
            usual = STATIC.get(name, usual)
        refused = REFUSED_HEADERS.get(name, 200)
        assert response.status_code == (usual if refused == 200 else refused), name
        _is_clear(response)


@pytest.mark.parametrize("method", sorted({*hostile.METHODS[3:]} - {"OPTIONS"}))
@pytest.mark.parametrize("path", ["/", "/people", "/people/ada00000000000000000", f"{PREFIX}/certifications"])
def test_a_strange_method_is_named_so(client_of: ClientOf, world: World, method: str, path: str) -> None:
    response = client_of(world.ada).open(path, method=method)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


PAGE_BODIES = {
    "JSON to a page": 415, "half JSON": 415, "a name twice": 415, "deep JSON": 415, "NaN": 415, "a list": 415,
    "a number of many digits": 415, "a float without end": 415, "no UTF-8": 415, "two-byte letters": 415,
    "half a pair": 415, "XML": 415, "text": 415, "bytes": 415, "parts without a boundary": 400,
    "a form of many parts": 413,
}  # fmt: skip


def test_a_body_that_is_no_form_of_ours_changes_nothing(client_of: ClientOf, world: World) -> None:
    client = client_of(world.ada)
    before = db.session.query(Person).count()
    for name, (mimetype, body) in hostile.BODIES.items():
        response = client.post("/people/invite", data=body, content_type=mimetype)
        assert response.status_code == PAGE_BODIES.get(name, 422), name
        _is_clear(response)
    assert db.session.query(Person).count() == before


def _invitation(client: StrictClient, **changes: Any) -> dict[str, Any]:
    token = client.token("/people/invite")
    return {"csrf_token": token, "name": "Nora Vo", "email": "nora@example.org", "country": "VN", **changes}


def test_the_honest_form_is_taken(client_of: ClientOf, world: World) -> None:
    client = client_of(world.ada)
    assert client.post("/people/invite", data=_invitation(client)).status_code == 303


@pytest.mark.parametrize("field", ["name", "email", "country"])
def test_a_hostile_text_is_refused_or_kept_as_it_is(client_of: ClientOf, world: World, field: str) -> None:
    client = client_of(world.ada)
    honest = _invitation(client)
    for n, (name, text) in enumerate(hostile.TEXTS.items()):
        form = {**honest, "email": f"nora{n}@example.org", field: text}
        body = "&".join(f"{key}={_quoted(value)}" for key, value in form.items())
        response = client.post("/people/invite", data=body, content_type=FORM)
        assert response.status_code == 422 or (field == "name" and response.status_code == 303), name
        _is_clear(response)


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("field", ["name", "email", "country", "csrf_token"])
def test_a_field_that_is_sent_twice_is_refused(client_of: ClientOf, world: World, field: str) -> None:
    client = client_of(world.ada)
    form = _invitation(client)
    response = client.post("/people/invite", data={**form, field: [form[field], "other"]})
    assert response.status_code == 400


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client_of: ClientOf, world: World) -> None:
    client = client_of(world.ada)
    much = BytesIO(b"--edge\r\n" + b"x" * 12_000_000)
    parts = "multipart/form-data; boundary=edge"
    assert client.post("/people/invite", input_stream=much, content_type=parts).status_code == 413
    assert client.post("/people/invite", data={"name": "x" * 3_000_000}).status_code == 413


class Endless(RawIOBase):
    """Sends the same for ever, as a chunked body may."""

    def readinto(self, room: Any) -> int:
        room[:] = b"a" * len(room)
        return len(room)

    def tell(self) -> int:
        return 0

    def seek(self, *_to: int) -> int:
        return 0


def test_a_body_of_unknown_length_ends_at_the_limit(app: Flask, client_of: ClientOf, world: World) -> None:
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    response = client_of(world.ada).post(
        "/people/invite", input_stream=Endless(), content_type=FORM, environ_overrides=environ
    )
    assert response.status_code == 413


def test_a_foreign_host_is_answered_with_nothing_of_ours(settings: Settings, world: World) -> None:
    production = replace(settings, mode="production", base_url="https://certify.example", clock="")
    client = create_app(production).test_client()
    for path in ("/", "/sign-in", f"{PREFIX}/me", "/healthz"):
        foreign = client.get(path, base_url="https://evil.example")
        assert (foreign.status_code, foreign.text) == (400, "This address is not served here.\n")
        assert foreign.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/healthz", base_url="https://certify.example").status_code == 200
    assert client.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"), [(0, "127.0.0.1", "http"), (1, "7.7.7.7", "https")]
)
def test_a_proxy_is_believed_only_where_one_is_named(
    settings: Settings, world: World, proxies: int, address: str, scheme: str
) -> None:
    app = create_app(replace(settings, proxies=proxies))
    app.add_url_rule("/who", "who", auth.public(lambda: f"{request.remote_addr} {request.scheme}"))
    forwarded = {"X-Forwarded-For": "6.6.6.6, 7.7.7.7", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/who", headers=forwarded).text == f"{address} {scheme}"


@pytest.mark.parametrize("given", ["-1", "two", "", "1.0", "99"])
def test_a_number_of_proxies_that_is_none_is_refused_at_the_start(tmp_path: Any, given: str) -> None:
    environ = {"CERTIFY_MODE": "test", "CERTIFY_INSTANCE": str(tmp_path), "CERTIFY_PROXIES": given}
    with pytest.raises(ConfigRefused):
        read_settings(environ)
