"""Safe mode: whatever no signature would cover is refused, and so is what would take for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certify.credentials import documents, status
from certify.credentials.canonical import CHECKING, NotCanonical, rdfc
from certify.credentials.loader import PINNED, UnknownContext, context, load
from certify.credentials.multikey import (
    did_key,
    method_of_did_key,
    to_multikey,
)
from certify.credentials.proofs import JCS, RDFC, ProofFailed, Signer, make, signed, verify
from certify.scheme.catalogue import shipped
from certify.scheme.words import CredentialType, StatusPurpose
from tests.credentials.readers import key_for

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
SIGNER = Signer(method_of_did_key(did_key(to_multikey(KEY.public_key()))), KEY)
AT = datetime(2026, 6, 1, 3, tzinfo=UTC)
EDITION = shipped("score-2026")
SITE = "https://certify.example.org"


def credential(type: CredentialType = CredentialType.TRAINER_CERTIFICATION, **more: Any) -> dict[str, Any]:
    subject = documents.Subject(
        id="urn:uuid:58172aac-d8ba-4111-83dd-0b3aef56cc33", number="TC-7F3K-Q2MX-9B4D-R", type=type,
        holder="Ana Trần", module="WPC", valid_from=date(2026, 5, 4), valid_until=date(2029, 5, 4),
        zone="Asia/Ho_Chi_Minh", awarded_at=AT, **more,
    )  # fmt: skip
    issuer = documents.Issuer("did:web:example.org:issuers:vn", "vn", "SCORE Việt Nam", "VN", SITE)
    entry = status.entry(f"{SITE}/credentials/status/a", StatusPurpose.REVOCATION, 7)
    return documents.credential(subject, issuer, EDITION, [entry])


SIGNED = signed(credential(), SIGNER, AT)


def rdfc_alone(document: dict[str, Any]) -> dict[str, Any]:
    """With the proof that covers RDF alone, as a thief of the other one would hand it in."""
    return {**document, "proof": next(each for each in document["proof"] if each["cryptosuite"] == RDFC)}


# What would be dropped on the way to RDF, each put into a signed document at each of its parts.
SMUGGLED = {
    "an undefined term": ("masterTrainer", True),
    "an undefined object": ("masterTrainer", {"level": 5}),
    "an undefined list": ("masterTrainer", ["yes"]),
    "an index": ("@index", "x"),
    "an undefined type": ("type", "MasterTrainer"),
    "a relative address": ("image", "master.png"),
    "a blank term": ("_:masterTrainer", True),
    "a node of its own": ("evidence", {"id": "_:b0", "type": "Evidence"}),
    "a direction": ("name", {"@value": "x", "@direction": "rtl"}),
    "an included node": ("@included", [{"id": "urn:x", "name": "x"}]),
    "a reverse property": ("@reverse", {"https://schema.org/name": {"id": "urn:x"}}),
}
PARTS = {
    "top": (),
    "subject": ("credentialSubject",),
    "achievement": ("credentialSubject", "achievement"),
    "issuer": ("issuer",),
    "status": ("credentialStatus", 0),
}


@pytest.mark.parametrize("what", SMUGGLED)
def test_nothing_is_smuggled_into_a_signed_document(what: str) -> None:
    term, value = SMUGGLED[what]
    for where, path in PARTS.items():
        changed = deepcopy(rdfc_alone(SIGNED))
        part: Any = changed
        for step in path:
            part = part[step]
        if term == "type":
            had = part["type"] if isinstance(part["type"], list) else [part["type"]]
            part["type"] = [*had, value]
        else:
            part[term] = value
        with pytest.raises(ProofFailed):
            verify(changed, key_for)
        assert where


def test_the_untouched_document_verifies_by_either_proof() -> None:
    assert verify(SIGNED, key_for) == (JCS, RDFC)
    assert verify(rdfc_alone(SIGNED), key_for) == (RDFC,)


@pytest.mark.parametrize("suite", [RDFC, JCS])
@settings(max_examples=12)
@given(name=st.text(min_size=1, max_size=40).filter(lambda text: "\x00" not in text))
def test_every_character_of_a_name_is_signed(suite: str, name: str) -> None:
    document = credential()
    document["credentialSubject"]["identifier"][0]["identityHash"] = name
    try:
        document["proof"] = make(document, suite, SIGNER, AT)
    except NotCanonical:
        return  # half a surrogate pair
    assert verify(document, key_for) == (suite,)
    document["credentialSubject"]["identifier"][0]["identityHash"] = name + "\u200b"
    with pytest.raises(ProofFailed):
        verify(document, key_for)


def test_no_context_is_fetched() -> None:
    for url in ("https://www.w3.org/ns/credentials/v1", "http://169.254.169.254/", "file:///etc/passwd", ""):
        with pytest.raises(UnknownContext):
            load(url)
    with pytest.raises(NotCanonical, match="not known here"):
        rdfc({"@context": ["https://www.w3.org/ns/credentials/v2", "https://evil.example/"], "id": "urn:x"})


def test_the_vendored_contexts_have_their_pinned_bytes() -> None:
    assert all(context(url)["@context"] for url in PINNED)


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:x", "name": "\ud800"},
        {"@context": {"@vocab": "urn:"}, "a": [{"b": [{"c": i} for i in range(8)]} for i in range(20)]},
        {"@context": None, "id": 7},
        {"@context": {"a": {"@id": "a"}}, "a": 1},
        {"@context": [[[["https://www.w3.org/ns/credentials/v2"]]]], "type": 5},
        [1, 2],
    ],
    ids=["half a pair", "many nodes", "a number as id", "a circle", "a type of number", "a list"],
)
def test_what_has_no_canonical_form_is_refused_at_once(document: Any) -> None:
    begun = time.process_time()
    with pytest.raises(NotCanonical):
        rdfc(document)
    assert time.process_time() - begun < 2


def test_each_kind_of_paper_has_words_of_its_own() -> None:
    told = {kind: credential(kind) for kind in CredentialType}
    for part in ("name", "description"):
        assert len({document[part] for document in told.values()}) == len(CredentialType)
    for kind in (CredentialType.TOT_ATTENDANCE, CredentialType.PARTICIPANT_ATTENDANCE):
        achievement = told[kind]["credentialSubject"]["achievement"]
        assert achievement["achievementType"] == "ext:Attendance"
        assert "not a certification" in told[kind]["credentialSubject"]["narrative"]
    for document in told.values():
        assert verify(signed(document, SIGNER, AT), key_for) == (JCS, RDFC)


def test_what_was_recognised_or_renewed_says_so() -> None:
    narrative = credential(recognised=("Another body", "X-1"), supersedes="TC-0000-0000-0000-0")[
        "credentialSubject"
    ]["narrative"]
    assert "Recognised from another register; the evidence is not held here. Another body X-1" in narrative
    assert narrative.endswith("It takes the place of TC-0000-0000-0000-0.")


def test_a_document_that_is_being_checked_holds_up_no_signature() -> None:
    """Each has its own memory of contexts, and its own lock."""
    with CHECKING.lock, ThreadPoolExecutor(1) as pool:
        made = pool.submit(signed, credential(), SIGNER, AT).result(timeout=30)
    assert verify(made, key_for) == (JCS, RDFC)
