"""Signed documents: every word of them, what ends them, and what is told where none can be signed."""

import json
from base64 import b64encode
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials import documents, status
from certify.credentials.multikey import did_key
from certify.credentials.place import Place, place_of
from certify.models import (
    Certification,
    Credential,
    CredentialDocument,
    IssuerKey,
    StatusList,
)
from certify.models.store import write_tx
from certify.scheme.words import CredentialType, StatusPurpose
from certify.workflows import credential as credentials
from certify.workflows.signed_documents import sign
from tests.cast import World
from tests.conftest import NOW
from tests.player import DECIDED_ON, EDITION, Player, at
from tests.workflows.keeping import events, refusals
from tests.workflows.test_issuing_record import no

DAY = timedelta(days=1)


def entries(session: Session, document: CredentialDocument) -> list[dict[str, Any]]:
    return [
        status.entry(session.get_one(StatusList, list_id).url, purpose, index)
        for list_id, purpose, index in (
            (document.revocation_list_id, StatusPurpose.REVOCATION, document.revocation_index),
            (document.suspension_list_id, StatusPurpose.SUSPENSION, document.suspension_index),
        )
    ]


def wanted(session: Session, one: Credential, **change: Any) -> dict[str, Any]:
    """The document that a credential ought to have, but for its proof."""
    document = one.document
    assert document is not None
    key = session.get_one(IssuerKey, document.key_id)
    place: Place = place_of(session)
    issuer = documents.Issuer(
        did_key(key.public), "vn-score", "SCORE Việt Nam", "VN", place.base_url
    )  # fmt: skip
    subject = {
        "id": document.subject, "number": one.number, "type": CredentialType.TRAINER_CERTIFICATION,
        "holder": "Ana Trần", "module": "WPC", "valid_from": date(2026, 5, 4),
        "valid_until": date(2029, 5, 4), "zone": "Asia/Ho_Chi_Minh", "awarded_at": at(DECIDED_ON),
        "recognised": None, "supersedes": None, **change,
    }  # fmt: skip
    return documents.credential(documents.Subject(**subject), issuer, EDITION, entries(session, document))


def told(one: Credential) -> dict[str, Any]:
    assert one.document is not None
    signed: dict[str, Any] = json.loads(one.document.content)
    proofs = signed.pop("proof")
    instant = one.document.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert {(each["created"], each["proofPurpose"]) for each in proofs} == {(instant, "assertionMethod")}
    return signed


def test_a_document_says_what_the_row_says_and_the_event_which_it_was(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        one = session.scalars(select(Credential)).one()
        first = one.document
        assert first is not None
        assert (first.revision, first.why, first.issued_at, first.subject[:9]) == (
            1, "issued", at(DECIDED_ON), "urn:uuid:",
        )  # fmt: skip
        assert told(one) == wanted(session, one)
        one.recognised_source, one.recognised_number = "ILO Turin", None
        maya = world.actor(session, world.maya)
        credentials.reissue(session, one, maya, NOW, why="correction")
        second = one.document
        assert second is not None
        assert (second.revision, second.why, second.issued_at, second.subject, second.key_id) == (
            2, "correction", NOW, first.subject, first.key_id,
        )  # fmt: skip
        assert (first.replaced_at, first.ended_at) == (NOW, NOW)
        assert (second.replaced_at, second.ended_at) == (None, None)
        assert told(one) == wanted(session, one, recognised=("ILO Turin", ""))
        one.recognised_number = "T-1"
        credentials.reissue(session, one, maya, NOW + DAY, why="name")
        assert told(one) == wanted(session, one, recognised=("ILO Turin", "T-1"))
        assert first.ended_at == NOW
        facts = [
            {
                "why": each.why, "revision": each.revision, "key": "key-1",
                "document_sha256": sha256(each.content.encode()).hexdigest(),
            }
            for each in one.documents[1:]
        ]  # fmt: skip
        assert [event[-1] for event in events(session, "reissue")] == facts


def test_a_successor_names_the_document_before_it_and_ends_it_on_its_first_day(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        maya, case = world.actor(session, world.maya), session.get_one(Certification, certified.certification)
        first = session.scalars(select(Credential)).one()
        case.valid_from, case.valid_until = date(2029, 5, 5), date(2032, 5, 4)
        second = credentials.issue(session, case, maya, NOW, supersedes=first)
        assert [one.revision for one in second.documents] == [1]
        days = {"valid_from": date(2029, 5, 5), "valid_until": date(2032, 5, 4), "awarded_at": NOW}
        before = first.document
        assert before is not None
        digest = b64encode(sha256(before.content.encode()).digest()).decode()
        related = [
            {
                "id": f"http://localhost/credentials/{first.number}.json",
                "digestSRI": f"sha256-{digest}",
                "mediaType": "application/vc",
            }
        ]
        assert told(second) == {
            **wanted(session, second, **days, supersedes=first.number),
            "relatedResource": related,
        }
        starts = datetime.fromisoformat("2029-05-04T17:00:00+00:00")
        assert (before.ended_at, second.document and second.document.ended_at) == (starts, None)
        third = credentials.issue(session, case, maya, NOW + DAY, supersedes=first)
        case.valid_from = date(2029, 6, 1)
        fourth = credentials.issue(session, case, maya, NOW + 2 * DAY, supersedes=first)
        june = datetime.fromisoformat("2029-05-31T17:00:00+00:00")
        assert before.ended_at == june
        credentials.revoke(session, fourth, maya, NOW + 3 * DAY, reason="Misprint.")
        assert (before.ended_at, fourth.document and fourth.document.ended_at) == (starts, NOW + 3 * DAY)
        for one in (second, third):
            credentials.revoke(session, one, maya, NOW + 4 * DAY, reason="Misprint.")
        assert before.ended_at is None
        credentials.revoke(session, first, maya, NOW + 5 * DAY, reason="Misprint.")
        assert before.ended_at == NOW + 5 * DAY
        credentials.reissue(session, first, maya, NOW + 6 * DAY, why="correction")
        assert (before.ended_at, before.replaced_at) == (NOW + 5 * DAY, NOW + 6 * DAY)
        assert [one.ended_at for one in first.documents] == [NOW + 5 * DAY] * 2


def test_a_certificate_that_cannot_be_signed_is_told_why_and_by_whom_to_be_mended(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        one = session.scalars(select(Credential)).one()
        key = session.scalars(select(IssuerKey).where(IssuerKey.fragment == "key-1")).one()
        key.retired_at = NOW
        session.flush()
        said = refusals(sign, session, one, NOW, "correction")
        assert said == no("The certificate cannot be signed: SCORE Việt Nam has no key to sign with.")
