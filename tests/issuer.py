"""The keys of the cast's issuing body: the same in every run, so that no test has to make any."""

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certify.credentials import sealing
from certify.credentials.key_files import name_of, write
from certify.credentials.multikey import to_multikey
from certify.credentials.place import Place
from certify.models import IssuerKey
from certify.scheme.words import KeyKind

CODE = "vn-score"
SIGNING = Ed25519PrivateKey.from_private_bytes(b"a key of an issuer, for tests us")
SEALING = ec.derive_private_key(0x5C0_2E, ec.SECP256R1())
_ROOT = ec.derive_private_key(0x5C0_2F, ec.SECP256R1())
_FRAGMENTS = {"key-1": SIGNING, "seal-1": SEALING}


def put_issuer_keys(folder: Path) -> None:
    """Their private parts into a folder of keys, unless they lie there."""
    for fragment, key in _FRAGMENTS.items():
        name = name_of(CODE, fragment, to_multikey(key.public_key()))
        if not (folder / name).exists():
            write(folder, name, key)


@cache
def bare_place() -> Place:
    """A place without an application around it, whose keys lie in a folder of the process's own."""
    folder = Path(_folder().name)
    put_issuer_keys(folder)
    return Place("http://localhost", folder, makes_keys=True)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="certify-keys-")


def issuer_keys(issuer_id: str, at: datetime) -> list[IssuerKey]:
    """The rows of the public parts."""
    root = sealing.make_root(_ROOT, "SCORE Việt Nam", "VN", at)
    own = sealing.make_sealing_certificate(
        SEALING.public_key(), "SCORE Việt Nam", "VN", at, root_key=_ROOT, root=root
    )
    chain = sealing.chain_as_pem((own, root)).decode("ascii")
    return [
        IssuerKey(
            issuer_id=issuer_id,
            kind=KeyKind.ED25519 if key is SIGNING else KeyKind.P256,
            fragment=fragment,
            public=to_multikey(key.public_key()),
            certificate=None if key is SIGNING else chain,
            created_at=at,
        )
        for fragment, key in _FRAGMENTS.items()
    ]
