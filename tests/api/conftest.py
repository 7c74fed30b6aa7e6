"""What the tests of the interface begin with: a program for each member of the cast."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.api.client import Program, program_of

ProgramOf = Callable[..., Program]


@pytest.fixture
def program(app: Flask) -> ProgramOf:
    """A member's program, with a token of all scopes or of those that are named."""
    return lambda member, *scopes: program_of(app, member, *scopes)
