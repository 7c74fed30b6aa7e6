"""What we issue, looked at by verifiers that other people wrote: @digitalbazaar/vc and openbadgeslib.

Their clocks are set to the case's, for a certificate of 2026 would otherwise fail these tests in 2029.
"""

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

import pytest
from openbadgeslib.ob3 import ldp, status, verifier

from tests.cast import World
from tests.client import StrictClient
from tests.conformance.cases import Case, played
from tests.conformance.checkers import ask
from tests.conftest import Turn
from tests.credentials.signed import DID, https
from tests.player import Player

SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
FREE = {"revocation": False, "suspension": False}
SIGNATURE = "Verification error(s). | Invalid signature."
SAFE = "Verification error(s). | Safe mode validation error."


@pytest.fixture
def cases(client: StrictClient, certified: Player, world: World, turn: Turn) -> Iterator[dict[str, Case]]:
    with https():
        yield dict(played(client, certified, turn))


def good(**bits: bool) -> list[dict[str, Any]]:
    """Both proofs hold; what the lists say. The verifier says "verified" of a revoked credential, too."""
    return [{"verified": True, "why": "", "status": {**FREE, **bits}} for _ in SUITES]


def bad(*why: str) -> list[dict[str, Any]]:
    """Why the first proof fails, and the second."""
    return [{"verified": False, "why": each, "status": {}} for each in (why * 2)[:2]]


def test_digital_bazaars_verifier_agrees(cases: dict[str, Case]) -> None:
    told = {name: [each[suite] for suite in SUITES] for name, each in ask(cases).items()}
    now = "The current date time"
    late = f'{now} (2029-05-05T03:00:00.000Z) is after "validUntil" (2029-05-04T23:59:59+07:00).'
    early = f'{now} (2026-05-03T03:00:00.000Z) is before "validFrom" (2026-05-04T00:00:00+07:00).'
    foreign = "Issuers of the status list credential and verifiable credential do not match."
    assert told == {
        "valid": good(),
        "tampered": bad(SIGNATURE),
        "undefined term added": bad(SAFE, SIGNATURE),
        "expired": bad(late),
        "not yet valid": bad(early),
        "wrong issuer's list": bad(foreign),
        "rotated key": good(),
        "suspended": good(suspension=True),
        "reinstated": good(),
        "removed key": bad(told["removed key"][0]["why"]),
        "issued anew": good(),
        "withdrawn": good(revocation=True),
    }
    assert f"no such key: {DID}#key-1" in told["removed key"][0]["why"]


OBJECTIONS = {
    "valid": "",
    "tampered": "Invalid Data Integrity proof (signature mismatch)",
    "undefined term added": "the credential is not in compacted form under its @context (at /masterTrainer)",
    "expired": "Credential has expired",
    "not yet valid": "Credential is not yet valid",
    "wrong issuer's list": "",  # it compares the issuers of lists in JWT alone
    "rotated key": "",
    "suspended": "Credential status 'suspension' is set",
    "reinstated": "",
    "removed key": f"DID document has no verificationMethod with id '{DID}#key-1'",
    "issued anew": "",
    "withdrawn": "Credential status 'revocation' is set",
}


def test_openbadgeslib_agrees(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the eddsa-rdfc-2022 proof and the bits; lists that are no JWT it takes unsigned."""
    told = {name: _openbadgeslib(case, monkeypatch) for name, case in cases.items()}
    assert {name: said[: len(OBJECTIONS[name]) or None] for name, said in told.items()} == OBJECTIONS


def _openbadgeslib(case: Case, monkeypatch: pytest.MonkeyPatch) -> str:
    """What it objects to."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return case.now

    for module in (ldp, status, verifier):
        monkeypatch.setattr(module, "datetime", Then)

    def published(url: str) -> bytes:
        return json.dumps(case.documents[DID if url.endswith("/did.json") else url]).encode()

    asked = ldp.OB3LdpVerifier.for_issuer_did(DID)
    try:
        asked.verify(case.document, check_status=True, download=published, verify_status_list=False)
    except verifier.OB3VerificationError as error:
        return str(error)
    return ""
