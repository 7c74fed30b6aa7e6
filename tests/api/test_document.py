"""The description of the interface: valid, told to anyone, and every route and move is in it."""

from flask import Flask
from openapi_spec_validator import validate

from certify.workflows.certification import MOVES
from certify.workflows.engine import NEW
from tests.api.client import Program


def test_the_description_is_valid_and_told_to_anyone(app: Flask) -> None:
    answer = Program(app).get("openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["openapi"] == "3.1.0"
    validate(answer.json)


def test_every_route_is_described(app: Flask) -> None:
    paths = Program(app).get("openapi.json").json["paths"]
    told = {(path, method.upper()) for path, methods in paths.items() for method in methods}
    routes = {
        (rule.rule.replace("<path:", "{").replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and "<move>" not in rule.rule
    }
    assert routes <= told


def test_every_move_is_described_with_its_facts(app: Flask) -> None:
    told = Program(app).get("openapi.json").json
    for move in MOVES.values():
        path = f"/api/v1/certifications/{{id}}/moves/{move.name}"
        if NEW in move.sources:
            assert path not in told["paths"]
            continue
        body = told["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        schema = told["components"]["schemas"][body["$ref"].rpartition("/")[2]]
        assert set(schema.get("properties", {})) == {fact.name for fact in move.facts}
        assert schema["additionalProperties"] is False


def test_what_is_made_anew_promises_no_comparison(app: Flask) -> None:
    """If-Match names the version of a thing that is there: a creation does not read it."""
    paths = Program(app).get("openapi.json").json["paths"]
    heeding, all_commands = set(), set()
    for path, methods in paths.items():
        for method in {"post", "patch"} & set(methods):
            all_commands.add((path, method))
            names = {one.get("name") for one in methods[method]["parameters"]}
            assert "Idempotency-Key" in names
            if "If-Match" in names:
                heeding.add((path, method))
    assert heeding == {(path, method) for path, method in all_commands if "{id}" in path}
    assert ("/api/v1/certifications", "post") in all_commands - heeding


def test_only_what_is_public_needs_no_token(app: Flask) -> None:
    paths = Program(app).get("openapi.json").json["paths"]
    public = {
        (path, method)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "parameters" and operation.get("security") == []
    }
    assert public == {
        ("/api/v1/openapi.json", "get"),
        ("/api/v1/verify", "post"),
        ("/api/v1/verify/{number}", "get"),
    }


def test_every_tag_is_told(app: Flask) -> None:
    told = Program(app).get("openapi.json").json
    used = {
        tag
        for methods in told["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
        for tag in operation["tags"]
    }
    assert used == {tag["name"] for tag in told["tags"]}


def test_operations_have_names_of_their_own(app: Flask) -> None:
    paths = Program(app).get("openapi.json").json["paths"]
    names = [
        operation["operationId"]
        for methods in paths.values()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names))
