"""Data Integrity proofs (W3C vc-di-eddsa): eddsa-rdfc-2022 and eddsa-jcs-2022, made and verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certify.credentials.canonical import CHECKING, SIGNING, Desk, Loader, NotCanonical, jcs, rdfc
from certify.credentials.loader import load
from certify.credentials.multikey import NoKey, from_multibase, to_multibase
from certify.faults import Point, reach

RDFC, JCS = "eddsa-rdfc-2022", "eddsa-jcs-2022"
SUITES = (RDFC, JCS)
PURPOSE = "assertionMethod"
MOST_PROOFS = 4
SIGNATURE_BYTES = 64
# Nothing else is read in a proof: parts of parts could be made such that canonicalisation takes for ever.
TERMS = frozenset(
    {"type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose", "proofValue"}
)

Document = Mapping[str, Any]
KeyFor = Callable[[str], Ed25519PublicKey | None]  # the key that may assert under this name, if there is one


class ProofFailed(Exception):
    """A proof does not hold, or there is none that can be checked; the sentence says why."""


@dataclass(frozen=True)
class Signer:
    """A private key, and the verification method under which others find its public part."""

    method: str
    key: Ed25519PrivateKey = field(repr=False)


def instant(at: datetime) -> str:
    """An instant as proofs and credentials write it: whole seconds, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signed(document: Document, signer: Signer, at: datetime, *, loader: Loader = load) -> dict[str, Any]:
    """The document with both proofs, of which either can be checked without the other."""
    reach(Point.SIGNATURE)
    bare = {name: value for name, value in document.items() if name != "proof"}
    return {**bare, "proof": [make(bare, suite, signer, at, loader=loader) for suite in SUITES]}


def make(
    bare: Document, suite: str, signer: Signer, at: datetime, *, loader: Loader = load
) -> dict[str, Any]:
    """One proof of a document that has none. Raises NotCanonical."""
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": instant(at),
        "verificationMethod": signer.method,
        "proofPurpose": PURPOSE,
    }
    if suite == JCS and "@context" in bare:
        proof["@context"] = bare["@context"]
    return {**proof, "proofValue": to_multibase(signer.key.sign(hashed(bare, proof, loader, SIGNING)))}


def hashed(bare: Document, proof: Document, loader: Loader = load, desk: Desk = CHECKING) -> bytes:
    """What is signed: the hash of the proof's own terms, then that of the document. Raises NotCanonical."""
    terms = {name: value for name, value in proof.items() if name != "proofValue"}
    if proof["cryptosuite"] == JCS:
        return sha256(jcs(terms)).digest() + sha256(jcs(bare)).digest()
    terms["@context"] = bare.get("@context")
    parts = (rdfc(each, loader, desk).encode() for each in (terms, bare))
    return b"".join(sha256(each).digest() for each in parts)


def verify(document: Document, key_for: KeyFor, *, loader: Loader = load) -> tuple[str, ...]:
    """The cryptosuites of the proofs, every one of which holds. Raises ProofFailed.

    A document whose proofs are all of suites that are not known here fails, too.
    """
    given = document.get("proof")
    proofs = given if isinstance(given, list) else [given]
    if not 0 < len(proofs) <= MOST_PROOFS or not all(isinstance(each, Mapping) for each in proofs):
        raise ProofFailed("it has no proof")
    bare = {name: value for name, value in document.items() if name != "proof"}
    # The cheap and complete one first: what it refuses never reaches the costly one.
    ordered = sorted(proofs, key=lambda proof: proof.get("cryptosuite") != JCS)
    return tuple(_verified(bare, proof, key_for, loader) for proof in ordered)


def _verified(bare: Document, proof: Document, key_for: KeyFor, loader: Loader) -> str:
    suite, method = proof.get("cryptosuite"), proof.get("verificationMethod")
    if proof.get("type") != "DataIntegrityProof" or suite not in SUITES:
        raise ProofFailed("it has a proof of a kind that is not known here")
    if not all(name == "@context" or (name in TERMS and isinstance(proof[name], str)) for name in proof):
        raise ProofFailed("its proof says more than a proof does")
    if proof.get("proofPurpose") != PURPOSE:
        raise ProofFailed("its proof was made for another purpose")
    if suite == JCS and proof.get("@context") != bare.get("@context"):
        raise ProofFailed("its proof names other contexts than it does")
    key = key_for(method) if isinstance(method, str) else None
    if key is None:
        raise ProofFailed("it was signed with a key that may not sign it")
    try:
        signature = from_multibase(proof.get("proofValue"))
        if len(signature) != SIGNATURE_BYTES:
            raise ProofFailed("its signature has not the length of one")
        key.verify(signature, hashed(bare, proof, loader))
    except (InvalidSignature, NoKey) as error:
        raise ProofFailed("its signature does not fit what it says") from error
    except NotCanonical as error:
        raise ProofFailed(str(error)) from error
    return str(suite)
