"""Schemathesis asks what the description allows, with real ids: no fault, no answer beyond its promise."""

from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from sqlalchemy import select

from certify.models import Assessment, db
from tests.api.client import token_for
from tests.cast import World
from tests.player import Player

load_all_checks()
ALWAYS = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
# That a well-formed request may be refused is the point of a rule; that a malformed one is, is asked here.
MALFORMED = [*ALWAYS, *CHECKS.get_by_names(["negative_data_rejection"])]
ASKED_BY = ("maya", "olu", "ana", "bo", "sami", "ada")
UNKNOWN = "0" * 20


@pytest.fixture
def ids(recommended: Player, world: World) -> Mapping[str, list[str]]:
    """What there is of each resource, by the word in its address."""
    return {
        "certifications": [recommended.certification],
        "activities": [recommended.workshop, recommended.visits[0]],
        "assessments": list(db.session.scalars(select(Assessment.id))),
        "cohorts": [recommended.cohort],
        "enterprises": [world.enterprises[0]],
        "organisations": [world.provider],
        "people": [world.ana.id],
    }


def ask_all(
    app: Flask, tokens: list[str], ids: Mapping[str, list[str]], mode: GenerationMode, *, examples: int
) -> int:
    """So many requests to every operation; how many operations there are."""
    told = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in told.get_all_operations()]
    for operation in operations:
        known = [*ids.get(operation.path.split("/")[3], ()), UNKNOWN]
        ask(operation, tokens, known, mode, examples)
    return len(operations)


def ask(operation: Any, tokens: list[str], known: list[str], mode: GenerationMode, examples: int) -> None:
    """So many requests to one operation, each by somebody's token, answered as the description promises."""

    @settings(
        max_examples=examples,
        derandomize=examples < 100,
        database=None,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        id=st.sampled_from(known),
        token=st.sampled_from(tokens),
    )
    def asked(case: Case, id: str, token: str) -> None:
        if mode is GenerationMode.POSITIVE and "id" in case.path_parameters:
            case.path_parameters["id"] = id
        checks = MALFORMED if mode is GenerationMode.NEGATIVE else ALWAYS
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=checks)

    asked()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_what_nobody_thought_of_is_answered_as_promised(
    app: Flask,
    world: World,
    ids: Mapping[str, list[str]],
    mode: GenerationMode,
    request: pytest.FixtureRequest,
) -> None:
    tokens = [token_for(app, getattr(world, key)) for key in ASKED_BY]
    usual = 4 if db.engine.dialect.name == "sqlite" else 1
    examples = 200 if request.config.getoption("long") else usual
    assert ask_all(app, tokens, ids, mode, examples=examples) > 60
