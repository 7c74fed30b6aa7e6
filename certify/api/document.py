"""The interface's own description: OpenAPI 3.1, made from the routes, their schemas and the moves' facts."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, TypeVar

import flask_smorest
from apispec import APISpec
from flask import Flask, current_app
from flask_smorest.spec.plugins import FlaskPlugin
from marshmallow import Schema

from certify.api.schemas import Empty, Problem, body_of
from certify.auth.marks import PROGRAMS, mark_of
from certify.auth.tokens import SCOPES
from certify.presentation.problems import MEDIA_TYPE
from certify.workflows.engine import NEW, Move, UnknownMove, Workflow

PREFIX = f"{PROGRAMS}v1"
View = TypeVar("View", bound=Callable[..., Any])
COMMANDS = ("post", "patch")
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes the request safe to repeat: the same key with the same body gets the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": 'The version that was read, such as `"3"`; 409 with what changed otherwise.',
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]+")$'},
}
_OPTIONS: Mapping[str, Any] = {
    "info": {
        "description": "The same moves, facts and rights as the pages. Instants are ISO 8601 in UTC, days "
        "`YYYY-MM-DD`, ids opaque. Errors are problem documents (RFC 9457) with `refusals` (409) or "
        "`errors` (422). A token carries its person's rights, as far as its scope reaches: "
        + ", ".join(f"`{scope}`" for scope in SCOPES)
        + ", each of which includes those before it.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [{"url": "/"}],
    "security": [{"bearer": []}],
}


class _Paths(FlaskPlugin):  # type: ignore[misc]
    """The library's paths come from Flask's rules; those of the moves are told without one of their own."""

    def path_helper(self, operations: Any, *, rule: Any = None, parameters: Any, **more: Any) -> str | None:
        """The path of a rule."""
        if rule is None:
            return None
        path: str = super().path_helper(rule, operations, parameters, **more)
        return path


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest for its document alone: errors are told by our own handlers, and there is no page."""

    ERROR_SCHEMA = Problem

    @cached_property
    def page(self) -> str:
        """The whole description as JSON; made once, for nothing is added after the start."""
        told = self.spec.to_dict()
        # The library tells each blueprint as a tag, and ours have names apart from the pages'.
        told["tags"] = [{**tag, "name": tag["name"].removeprefix("api_")} for tag in told["tags"]]
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    def _register_error_handlers(self) -> None:
        """None: the library's would answer the pages' errors, too."""

    def _register_responses(self) -> None:
        """One for every error."""
        self.spec.components.response(
            self.DEFAULT_ERROR_RESPONSE_NAME,
            {"description": "A problem document", "content": {MEDIA_TYPE: {"schema": Problem}}},
        )


@dataclass(frozen=True)
class _Moves:
    """The moves of one workflow under one path, of which each is described on its own."""

    path: str
    moves: tuple[Move, ...]
    shape: type[Schema]


