"""Public keys as text (Multikey, base58btc) and the identifiers that are made of one (did:key)."""

import base58
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\xed\x01"  # the multicodec of each kind, as an unsigned varint
_P256 = b"\x80\x24"
LONGEST = 200

PublicKey = Ed25519PublicKey | EllipticCurvePublicKey


class NoKey(ValueError):
    """The text is no public key of a kind that is used here."""


def to_multibase(content: bytes) -> str:
    """Bytes as base58btc with its sign in front."""
    return "z" + base58.b58encode(content).decode("ascii")


def from_multibase(text: object) -> bytes:
    """The bytes of a base58btc text. Raises NoKey."""
    if not isinstance(text, str) or not text.startswith("z") or len(text) > LONGEST or not text.isascii():
        raise NoKey("it is no base58btc text")
    try:
        return base58.b58decode(text[1:])
    except ValueError as error:
        raise NoKey("it is no base58btc text") from error


def to_multikey(key: PublicKey) -> str:
    """A public key as text: z6Mk… for Ed25519, zDn… for P-256."""
    if isinstance(key, Ed25519PublicKey):
        return to_multibase(_ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return to_multibase(_P256 + key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def from_multikey(text: object) -> PublicKey:
    """The public key that a text stands for. Raises NoKey."""
    content = from_multibase(text)
    try:
        if content.startswith(_ED25519):
            return Ed25519PublicKey.from_public_bytes(content[len(_ED25519) :])
        if content.startswith(_P256):
            return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), content[len(_P256) :])
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NoKey("it is no point of its curve") from error
    raise NoKey("it is a key of another kind")


def did_key(multikey: str) -> str:
    """The identifier that is the key itself."""
    return f"did:key:{multikey}"


def method_of_did_key(did: str) -> str:
    """How the only key of a did:key is named: the key once more, after a #."""
    return f"{did}#{did.removeprefix('did:key:')}"
