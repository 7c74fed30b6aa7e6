"""A credential that somebody hands in: the verdicts, and whatever is thrown at the reader."""

import json
import time
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from flask import Flask

from certify.auth.files_checked import LIMIT, QUARTERS, count_foreign
from certify.credentials.proofs import Signer, signed
from certify.models.store import write_tx
from certify.scheme.words import KeyKind
from certify.workflows import issuer_keys
from tests.api.client import PROBLEM, Program
from tests.cast import World
from tests.conftest import Turn
from tests.credentials.signed import body, certificate, document, https, reissue
from tests.issuer import SIGNING
from tests.player import Player, at

JUNE = date(2026, 6, 1)
FIELDS = (
    "reason", "since", "holder", "module", "country", "credential_type", "scheme_version", "issuer",
    "valid_from", "valid_until", "supersedes", "superseded_by", "renewal_filed", "recognised", "on",
)  # fmt: skip
NOTHING = dict.fromkeys(FIELDS)


@pytest.fixture
def program(app: Flask, certified: Player) -> Program:
    """A program of nobody's."""
    return Program(app)


def told(program: Program, credential: Any, query: str = "") -> dict[str, Any]:
    answer = program.post(f"verify{query}", credential)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return {name: value for name, value in found.items() if name != "as_of"}