class Resource(flask_smorest.Blueprint):  # type: ignore[misc]
    """The routes of one resource, and what the document says of them."""

    def __init__(self, name: str, import_name: str, *, description: str = "") -> None:
        super().__init__(f"api_{name}", import_name, description=description)
        self.tag = name
        self._families: list[_Moves] = []

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A route that reads."""
        register: Callable[[View], View] = super().get(rule, **options)
        return register

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A route that makes something."""
        register: Callable[[View], View] = super().post(rule, **options)
        return register

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A route that changes something."""
        register: Callable[[View], View] = super().patch(rule, **options)
        return register

    def response(self, status: int, shape: Any = None, **told: Any) -> Callable[[View], View]:
        """What a route answers with."""
        promise: Callable[[View], View] = super().response(status, shape, **told)
        return promise

    def describe_moves(self, path: str, workflow: Workflow, shape: type[Schema]) -> None:
        """Tell each move under `path` (`…/<id>/moves`) with its facts, and that it answers with the thing."""
        moves = tuple(move for move in workflow.moves.values() if is_made_here(move))
        self._families.append(_Moves(path, moves, shape))

    def register_views_in_doc(
        self, api: Api, app: Flask, spec: APISpec, *, name: str, parameters: Any
    ) -> None:
        """What flask-smorest knows of the routes, the moves, and what holds for every command."""
        self._prepare_doc_cbks = self._callbacks()
        super().register_views_in_doc(api, app, spec, name=name, parameters=parameters)
        for family in self._families:
            for move in family.moves:
                self._describe(api, app, spec, family, move)

    def _callbacks(self) -> list[Callable[..., dict[str, Any]]]:
        return [self._prepare_arguments_doc, self._prepare_response_doc, self._prepare_own_doc]

    def _store_endpoint_docs(
        self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any
    ) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags or [self.tag], **options)
        for method, told in self._docs[endpoint].items():
            if method != "parameters":
                told["own"] = {
                    "operationId": f"{self.tag}_{endpoint}",
                    "mark": mark_of(obj),
                    "on_a_thing": "id" in signature(obj).parameters,
                }

    @staticmethod
    def _prepare_own_doc(
        doc: dict[str, Any], doc_info: Mapping[str, Any], *, method: str, **_more: Any
    ) -> dict[str, Any]:
        own = doc_info["own"]
        doc["operationId"] = own["operationId"]
        if own["mark"] is not None and own["mark"].kind == "public":
            doc["security"] = []
        if method in COMMANDS:
            heeded = [IDEMPOTENCY_KEY, IF_MATCH] if own["on_a_thing"] else [IDEMPOTENCY_KEY]
            doc["parameters"] = [*doc.get("parameters", ()), *heeded]
        return doc

    def _describe(self, api: Api, app: Flask, spec: APISpec, family: _Moves, move: Move) -> None:
        said: dict[str, Any] = {
            "arguments": {"parameters": [_body(body_of(f"{self.tag}_{move.name}", move.facts))]},
            "response": {"responses": {200: [_answer(family.shape)]}},
            "own": {"operationId": f"{self.tag}_{move.name}", "mark": None, "on_a_thing": True},
        }
        operation: dict[str, Any] = {"tags": [self.tag], "summary": move.label}
        if move.note:
            operation["description"] = f"When: {move.note}"
        for prepare in self._callbacks():
            operation = prepare(operation, said, api=api, app=app, spec=spec, method="post")
        spec.path(
            path=f"{PREFIX}{family.path.replace('<', '{').replace('>', '}')}/{move.name}",
            operations={"post": operation},
            parameters=[{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
        )

    def unlisted(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A route that the document does not tell by its rule: the moves are told one by one."""

        def register(view: View) -> View:
            super(flask_smorest.Blueprint, self).add_url_rule(rule, view.__name__, view, **options)
            return view

        return register


def takes(
    schema: type[Schema], *, location: str = "json", content_type: str | None = None
) -> Callable[[View], View]:
    """Tell what a route takes; what is sent is checked by the rules themselves, in one place."""

    def tell(view: View) -> View:
        told = deepcopy(getattr(view, "_apidoc", {}))
        described = told.setdefault("arguments", {}).setdefault("parameters", [])
        described.append(_body(schema, location, content_type))
        view._apidoc = told  # type: ignore[attr-defined]
        return view

    return tell


def takes_any(bodies: Mapping[str, Any]) -> Callable[[View], View]:
    """Tell that a route takes a body of any of these media types, each with its schema."""

    def tell(view: View) -> View:
        told = deepcopy(getattr(view, "_apidoc", {}))
        content = {media_type: {"schema": schema} for media_type, schema in bodies.items()}
        told.setdefault("arguments", {})["requestBody"] = {"required": True, "content": content}
        view._apidoc = told  # type: ignore[attr-defined]
        return view

    return tell


def declared(workflow: Workflow, name: str) -> Move:
    """A move that somebody makes on a thing that is there. Raises UnknownMove."""
    move = workflow.move(name)
    if not is_made_here(move):
        raise UnknownMove(name)
    return move


def is_made_here(move: Move) -> bool:
    """Whether a move is made under `/moves/`: creations have addresses of their own, consequences none."""
    return NEW not in move.sources and bool(move.who)


def document_page() -> str:
    """The whole description as JSON, as it is served and kept in `docs/`."""
    page: str = current_app.extensions["certify.api"].page
    return page


def make_api(app: Flask) -> Api:
    """An empty description, to which the resources add theirs."""
    api = Api(
        app,
        spec_kwargs={
            "title": "Certify",
            "version": "1",
            "openapi_version": "3.1.0",
            "flask_plugin": _Paths(),
            **deepcopy(dict(_OPTIONS)),
        },
    )
    told = "Made on the page of your account, or by `flask token create`."
    scheme = {"type": "http", "scheme": "bearer", "description": told}
    api.spec.components.security_scheme("bearer", scheme)
    app.extensions["certify.api"] = api
    return api


def _body(schema: type[Schema], location: str = "json", content_type: str | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"in": location, "required": schema is not Empty, "schema": schema}
    return {**told, "content_type": content_type} if content_type else told


def _answer(shape: type[Schema]) -> dict[str, Any]:
    return {"schema": shape, "description": "OK", "content_type": None}


__all__ = [
    "PREFIX",
    "Api",
    "Resource",
    "declared",
    "document_page",
    "make_api",
    "takes",
    "takes_any",
]
