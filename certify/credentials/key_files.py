"""Private keys of issuing bodies: PEM files (PKCS #8), one each, readable by their owner alone.

Where there is no file, an environment variable may hold the PEM: a secret that the platform keeps.
"""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from certify.credentials.multikey import to_multikey
from certify.models import IssuerKey
from certify.whole_files import put

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
PREFIX = "issuer-"  # how the name of every such file begins


class KeyUnusable(Exception):
    """A private key is not where it should be, or is not what it should be; the sentence says which."""


def name_of(code: str, fragment: str, public: str) -> str:
    """The file of a key: whose, which, and the end of its public part, so that no two are ever mixed up."""
    return f"{PREFIX}{code}-{fragment}-{public[-12:]}.pem"


def file_of(folder: Path, key: IssuerKey) -> Path:
    """Where the private part of a key lies."""
    return folder / name_of(key.issuer.code, key.fragment, key.public)


def variable_of(key: IssuerKey) -> str:
    """The environment variable that may hold the private part, where no file does."""
    return f"CERTIFY_KEY_{key.issuer.code}_{key.fragment}".upper().replace("-", "_")


def write(folder: Path, name: str, key: PrivateKey) -> Path:
    """Keep a private key, whole and on the disk or not at all; one that is there stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    put(folder / name, to_pem(key))
    return folder / name


def read(folder: Path, key: IssuerKey) -> PrivateKey:
    """The private part of a key. Raises KeyUnusable where it is missing, damaged, or another key's."""
    path = file_of(folder, key)
    try:
        where, content = path.name, path.read_bytes()
    except FileNotFoundError as error:
        where = variable_of(key)
        content = os.environ.get(where, "").replace("\\n", "\n").encode()  # one line, where more are not kept
        if not content:
            raise KeyUnusable(f"{path.name} is missing from the keys folder, {where} is not set") from error
    except OSError as error:
        raise KeyUnusable(f"{path.name} cannot be read: {error.strerror}") from error
    found = from_pem(content)
    if to_multikey(found.public_key()) != key.public:
        raise KeyUnusable(f"{where} holds another key than the register knows")
    return found


def to_pem(key: PrivateKey) -> bytes:
    """A private key as its file holds it: unencrypted, for the file's mode guards it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def from_pem(content: bytes) -> PrivateKey:
    """A private key of one of the two kinds. Raises KeyUnusable."""
    try:
        found = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable("the file holds no private key in PEM without a password") from error
    if not isinstance(found, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise KeyUnusable("the file holds a key of a kind that is not used here")
    if isinstance(found, EllipticCurvePrivateKey) and found.curve.name != "secp256r1":
        raise KeyUnusable("a seal takes a key on the curve P-256")
    return found


def open_to_others(folder: Path) -> list[Path]:
    """The key files, and their folder, that group or others may read or change."""
    files = sorted(folder.glob(f"{PREFIX}*.pem"))
    return [path for path in (folder, *files) if files and path.stat().st_mode & 0o077]
