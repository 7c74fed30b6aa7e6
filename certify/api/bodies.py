"""What a program sends, read strictly: whatever a database or a reader could stumble over is a clear 4xx."""

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from certify.forms.base import UNSTORABLE, storable
from certify.scheme.sentences import say
from certify.workflows.facts import InvalidFacts

LARGEST_BODY = 1024 * 1024  # of JSON; a file may be larger
DEEPEST = 16
LARGEST_NUMBER = 2**53  # beyond it, programs do not agree on which number was sent


def json_object() -> dict[str, Any]:
    """The object that was sent; nothing at all counts as an empty one, for most moves take no facts.

    Raises 413, 415, 400 for what is no JSON, and InvalidFacts (422) for what nobody can store.
    """
    request.max_content_length = LARGEST_BODY
    content = request.get_data()
    if not content and request.mimetype in ("", "application/json"):
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    given = _parsed(content)
    if not isinstance(given, dict):
        raise InvalidFacts({"body": [say("Send one JSON object.")]})
    errors = {name: [str(UNSTORABLE)] for name, value in given.items() if not _is_storable(value)}
    if errors:
        raise InvalidFacts(errors)
    return given


def _parsed(content: bytes) -> Any:
    try:
        given = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_refuse_constant,
            parse_int=_whole,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not _is_shallow(given, DEEPEST):
        raise BadRequest
    return given


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name, whichever we took could be the wrong one."""
    found = dict(pairs)
    if len(found) != len(pairs) or not all(storable(name) for name in found):
        raise ValueError("a name twice, or one that cannot be stored")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_NUMBER:
        raise ValueError("a number out of range")
    return int(digits)


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found) or abs(found) > LARGEST_NUMBER:
        raise ValueError("a number out of range")
    return found


def _is_shallow(value: Any, left: int) -> bool:
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list):
        return True
    return left > 0 and all(_is_shallow(each, left - 1) for each in value)


def _is_storable(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_storable(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_storable(each) for each in value)
    return not isinstance(value, str) or storable(value)
