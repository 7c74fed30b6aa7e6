"""How pages get what they ask of a value: each time anew, for it reads otherwise in another language."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask
from jinja2 import pass_context


def give_filters(app: Flask, *asked: Callable[..., Any]) -> None:
    """Give the templates filters by their names."""
    for one in asked:
        app.jinja_env.filters[one.__name__] = _each_time(one)


def _each_time(asked: Callable[..., Any]) -> Callable[..., Any]:
    # Of a constant Jinja would ask once, as it compiles the page: in the language of its first reader.
    @pass_context
    @wraps(asked)
    def answer(_context: object, *given: Any, **named: Any) -> Any:
        return asked(*given, **named)

    return answer
