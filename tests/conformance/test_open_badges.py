"""What we issue, held to the constraints of Open Badges 3.0 and of Verifiable Credentials 2.0."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.cast import World
from tests.credentials.signed import document, https, reissue
from tests.player import DECIDED_ON, Player, at

URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")
ACHIEVEMENT_TYPES = {"Certification", "CertificateOfCompletion", "License"}


@pytest.fixture
def badge(certified: Player, world: World) -> Iterator[dict[str, Any]]:
    with https():
        yield reissue(at(DECIDED_ON))


def test_the_credential_is_an_open_badge(badge: dict[str, Any]) -> None:
    assert badge["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(badge["type"])
    assert URI.fullmatch(badge["id"])
    assert badge["name"]


def test_its_issuer_is_a_profile(badge: dict[str, Any]) -> None:
    issuer = badge["issuer"]
    assert (URI.fullmatch(issuer["id"]) is not None, issuer["type"]) == (True, ["Profile"])
    assert issuer["url"].startswith("https://")
    assert issuer["address"]["type"] == ["Address"]
    assert re.fullmatch(r"[A-Z]{2}", issuer["address"]["addressCountryCode"])


def test_its_dates_are_instants_with_an_offset(badge: dict[str, Any]) -> None:
    first, last, awarded = (badge[name] for name in ("validFrom", "validUntil", "awardedDate"))
    assert datetime.fromisoformat(first) <= datetime.fromisoformat(awarded) < datetime.fromisoformat(last)
    assert all(datetime.fromisoformat(each).tzinfo for each in (first, last, awarded))


def test_its_subject_achieved_something_that_has_criteria(badge: dict[str, Any]) -> None:
    subject = badge["credentialSubject"]
    achievement = subject["achievement"]
    assert (subject["type"], achievement["type"]) == (["AchievementSubject"], ["Achievement"])
    assert all(achievement[name] for name in ("id", "name", "description", "criteria", "achievementType"))
    assert achievement["criteria"]["narrative"]
    assert achievement["achievementType"] in ACHIEVEMENT_TYPES
    identity = subject["identifier"][0]
    assert (identity["type"], identity["hashed"], identity["identityType"]) == (
        "IdentityObject",
        False,
        "name",
    )


def test_its_status_entries_are_as_the_standard_wants_them(badge: dict[str, Any]) -> None:
    entries = badge["credentialStatus"]
    assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension"]
    for entry in entries:
        assert entry["type"] == "BitstringStatusListEntry"
        assert entry["statusListIndex"].isdecimal()
        assert 0 <= int(entry["statusListIndex"]) < 131_072
        assert entry["statusListCredential"].startswith("https://")
        assert entry["id"] != entry["statusListCredential"]


def test_every_proof_is_a_data_integrity_proof(badge: dict[str, Any]) -> None:
    for proof in badge["proof"]:
        assert (proof["type"], proof["proofPurpose"]) == ("DataIntegrityProof", "assertionMethod")
        assert proof["verificationMethod"].startswith(badge["issuer"]["id"] + "#")
        assert proof["created"].endswith("Z")
    assert document() == badge
