"""Passwords: argon2id, a few at a time, and an unknown account costs as much as a known one."""

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from certify.auth.common_passwords import is_common
from certify.scheme.sentences import Sentence, say

SHORTEST = 15
LONGEST = 128

_hasher = PasswordHasher()
# Each hash takes 64 MiB: more than four at once would let sign-in starve everything else.
_at_once = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """The argon2id hash to store; about 0.1 s, so never inside a transaction."""
    with _at_once:
        return _hasher.hash(_normal(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; without a stored hash a dummy is checked, to cost the same."""
    try:
        with _at_once:
            matches = _hasher.verify(stored or _dummy(), _normal(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return matches and stored is not None


def complaints(password: str, *about: str) -> list[Sentence]:
    """Why this password cannot be taken; `about` are the person's own words (name, address)."""
    length = len(_normal(password))
    if length < SHORTEST:
        return [say("Use at least {n} characters. A few words in a row are easy to keep.", n=SHORTEST)]
    if length > LONGEST:
        return [say("Use at most {n} characters.", n=LONGEST)]
    if is_common(_normal(password), about):
        return [say("This password is easy to guess. Choose a few words that belong to nobody else.")]
    return []


def warm_up() -> None:
    """Make the dummy hash before the first request, which would otherwise answer later than the rest."""
    _dummy()


@cache
def _dummy() -> str:
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    """The same keys give the same password on every keyboard and phone."""
    return unicodedata.normalize("NFKC", password)
