"""A client that judges nothing: for whoever does not keep to the pages."""

from contextvars import Context
from functools import partial
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class PlainClient(FlaskClient):
    """Like Flask's own, and every request happens in a context of its own, as on a server."""

    def __init__(self, app: Flask, **kwargs: Any) -> None:
        super().__init__(app, Response, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """One request, read whole."""
        return Context().run(partial(super().open, *args, **{"buffered": True, **kwargs}))
