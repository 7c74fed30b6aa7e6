"""What other people's tools read: signed documents, DID documents, status lists; no cookies, ETags."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from certify.credentials.multikey import did_key
from certify.credentials.proofs import verify
from certify.models import db
from certify.models.store import write_tx
from certify.scheme.words import KeyKind
from certify.workflows import issuer_keys
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.credentials.readers import is_set, key_for
from tests.credentials.signed import DID, SITE, body, certificate, document, https, reissue
from tests.player import Player, at

JUNE = date(2026, 6, 1)


@pytest.fixture
def played(certified: Player, world: World) -> Player:
    return certified


def lists(signed: dict) -> dict[str, tuple[str, int]]:  # type: ignore[type-arg]
    """The path of each status list, and the place in it, by purpose."""
    return {
        entry["statusPurpose"]: (
            "/" + entry["statusListCredential"].split("/", 3)[3],
            int(entry["statusListIndex"]),
        )
        for entry in signed["credentialStatus"]
    }


def bits(client: StrictClient, signed: dict, query: str = "") -> dict[str, bool]:  # type: ignore[type-arg]
    """What the lists say of a document."""
    found = {}
    for purpose, (path, place) in lists(signed).items():
        subject = client.get(path + query).get_json(force=True)["credentialSubject"]
        found[purpose] = is_set(subject["encodedList"], place)
    return found


def test_the_signed_document_is_published_byte_for_byte(client: StrictClient, played: Player) -> None:
    made = certificate()
    assert made.document is not None
    answer = client.get(f"/credentials/{made.number}.json")
    assert (answer.status_code, answer.text, answer.mimetype) == (
        200,
        made.document.content,
        "application/vc",
    )
    assert (answer.headers["Cache-Control"], answer.headers.get("Set-Cookie")) == ("no-cache", None)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/credentials/{made.number}.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_number_that_is_not_there_has_no_document(client: StrictClient, played: Player) -> None:
    answer = client.get("/credentials/TC-0000-0000-0000-0.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_both_proofs_hold_by_the_key_of_the_issuing_body(played: Player) -> None:
    signed = document()
    assert verify(signed, key_for) == ("eddsa-jcs-2022", "eddsa-rdfc-2022")
    assert signed["issuer"]["id"].startswith("did:key:")  # this test's address is not https


def test_dates_are_in_the_zone_of_the_issuing_body(played: Player) -> None:
    signed = document()
    assert (signed["validFrom"], signed["validUntil"]) == (
        "2026-05-04T00:00:00+07:00",
        "2029-05-04T23:59:59+07:00",
    )


def test_the_document_tells_no_more_than_it_may(played: Player, world: World) -> None:
    """Scores, enterprises, e-mail and ids of people are all there to leak."""
    told = json.dumps(document(), ensure_ascii=False)
    assert world.ana.name in told
    for secret in (world.ana.email, world.ana.id, world.enterprises[0], "May Hòa Bình", world.maya.name):
        assert secret not in told
    assert document()["credentialSubject"]["id"].startswith("urn:uuid:")


def test_a_suspension_sets_its_bit_in_the_same_commit(
    client: StrictClient, played: Player, world: World, turn: Turn
) -> None:
    turn(JUNE)
    assert bits(client, document()) == {"revocation": False, "suspension": False}
    played.move("suspend", world.mika, JUNE, grounds="It was reported.")
    assert bits(client, document()) == {"revocation": False, "suspension": True}
    played.move("reinstate", world.mika, JUNE, findings="Nothing in it.")
    assert bits(client, document()) == {"revocation": False, "suspension": False}


def test_a_withdrawal_sets_its_bit_and_the_past_keeps_its_own(
    client: StrictClient, played: Player, world: World, turn: Turn
) -> None:
    played.move("withdraw", world.mika, JUNE, grounds="It was proved.")
    turn(date(2026, 6, 3))
    assert bits(client, document()) == {"revocation": True, "suspension": False}
    before, after = "?timestamp=2026-06-01T02:59:59Z", "?timestamp=2026-06-01T10:00:01%2B07:00"
    assert bits(client, document(), before)["revocation"] is False
    assert bits(client, document(), after)["revocation"] is True


@pytest.mark.parametrize("asked", ["yesterday", "2026-05-01", "2026-05-01T00:00:00", "2027-01-01T00:00:00Z"])
def test_a_list_is_asked_about_a_past_instant_alone(client: StrictClient, played: Player, asked: str) -> None:
    path, _ = lists(document())["revocation"]
    assert client.get(f"{path}?timestamp={asked}").status_code == 422


def test_a_list_is_signed_by_the_issuer_of_its_credentials_and_short_lived(
    client: StrictClient, played: Player, turn: Turn
) -> None:
    turn(datetime(2026, 6, 1, 3, 7, 42, tzinfo=UTC))
    signed = document()
    path, _ = lists(signed)["revocation"]
    answer = client.get(path)
    told = answer.get_json(force=True)
    assert verify(told, key_for) == ("eddsa-jcs-2022", "eddsa-rdfc-2022")
    assert (told["issuer"], told["validFrom"], told["validUntil"]) == (
        signed["issuer"]["id"],
        "2026-06-01T03:05:00Z",
        "2026-06-01T04:05:00Z",
    )
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/credentials/status/0123456789abcdef0123").status_code == 404


def test_told_anew_the_version_before_is_over(client: StrictClient, played: Player, turn: Turn) -> None:
    turn(date(2026, 6, 2))
    first = document()
    second = reissue(at(JUNE))
    subject = "credentialSubject"
    assert (first["id"], first[subject]["id"]) == (second["id"], second[subject]["id"])
    assert lists(first) != lists(second)
    assert bits(client, first)["revocation"] is True
    assert bits(client, second)["revocation"] is False
    answer = client.get(f"/credentials/{certificate().number}.json")
    assert answer.get_json(force=True) == second


def test_behind_https_the_issuer_is_a_did_web_with_the_history_of_its_keys(
    client: StrictClient, played: Player
) -> None:
    with https():
        with write_tx() as session:
            issuer_keys.rotate(session, session.merge(body()), at(JUNE), KeyKind.ED25519)
        signed = reissue(at(JUNE))
        answer = client.get("/issuers/vn-score/did.json")
        profile = client.get("/issuers/vn-score/profile.json")
    assert (signed["issuer"]["id"], signed["id"]) == (DID, f"{SITE}/credentials/{certificate().number}.json")
    assert [proof["verificationMethod"] for proof in signed["proof"]] == [f"{DID}#key-2"] * 2
    told = answer.get_json(force=True)
    assert answer.mimetype == "application/did+ld+json"
    assert (told["id"], [method["id"] for method in told["verificationMethod"]], told["assertionMethod"]) == (
        DID,
        [f"{DID}#key-1", f"{DID}#key-2"],
        [f"{DID}#key-1", f"{DID}#key-2"],
    )
    assert profile.get_json(force=True)["id"] == DID


def test_without_https_the_issuer_is_its_key(client: StrictClient, played: Player) -> None:
    told = client.get("/issuers/vn-score/did.json").get_json(force=True)
    method = told["verificationMethod"][0]
    assert told["id"] == did_key(method["publicKeyMultibase"]) == document()["issuer"]["id"]
    assert client.get("/issuers/nobody/did.json").status_code == 404


def test_an_achievement_is_published_as_the_credential_tells_it(client: StrictClient, played: Player) -> None:
    told = document()["credentialSubject"]["achievement"]
    answer = client.get("/" + told["id"].split("/", 3)[3])
    published = answer.get_json(force=True)
    assert {name: published[name] for name in told} == told
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    for wrong in (
        "score-1999/trainer-certification/WPC",
        "score-2026/certified/WPC",
        "score-2026/trainer-certification/ZZZ",
    ):
        assert client.get(f"/achievements/{wrong}.json").status_code == 404


def test_attendance_says_that_it_is_no_certification(client: StrictClient, app: Flask, world: World) -> None:
    for kind in ("tot-attendance", "participant-attendance"):
        told = client.get(f"/achievements/score-2026/{kind}/WPC.json").get_json(force=True)
        assert "not a certification" in told["description"]
        assert told["achievementType"] == "ext:Attendance"


def test_nothing_is_published_with_the_key_file_gone(
    client: StrictClient, played: Player, app: Flask
) -> None:
    path, _ = lists(document())["revocation"]
    for file in (app.extensions["certify.settings"].instance / "keys").glob("issuer-*-key-1-*.pem"):
        file.unlink()
    db.session.rollback()
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert "issuer-" not in answer.text


def test_what_is_published_is_the_same_for_everybody_and_tied_to_no_cookie(
    played: Player, client: StrictClient, client_of: Any, world: World
) -> None:
    """A cache between us and the checkers may keep it; a page does vary by its cookie."""
    made, told = certificate(), document()
    addresses = [
        "/issuers/vn-score/did.json",
        "/issuers/vn-score/profile.json",
        f"/credentials/{made.number}.json",
        f"/credentials/{made.number}.pdf",
        *(path for path, _place in lists(told).values()),
        "/" + told["credentialSubject"]["achievement"]["id"].split("/", 3)[3],
        f"/api/v1/verify/{made.number}",
        f"/api/v1/verify/{made.number}?on=2026-05-20",
        f"/verify/{made.number}",
    ]
    for asker in (client, client_of(world.ana)):
        answers = {address: asker.get(address) for address in addresses}
        assert {answer.status_code for answer in answers.values()} == {200}
        tied = [a for a, answer in answers.items() if {"Set-Cookie", "Vary"} & set(answer.headers.keys())]
        assert tied == []
    kept = {
        address: (answer.mimetype, answer.headers["Cache-Control"]) for address, answer in answers.items()
    }
    assert list(kept.values()) == [
        ("application/did+ld+json", "no-cache"),
        ("application/ld+json", "no-cache"),
        ("application/vc", "no-cache"),
        ("application/pdf", "public, no-cache"),
        ("application/vc", "no-cache"),
        ("application/vc", "no-cache"),
        ("application/ld+json", "public, max-age=86400"),
        ("application/json", "no-cache"),
        ("application/json", "no-cache"),
        ("text/html", "no-store"),
    ]
    tags = {address: answer.headers.get("ETag") for address, answer in answers.items()}
    assert [address for address, tag in tags.items() if tag is None] == [f"/verify/{made.number}"]
    assert "Cookie" in client_of(world.ana).get("/my-credentials").headers["Vary"]
    handed_in = client_of(world.ana).post("/api/v1/verify", json=told)
    assert (handed_in.status_code, {"Set-Cookie", "Vary"} & set(handed_in.headers.keys())) == (200, set())
