"""Personal values in the log: the event keeps a salted commitment, the value lies where it can be erased."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import rfc8785

from certify.scheme.sentences import say

COMMITMENT = "commitment"
ERASED = say("(erased)")
SALT_BYTES = 16


class Secret(NamedTuple):
    """A value taken out of an event's facts: where it stood (RFC 6901), its salt, and itself as JSON."""

    path: str
    salt: bytes
    value: str


def canonical(value: Any) -> str:
    """A value as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(value).decode()


def commitment(salt: bytes, value: str) -> str:
    """SHA-256(salt ‖ canonical JSON), in hexadecimal digits."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


class _Step(dict[str, "_Step"]):
    """The paths that go on from here, by their next name; a text is personal where one ends."""

    ends = False


def committed(facts: Mapping[str, Any], personal: tuple[str, ...]) -> tuple[dict[str, Any], list[Secret]]:
    """Facts with the texts at the personal paths replaced by commitments; and those texts.

    A path is names joined by "/", `*` standing for every entry of a list or object. Only texts are
    personal: lists and objects keep their shape, so that whoever reads them need not ask.
    """
    found: list[Secret] = []
    kept: dict[str, Any] = _commit(dict(facts), _steps(personal), "", found)
    return kept, found


@cache
def _steps(personal: tuple[str, ...]) -> _Step:
    """The paths as one tree, so that facts are walked once whatever the number of paths."""
    root = _Step()
    for path in personal:
        step = root
        for name in path.split("/"):
            step = step.setdefault(name, _Step())
        step.ends = True
    return root


def _commit(value: Any, step: _Step, at: str, found: list[Secret]) -> Any:
    if isinstance(value, str):
        return _replaced(value, at, found) if step.ends else value
    if isinstance(value, list) and "*" in step:
        return [_commit(each, step["*"], f"{at}/{n}", found) for n, each in enumerate(value)]
    if not isinstance(value, dict) or is_commitment(value):
        return value
    kept = dict(value)
    for key in value:
        for name in (key, "*"):
            if name in step:
                kept[key] = _commit(kept[key], step[name], f"{at}/{_escaped(key)}", found)
    return kept


def _replaced(value: str, at: str, found: list[Secret]) -> Any:
    if not value:
        return value
    secret = Secret(at, secrets.token_bytes(SALT_BYTES), canonical(value))
    found.append(secret)
    return {COMMITMENT: commitment(secret.salt, secret.value)}


def revealed(value: Any, told: Mapping[str, Any], at: str = "") -> Any:
    """Facts with the values back in the place of their commitments; what was erased reads as such."""
    if is_commitment(value):
        return told.get(at, ERASED)
    if isinstance(value, dict):
        return {key: revealed(each, told, f"{at}/{_escaped(key)}") for key, each in value.items()}
    if isinstance(value, list):
        return [revealed(each, told, f"{at}/{n}") for n, each in enumerate(value)]
    return value


def commitments(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every commitment in recorded facts, by its path."""
    if is_commitment(value):
        yield at, value[COMMITMENT]
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from commitments(each, f"{at}/{_escaped(key)}")
    elif isinstance(value, list):
        for n, each in enumerate(value):
            yield from commitments(each, f"{at}/{n}")


def is_commitment(value: Any) -> bool:
    """Whether a value of recorded facts stands for one that lies in `event_secret`."""
    return isinstance(value, dict) and value.keys() == {COMMITMENT}


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
