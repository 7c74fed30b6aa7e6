"""The seal of the log: what an event's hash is taken over, and the keys that lie outside the database.

Standard library only, as in whole_files.py, so that the rules, the checker and a foreign auditor's script
read the same lines.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from json.encoder import encode_basestring as _quoted  # escapes as RFC 8785 asks for
from pathlib import Path

from certify.whole_files import part, put, sync

FIRST = bytes(32)  # what the first event of a case names as the one before it
KEY_BYTES = 32
NAME = "log-mac.key"  # the key in use; retired ones lie beside it as log-mac.<id>.key


class SealRefused(Exception):
    """The log's key is missing, damaged or open to others; the sentence says what to do."""


def line_of(
    id: str,
    case_id: str,
    seq: int,
    at: str,
    actor: str | None,
    on_behalf_of: str | None,
    subject_kind: str,
    subject_id: str,
    move: str,
    from_state: str,
    to_state: str,
    scheme_version: str | None,
    facts: str,
) -> str:
    """An event as canonical JSON (RFC 8785); `facts` is canonical already, `at` ISO 8601 in UTC."""
    end = end_of(id, seq, on_behalf_of, subject_kind, subject_id, move, from_state, to_state, scheme_version)
    return joined(quoted(actor), _quoted(at)[1:-1], quoted(case_id), facts, end)


def joined(actor: str, at: str, case_id: str, facts: str, end: str) -> str:
    """The parts of a line; what is JSON already stays as it is, and so does the instant."""
    return f'{{"actor":{actor},"at":"{at}","case_id":{case_id},"facts":{facts},{end[1:]}'


def end_of(
    id: str,
    seq: int,
    on_behalf_of: str | None,
    subject_kind: str,
    subject_id: str,
    move: str,
    from_state: str,
    to_state: str,
    scheme_version: str | None,
) -> str:
    """What stands in a line after the facts, as an object of its own."""
    return (
        f'{{"from":{_quoted(from_state)},"id":{_quoted(id)},"move":{_quoted(move)},'
        f'"on_behalf_of":{quoted(on_behalf_of)},"scheme_version":{quoted(scheme_version)},"seq":{seq},'
        f'"subject_id":{_quoted(subject_id)},"subject_kind":{_quoted(subject_kind)},"to":{_quoted(to_state)}}}'
    )


def quoted(value: str | None) -> str:
    """A text, or nothing, as JSON."""
    return "null" if value is None else _quoted(value)


def chained(previous: bytes, line: str) -> bytes:
    """The hash of an event that follows another: SHA-256(0x00 ‖ previous ‖ line), like an RFC 6962 leaf."""
    return hashlib.sha256(b"\0" + previous + line.encode()).digest()


def key_id(key: bytes) -> str:
    """The short name of a key, which says nothing about it."""
    return hashlib.sha256(b"certify log key" + key).hexdigest()[:16]


@dataclass(frozen=True)
class Seal:
    """The keys by their ids: `current` seals, every other one is kept to verify what it sealed."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def mac(self, hash: bytes) -> bytes:
        """HMAC-SHA256 of an event's hash with the key in use."""
        return self.macs[self.current](hash)

    @cached_property
    def macs(self) -> Mapping[str, Callable[[bytes], bytes]]:
        """For each key the function that seals with it, its pads taken in once."""
        return {id: _mac_with(key) for id, key in self.keys.items()}


def _mac_with(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC (RFC 2104) with both pads hashed beforehand: half the time of `hmac.digest` for 32 bytes."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block)).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy

    def mac(message: bytes) -> bytes:
        first, second = inner(), outer()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    return mac


def seal_with(*keys: bytes) -> Seal:
    """A seal of the first key; the others only verify. Raises SealRefused."""
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise SealRefused(f"A key of the log has {KEY_BYTES} bytes; restore the right file from its copy.")
    return Seal(key_id(keys[0]), {key_id(key): key for key in keys})


def read_seal(folder: Path) -> Seal | None:
    """The seal whose keys lie in a folder; None without a key in use. Raises SealRefused."""
    used = folder / NAME
    if not used.is_file():
        return None
    retired = sorted(path for path in folder.glob("log-mac.*.key") if path != used)
    return seal_with(*(path.read_bytes() for path in (used, *retired)))


def make_key(folder: Path) -> None:
    """A new key, readable by its owner alone, there whole or not at all; one that is there stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    put(folder / NAME, secrets.token_bytes(KEY_BYTES))


def rotate_key(folder: Path) -> tuple[str, str]:
    """A new key in the place of the one in use, which stays to verify; their ids, the old one first.

    Wherever it is broken off, a key is in use and none is lost. Raises SealRefused.
    """
    used = folder / NAME
    seal = read_seal(folder)
    if seal is None:
        raise SealRefused(f"{used} is missing; there is no key to change.")
    retired = folder / f"log-mac.{seal.current}.key"
    with part(folder, secrets.token_bytes(KEY_BYTES)) as beside:
        with suppress(FileExistsError):  # an earlier change was broken off here
            os.link(used, retired)
        retired.chmod(0o600)
        sync(folder)
        new = key_id(beside.read_bytes())
        os.replace(beside, used)
        sync(folder)
    return seal.current, new


def open_to_others(folder: Path) -> list[Path]:
    """The folder and the keys in it that group or others may read or change."""
    paths = [folder, *sorted(folder.glob("log-mac*.key"))]
    return [path for path in paths if path.exists() and path.stat().st_mode & 0o077]


__all__ = [
    "FIRST",
    "NAME",
    "Seal",
    "SealRefused",
    "chained",
    "end_of",
    "joined",
    "key_id",
    "line_of",
    "make_key",
    "open_to_others",
    "quoted",
    "read_seal",
    "rotate_key",
    "seal_with",
]