def by_number(program: Program, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = program.send("GET", f"verify/{certificate().number}{query}").get_json()
    return {name: value for name, value in found.items() if name != "as_of"}


def nothing(verdict: str, number: str) -> dict[str, Any]:
    return {**NOTHING, "number": number, "verdict": verdict}


def test_a_genuine_document_gets_the_answer_of_its_number(program: Program, turn: Turn) -> None:
    turn(JUNE)
    assert told(program, document())["verdict"] == "valid"
    for day in ("", "?on=2026-05-03", "?on=2029-05-04", "?on=2029-05-05"):
        assert told(program, document(), day) == by_number(program, day)


def test_a_document_of_a_withdrawn_certificate_says_so(
    program: Program, certified: Player, world: World, turn: Turn
) -> None:
    certified.move("withdraw", world.mika, JUNE, grounds="It was proved.")
    turn(date(2026, 6, 2))
    found = told(program, document())
    assert (found["verdict"], found["reason"], found["since"]) == (
        "not_currently_valid", "withdrawn", "2026-06-01",
    )  # fmt: skip


def changed(how: str) -> dict[str, Any]:
    made = deepcopy(document())
    subject, proofs = made["credentialSubject"], made["proof"]
    match how:
        case "another name":
            subject["identifier"][0]["identityHash"] = "Somebody Else"
        case "a later end":
            made["validUntil"] = "2039-05-04T23:59:59+07:00"
        case "an undefined term":
            made["masterTrainer"] = True
        case "an undefined term in the subject":
            subject["masterTrainer"] = True
        case "a term that is nothing":
            subject["role"] = None
        case "another module":
            subject["achievement"]["humanCode"] = "QUA"
        case "another status list":
            made["credentialStatus"][0]["statusListIndex"] = "1"
        case "no status list":
            del made["credentialStatus"]
        case "another issuer":
            made["issuer"]["id"] = "did:web:evil.example:issuers:vn-score"
        case "no proof":
            del made["proof"]
        case "a proof of nothing":
            made["proof"] = []
        case "an unknown suite":
            proofs[0]["cryptosuite"] = "ecdsa-sd-2023"
        case "another purpose":
            proofs[0]["proofPurpose"] = "authentication"
        case "another signature":
            proofs[0]["proofValue"] = proofs[1]["proofValue"]
        case "no signature":
            proofs[1]["proofValue"] = 7
        case "another date of proof":
            proofs[1]["created"] = "2020-01-01T00:00:00Z"
        case "another context":
            made["@context"] = [*made["@context"], "https://evil.example/context"]
        case "a vocabulary for everything":
            made["@context"] = [*made["@context"], {"@vocab": "https://evil.example/"}]
        case "a key of its own":
            proofs[0]["verificationMethod"] = proofs[0]["verificationMethod"].replace("z6Mk", "z6Ml")
    return made


CHANGES = (
    "another name", "a later end", "an undefined term", "an undefined term in the subject",
    "a term that is nothing", "another module", "another status list", "no status list", "another issuer",
    "no proof", "a proof of nothing", "an unknown suite", "another purpose", "another signature",
    "no signature", "another date of proof", "another context", "a vocabulary for everything",
    "a key of its own",
)  # fmt: skip


def test_whatever_is_changed_is_tampered_with(program: Program) -> None:
    number = certificate().number
    for how in CHANGES:
        assert told(program, changed(how)) == nothing("tampered", number), how


def test_one_proof_of_the_two_is_enough(program: Program) -> None:
    for which in (0, 1):
        one = {**document(), "proof": document()["proof"][which]}
        assert told(program, one) == by_number(program)


def test_a_document_signed_with_our_key_and_never_issued_is_tampered_with(program: Program) -> None:
    """A thief of the key can sign; the register knows what was issued."""
    method = document()["proof"][0]["verificationMethod"]
    forged = signed(changed("a later end"), Signer(method, SIGNING), at(JUNE))
    assert told(program, forged) == nothing("tampered", certificate().number)


def test_another_number_is_unknown(program: Program) -> None:
    foreign = changed("another issuer")
    foreign["credentialSubject"]["licenseNumber"] = "TC-0000-0000-0000-0"
    assert told(program, foreign) == nothing("unknown", "TC-0000-0000-0000-0")
    assert told(program, {"credentialSubject": {"id": "did:example:1"}}) == nothing("unknown", "")


def test_a_version_that_was_replaced_is_superseded_from_then_on(program: Program, turn: Turn) -> None:
    turn(date(2026, 6, 2))
    first = document()
    second = reissue(at(JUNE))
    found = told(program, first)
    assert (found["verdict"], found["reason"], found["since"], found["superseded_by"]) == (
        "not_currently_valid", "superseded", "2026-06-01", certificate().number,
    )  # fmt: skip
    assert told(program, first, "?on=2026-05-20") == by_number(program, "?on=2026-05-20")
    assert told(program, second) == by_number(program)


def test_what_a_compromised_key_signed_cannot_be_checked_until_it_is_issued_anew(
    program: Program, turn: Turn
) -> None:
    turn(date(2026, 6, 2))
    with https():
        first = reissue(at(date(2026, 5, 5)))
        with write_tx() as session:
            key = issuer_keys.rotate(session, session.merge(body()), at(JUNE), KeyKind.ED25519)
            assert key.fragment == "key-2"
            issuer_keys.compromise(certificate().documents[-1].key, at(JUNE))
        assert told(program, first) == nothing("cannot_check", certificate().number)
        second = reissue(at(JUNE), "key")
        assert told(program, first)["reason"] == "superseded"
        assert told(program, second) == by_number(program)


DEEP = b'{"credentialSubject":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
TWICE = b'{"credentialSubject": {}, "issuer": "a", "issuer": "b"}'


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"not json", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"{}", 422),
        (b"\xff\xfe", 422),
        (DEEP, 422),
        (TWICE, 422),
        (b'{"credentialSubject": NaN}', 422),
        (b'{"credentialSubject":' + b'{"a":' * 40 + b"1" + b"}" * 41, 422),
        (b'{"credentialSubject": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)
def test_what_is_no_credential_gets_a_sentence(program: Program, content: bytes, status: int) -> None:
    answer = program.send("POST", "verify", data=content, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert answer.get_json()["detail"]


def test_strange_things_inside_a_credential_get_a_verdict(program: Program) -> None:
    strange: list[Any] = [
        {"issuer": 7}, {"proof": "z"}, {"proof": [1, 2]}, {"proof": [{}] * 1000}, {"@context": None},
        {"id": "\ud800"}, {"a": 2**80}, {"a": 1e300}, {"type": {"@id": {}}}, {"<script>": "<script>"},
    ]  # fmt: skip
    for extra in strange:
        made = {**document(), **extra}
        answer = program.send("POST", "verify", data=json.dumps(made), content_type="application/vc")
        assert (answer.status_code, answer.get_json()["verdict"]) == (200, "tampered"), extra
    for subject in ([], "text", None, {"licenseNumber": 7}, {"licenseNumber": ["a"]}, {"licenseNumber": ""}):
        made = {**document(), "credentialSubject": subject}
        answer = program.send("POST", "verify", data=json.dumps(made), content_type="application/vc")
        assert (answer.status_code, answer.get_json()["verdict"]) == (200, "unknown"), subject


def test_a_key_that_makes_it_safe_to_repeat_has_to_be_one(program: Program) -> None:
    for key, status in (("again", 200), ("k" * 256, 422), ("", 422)):
        answer = program.post("verify", document(), Idempotency_Key=key)
        assert answer.status_code == status, key


def test_a_form_is_no_document(program: Program) -> None:
    answer = program.send("POST", "verify", data={"credential": "{}"})
    assert (answer.status_code, answer.mimetype) == (415, PROBLEM)


def test_a_flood_of_forged_documents_is_held_up_and_questions_about_numbers_are_not(program: Program) -> None:
    forged = {**document(), "name": "Certified Master Trainer"}
    count_foreign("127.0.0.1", (LIMIT - 2) / QUARTERS)
    for _ in range(3):
        assert program.post("verify", document()).status_code == 200
    assert [program.post("verify", forged).status_code for _ in range(2)] == [200, 429]
    assert by_number(program)["verdict"] == "valid"


def test_a_day_that_is_none_is_refused(program: Program) -> None:
    for day in ("soon", ""):
        assert program.post(f"verify?on={day}", document()).status_code == 422
        assert program.get(f"verify/{certificate().number}", on=day).status_code == 422


def test_a_proof_that_would_take_for_ever_is_refused_at_once(program: Program) -> None:
    """Parts of parts that are all alike: canonicalisation tries each of their orders."""
    made = deepcopy(document())
    twins = [{"urn:x:q": [{"urn:x:r": "1"} for _ in range(10)]} for _ in range(2)]
    made["proof"] = {**made["proof"][0], "urn:x:p": twins}
    begun = time.process_time()
    assert told(program, made)["verdict"] == "tampered"
    assert time.process_time() - begun < 2
