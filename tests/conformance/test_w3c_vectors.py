"""The W3C's own vectors for both cryptosuites, reproduced byte for byte."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certify.credentials.canonical import jcs, rdfc
from certify.credentials.loader import UnknownContext, load
from certify.credentials.multikey import (
    did_key,
    from_multibase,
    from_multikey,
    method_of_did_key,
    to_multibase,
    to_multikey,
)
from certify.credentials.proofs import JCS, RDFC, ProofFailed, Signer, hashed, make, verify
from tests.credentials.readers import key_for

VECTORS = Path(__file__).parent / "vectors"
EDDSA = VECTORS / "vc-di-eddsa"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
AT = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
SUITES = {RDFC: ("DataInt", "signedDataInt.json"), JCS: ("JCS", "signedJCS.json")}


def load_examples(url: str, options: object = None) -> dict[str, Any]:
    """As ours, and the context of the W3C's examples, which defines every term."""
    if url != EXAMPLES:
        return load(url)
    found = json.loads((VECTORS / "credentials-examples-v2.json").read_text(encoding="utf-8"))
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": found}


def read(name: str) -> Any:
    return json.loads((EDDSA / name).read_text(encoding="utf-8"))


def text(suite: str, name: str) -> str:
    return (EDDSA / suite / f"{name}{SUITES[suite][0]}.txt").read_text(encoding="utf-8")


def signer() -> Signer:
    pair = read("keyPair.json")
    private = Ed25519PrivateKey.from_private_bytes(from_multibase(pair["privateKeyMultibase"])[2:])
    return Signer(method_of_did_key(did_key(pair["publicKeyMultibase"])), private)


@pytest.mark.parametrize("suite", SUITES)
def test_every_step_of_a_proof_is_the_w3cs(suite: str) -> None:
    config = read(f"{suite}/proofConfig{SUITES[suite][0]}.json")
    unsigned = read("unsigned.json")
    canonical = (lambda it: rdfc(it, load_examples)) if suite == RDFC else (lambda it: jcs(it).decode())
    both = hashed(unsigned, config, load_examples)
    assert (
        canonical(unsigned),
        canonical(config),
        both[32:].hex(),
        both[:32].hex(),
        both.hex(),
        signer().key.sign(both).hex(),
    ) == (
        text(suite, "canonDoc"),
        text(suite, "proofCanon"),
        text(suite, "docHash"),
        text(suite, "proofHash"),
        text(suite, "combinedHash"),
        text(suite, "sigHex"),
    )


@pytest.mark.parametrize("suite", SUITES)
def test_signing_gives_the_w3cs_signed_document(suite: str) -> None:
    unsigned, expected = read("unsigned.json"), read(f"{suite}/{SUITES[suite][1]}")
    proof = make(unsigned, suite, signer(), AT, loader=load_examples)
    assert {**unsigned, "proof": proof} == expected
    assert verify(expected, key_for, loader=load_examples) == (suite,)


def test_the_signature_over_another_vocabulary_is_the_w3cs_too() -> None:
    """Its context is not vendored; canonical form and proof are, and so is what follows from them."""
    folder = f"{RDFC}/employ"
    canonical, proof = ((EDDSA / folder / f"{n}DataInt.txt").read_text() for n in ("canonDoc", "proofCanon"))
    both = b"".join(sha256(each.encode()).digest() for each in (proof, canonical))
    value = to_multibase(signer().key.sign(both))
    assert value == read(f"{folder}/signedDataInt.json")["proof"]["proofValue"]
    assert value == (EDDSA / folder / "sigBTC58DataInt.txt").read_text().strip()


def test_the_key_pair_is_read_and_written() -> None:
    public = read("keyPair.json")["publicKeyMultibase"]
    assert to_multikey(from_multikey(public)) == public == to_multikey(signer().key.public_key())


@pytest.mark.parametrize("suite", SUITES)
def test_a_changed_vector_fails(suite: str) -> None:
    changed = read(f"{suite}/{SUITES[suite][1]}")
    changed["credentialSubject"]["alumniOf"] = "Another school"
    with pytest.raises(ProofFailed, match="does not fit"):
        verify(changed, key_for, loader=load_examples)


def test_the_examples_context_is_unknown_outside_of_these_tests() -> None:
    with pytest.raises(UnknownContext):
        load(EXAMPLES)
    with pytest.raises(ProofFailed, match="not known here"):
        verify(read(f"{RDFC}/signedDataInt.json"), key_for)
