"""A plain client for programs: a token, JSON in and out, and every answer checked against the document."""

import json
from functools import cache
from typing import Any

from flask import Flask
from openapi_schema_validator import OAS31Validator
from werkzeug.test import TestResponse

from certify.api.document import document_page
from certify.auth.tokens import open_token
from certify.clock import real_now
from certify.models.store import own_tx
from tests.cast import Member
from tests.client import StrictClient

PROBLEM = "application/problem+json"


class Program:
    """Somebody's program; `token` None sends none."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.client = StrictClient(app)
        self.token = token

    def send(self, method: str, path: str, /, **more: Any) -> TestResponse:
        """One request under /api/v1; its answer keeps what the document promises."""
        headers = dict(more.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        path = path if path.startswith("/") else f"/api/v1/{path}"
        response = self.client.open(path, method=method, headers=headers, **more)
        keeps_promise(self.client.application, method, path, response)
        return response

    def get(self, path: str, /, **query: Any) -> TestResponse:
        """Read."""
        return self.send("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, /, **headers: str) -> TestResponse:
        """Send JSON; header names are written with underscores."""
        return self._json("POST", path, body, headers)

    def patch(self, path: str, body: Any, /, **headers: str) -> TestResponse:
        """Change with JSON."""
        return self._json("PATCH", path, body, headers)

    def _json(self, method: str, path: str, body: Any, headers: dict[str, str]) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, path, json={} if body is None else body, headers=named)


def token_for(app: Flask, member: Member, *scopes: str, days: int = 30) -> str:
    """A token of the member's; with all scopes unless some are named."""
    with app.app_context(), own_tx() as session:
        return open_token(
            session, member.id, real_now(), name="a test", scopes=scopes or ("decide",), days=days
        )


def program_of(app: Flask, member: Member, *scopes: str) -> Program:
    """The member's program."""
    return Program(app, token_for(app, member, *scopes))


def keeps_promise(app: Flask, method: str, path: str, response: TestResponse) -> None:
    """Fail unless the answer is one that the document promises for the request."""
    with app.app_context():
        told = _told(document_page())
    operation = _operation(told, method.lower(), path.partition("?")[0])
    if response.status_code >= 400:
        assert response.mimetype == PROBLEM, response.text
        schema: Any = {"$ref": "#/components/schemas/Problem"}
        assert response.json["status"] == response.status_code
    else:
        assert operation is not None, f"{method} {path} is not in the document"
        promised = operation["responses"].get(str(response.status_code))
        assert promised is not None, f"{method} {path}: {response.status_code} is not promised"
        if response.status_code == 304 or "content" not in promised:
            return
        schema = promised["content"][response.mimetype]["schema"]
    check({**schema, "components": told["components"]}, json.loads(response.text))


@cache
def _told(page: str) -> Any:
    return json.loads(page)


def check(schema: Any, value: Any) -> None:
    """Fail unless the value fits; a field that the schema does not name is one too many."""
    errors = [f"{error.json_path}: {error.message}" for error in OAS31Validator(schema).iter_errors(value)]
    assert errors == []


def _operation(told: Any, method: str, path: str) -> Any:
    exact = told["paths"].get(path, {}).get(method)
    if exact is not None:
        return exact
    parts = path.split("/")
    for template, operations in told["paths"].items():
        named = template.split("/")
        fits = len(named) == len(parts) and all(
            each.startswith("{") or each == part for each, part in zip(named, parts, strict=True)
        )
        if fits and method in operations:
            return operations[method]
    return None
