"""How somebody else reads what is published: keys in did:key, bits of a list, the document of a DID."""

import gzip
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import unquote

from certify.credentials.multikey import from_multikey


def key_for(method: str) -> Any:
    """The public key that a did:key, or the name of its key, holds (DID Key)."""
    did, _, fragment = method.partition("#")
    key = did.removeprefix("did:key:")
    assert did.startswith("did:key:"), method
    assert fragment in ("", key), method
    return from_multikey(key)


def is_set(encoded_list: str, place: int) -> bool:
    """Whether a bit is set (Bitstring Status List: base64url, gzip, the first place leftmost)."""
    assert encoded_list.startswith("u"), encoded_list
    text = encoded_list[1:]
    bits = gzip.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return bool(bits[place // 8] & 0x80 >> place % 8)


def document_url(did: str) -> str:
    """Where the document of a did:web with a path lies (did:web method specification)."""
    host, *path = did.removeprefix("did:web:").split(":")
    assert did.startswith("did:web:"), did
    return "/".join([f"https://{unquote(host)}", *map(unquote, path), "did.json"])
