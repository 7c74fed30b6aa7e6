"""A mail server for the tests of letters."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.reminders.sink import Sink, point_at, serving


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    """A real one, and the application sends to it."""
    handler = Sink()
    with serving(handler) as port:
        point_at(app, port)
        yield handler
