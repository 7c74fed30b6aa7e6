"""A credential that somebody hands in: read without trust, and held against what was issued.

Nothing is ever fetched. What costs much (RDF canonicalisation) is done only for a document that says, word
for word, what the register holds; so a hostile one costs a parse and a hash.
"""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certify.credentials.canonical import NotCanonical, jcs
from certify.credentials.multikey import did_key, from_multikey, method_of_did_key
from certify.credentials.proofs import Document, KeyFor, ProofFailed, verify
from certify.models import IssuerKey
from certify.scheme.sentences import say

LARGEST = 256 * 1024  # bytes; ours have five thousand
DEEPEST = 32


class Unreadable(ValueError):
    """What was handed in is no credential at all; the sentence is fit for the screen."""


class Genuine(StrEnum):
    """What the signatures say of a document whose words are the register's own."""

    YES = "yes"
    NO = "no"
    KEY_COMPROMISED = "key compromised"  # signed, but whoever stole the key could have signed it, too


def read(content: bytes) -> dict[str, Any]:
    """The document that was handed in. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(say("The file is larger than any credential: {n} KB at most.", n=LARGEST // 1024))
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(say("This is no JSON document, or one that says a thing twice.")) from error
    if not isinstance(found, dict) or not _is_shallow(found, DEEPEST):
        raise Unreadable(say("This is no credential: it has to be one JSON object, not nested deeply."))
    if "credentialSubject" not in found:
        raise Unreadable(say("This is no credential: it says nothing about anybody (credentialSubject)."))
    return found


def says_the_same(document: Document, issued: Document) -> bool:
    """Whether two documents say the same, proofs apart, in every single character."""
    try:
        return jcs(_bare(document)) == jcs(_bare(issued))
    except NotCanonical:
        return False


def genuine(document: Document, keys: Iterable[IssuerKey]) -> Genuine:
    """Whether every proof holds by a key of the issuing body; `document` says what the register says."""
    known = _by_method(document, keys)
    try:
        verify(document, _finder(known, compromised=False))
    except ProofFailed:
        pass
    else:
        return Genuine.YES
    if all(key.compromised_at is None for key in known.values()):
        return Genuine.NO
    try:
        verify(document, _finder(known, compromised=True))
    except ProofFailed:
        return Genuine.NO
    return Genuine.KEY_COMPROMISED


def _by_method(document: Document, keys: Iterable[IssuerKey]) -> Mapping[str, IssuerKey]:
    """The keys by the names under which they may have signed for the issuer that the document names."""
    issuer = document.get("issuer")
    did = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    found = {}
    for key in keys:
        own = did_key(key.public)
        found[method_of_did_key(own) if did == own else f"{did}#{key.fragment}"] = key
    return found


def _finder(known: Mapping[str, IssuerKey], *, compromised: bool) -> KeyFor:
    def key_for(method: str) -> Ed25519PublicKey | None:
        key = known.get(method)
        if key is None or (key.compromised_at is not None and not compromised):
            return None
        public = from_multikey(key.public)
        return public if isinstance(public, Ed25519PublicKey) else None

    return key_for


def _bare(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name, one reader takes the first and the next the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _is_shallow(value: Any, left: int) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return True
    return left > 0 and all(_is_shallow(each, left - 1) for each in value)
