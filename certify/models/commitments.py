"""Personal values in the log: the event keeps a salted commitment, the value lies where it can be erased."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
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


def committed(facts: Mapping[str, Any], personal: Iterable[str]) -> tuple[dict[str, Any], list[Secret]]:
    """Facts with the texts at the personal paths replaced by commitments; and those texts.

    A path is names joined by "/", `*` standing for every entry of a list or object. Only texts are
    personal: lists and objects keep their shape, so that whoever reads them need not ask.
    """
    found: list[Secret] = []
    kept: Any = dict(facts)
    for path in personal:
        kept = _commit(kept, path.split("/"), "", found)
    return kept, found


def _commit(value: Any, path: list[str], at: str, found: list[Secret]) -> Any:
    if not path:
        return _replaced(value, at, found)
    if is_commitment(value):  # a shorter path has been here: a text there, a list elsewhere
        return value
    step, *rest = path
    if isinstance(value, Mapping):
        wanted = set(value) if step == "*" else {step} & set(value)
        return {
            key: _commit(each, rest, f"{at}/{_escaped(key)}", found) if key in wanted else each
            for key, each in value.items()
        }
    if isinstance(value, list) and step == "*":
        return [_commit(each, rest, f"{at}/{n}", found) for n, each in enumerate(value)]
    return value


def _replaced(value: Any, at: str, found: list[Secret]) -> Any:
    if not isinstance(value, str) or not value:
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
