"""The DID document of an issuing body: every key that it ever signed with, unless it is believed no more."""

from collections.abc import Sequence
from typing import Any

from certify.credentials.loader import MULTIKEY
from certify.credentials.multikey import did_key
from certify.credentials.place import Place
from certify.models import IssuerKey

DID = "https://www.w3.org/ns/did/v1"


def did_document(place: Place, did: str, keys: Sequence[IssuerKey]) -> dict[str, Any]:
    """The document of an identifier; `keys` are those that sign credentials, the oldest first.

    A key that was retired in good order stays for ever, for what it signed stays true. A compromised one
    goes: checkers overlook `revoked`, and some look for it in verificationMethod alone.
    """
    if did.startswith("did:key:"):
        keys = [key for key in keys if did_key(key.public) == did]
    believed = [key for key in keys if key.compromised_at is None]
    return {
        "@context": [DID, MULTIKEY],
        "id": did,
        "verificationMethod": [_method(place, did, key) for key in believed],
        "assertionMethod": [place.method(did, key) for key in believed],
    }


def _method(place: Place, did: str, key: IssuerKey) -> dict[str, Any]:
    return {
        "id": place.method(did, key),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key.public,
    }
