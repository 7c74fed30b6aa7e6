"""The cases for other people's verifiers: a credential, what is published around it, an instant."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certify.credentials.loader import PINNED, context
from certify.credentials.multikey import to_multikey
from certify.credentials.proofs import Signer, signed
from certify.models import IssuerKey, db
from certify.models.store import write_tx
from certify.scheme.words import KeyKind
from certify.workflows import issuer_keys
from tests.cast import WORLD
from tests.client import StrictClient
from tests.conftest import Turn
from tests.credentials.signed import DID, SITE, body, document, reissue
from tests.issuer import SIGNING
from tests.player import Player, at

OTHER = "did:web:certify.example.org:issuers:somebody-else"
JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 3)


@dataclass(frozen=True)
class Case:
    """A document with what lies at the addresses that it leads to, and when it is looked at."""

    document: dict[str, Any]
    documents: dict[str, Any]
    now: datetime

    def as_json(self) -> dict[str, Any]:
        return {"document": self.document, "documents": self.documents, "now": self.now.isoformat()}


class Stage:
    """Plays what happens to one certificate, and keeps what is published of it at each step."""

    def __init__(self, client: StrictClient, player: Player, turn: Turn) -> None:
        self.client, self.player, self.turn = client, player, turn

    def case(self, signed: dict[str, Any], on: date) -> Case:
        """The document as a verifier meets it on a day."""
        self.turn(on)
        documents: dict[str, Any] = {url: context(url) for url in PINNED}
        documents[DID] = self._get("/issuers/vn-score/did.json")
        for entry in signed["credentialStatus"]:
            url = entry["statusListCredential"]
            documents[url] = self._get(url.removeprefix(SITE))
        return Case(signed, documents, at(on))

    def _get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return json.loads(answer.data)


def played(client: StrictClient, player: Player, turn: Turn) -> Iterator[tuple[str, Case]]:
    """Each case by its name, in the order in which it happens; inside `https()`."""
    stage = Stage(client, player, turn)
    first = reissue(at(JUNE))
    valid = stage.case(first, JUNE)
    yield "valid", valid
    yield "tampered", _changed(valid, ("credentialSubject", "licenseNumber"), "TC-0000-0000-0000-0")
    yield "undefined term added", _changed(valid, ("masterTrainer",), True)
    yield "expired", stage.case(first, date(2029, 5, 5))
    yield "not yet valid", stage.case(first, date(2026, 5, 3))
    yield "wrong issuer's list", _with_foreign_lists(valid)
    _rotate()
    yield "rotated key", stage.case(first, JUNE)
    player.move("suspend", WORLD.mika, JULY, grounds="It was reported.")
    yield "suspended", stage.case(first, JULY)
    player.move("reinstate", WORLD.mika, JULY, findings="Nothing in it.")
    yield "reinstated", stage.case(first, JULY)
    _compromise()
    yield "removed key", stage.case(first, JULY)
    second = reissue(at(JULY), "key")
    yield "issued anew", stage.case(second, JULY)
    player.move("withdraw", WORLD.mika, AUGUST, grounds="It was proved.")
    yield "withdrawn", stage.case(document(), AUGUST)


def _changed(case: Case, where: tuple[str, ...], value: Any) -> Case:
    made = deepcopy(case.document)
    part = made
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = value
    return Case(made, case.documents, case.now)


def _with_foreign_lists(case: Case) -> Case:
    """The lists say nothing bad, and somebody else signed them."""
    documents = dict(case.documents)
    method = {
        "id": f"{OTHER}#key-1",
        "type": "Multikey",
        "controller": OTHER,
        "publicKeyMultibase": to_multikey(SIGNING.public_key()),
    }
    documents[OTHER] = {
        "@context": documents[DID]["@context"],
        "id": OTHER,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
    }
    for entry in case.document["credentialStatus"]:
        url = entry["statusListCredential"]
        documents[url] = signed({**documents[url], "issuer": OTHER}, Signer(method["id"], SIGNING), case.now)
    return Case(case.document, documents, case.now)


def _rotate() -> None:
    with write_tx() as session:
        issuer_keys.rotate(session, session.merge(body()), at(JUNE), KeyKind.ED25519)


def _compromise() -> None:
    with write_tx() as session:
        key = session.query(IssuerKey).filter_by(fragment="key-1").one()
        issuer_keys.compromise(key, at(JULY))
    db.session.rollback()
