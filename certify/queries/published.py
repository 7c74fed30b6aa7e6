"""What is published for other people's tools: signed credentials, DID documents, status lists and so on."""

import json
import threading
from datetime import datetime
from hashlib import sha256
from typing import Any

from cachetools import LRUCache
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials import documents, status
from certify.credentials.canonical import jcs
from certify.credentials.did_document import did_document
from certify.credentials.numbers import normalise
from certify.credentials.place import Place, place_of
from certify.credentials.proofs import signed
from certify.credentials.signing import key_in_use, keys_of, signer_for
from certify.models import Certification, Credential, CredentialDocument, Event, IssuingBody, StatusList
from certify.scheme.standing import StandingKind
from certify.scheme.words import CredentialType, StatusPurpose
from certify.workflows.editions import NoEdition, edition_named

_PAUSES = (StandingKind.SUSPEND.value, StandingKind.REINSTATE.value)
_signed: LRUCache[tuple[Any, ...], str] = LRUCache(maxsize=256)  # lists by all that they are made of
_lock = threading.Lock()


def credential_json(session: Session, number: str) -> str | None:
    """The signed document of a certificate as it stands; None for a number that has none."""
    return session.scalar(
        select(CredentialDocument.content)
        .join(Credential, Credential.id == CredentialDocument.credential_id)
        .where(Credential.number == (normalise(number) or ""), CredentialDocument.replaced_at.is_(None))
    )


def body_coded(session: Session, code: str) -> IssuingBody | None:
    """The issuing body with a code."""
    return session.scalar(select(IssuingBody).where(IssuingBody.code == code))


def did_json(session: Session, code: str) -> dict[str, Any] | None:
    """The DID document of an issuing body; None while it has no key. Raises NoPlace."""
    body = body_coded(session, code)
    did = _did_of(session, place_of(session), body) if body else None
    if body is None or did is None:
        return None
    return did_document(place_of(session), did, keys_of(session, body.id))


def profile_json(session: Session, code: str) -> dict[str, Any] | None:
    """An issuing body as Open Badges tell of it; None while it has no key. Raises NoPlace."""
    body, place = body_coded(session, code), place_of(session)
    did = _did_of(session, place, body) if body else None
    if body is None or did is None:
        return None
    issuer = documents.Issuer(did, body.code, body.legal_name, body.country, place.base_url)
    return documents.standing_alone(documents.profile(issuer))


def achievement_json(session: Session, edition: str, type: str, module: str) -> dict[str, Any] | None:
    """What a kind of paper for a module stands for under an edition; None when there is no such thing."""
    try:
        kind = CredentialType(type.replace("-", "_"))
        found = edition_named(session, edition)
    except (ValueError, NoEdition):
        return None
    if module not in found.modules or "_" in type:
        return None
    site = place_of(session).base_url
    return documents.standing_alone(documents.achievement(found, kind, module, site))


def status_list_json(session: Session, list_id: str, at: datetime, now: datetime) -> str | None:
    """A status list as it stands, or stood, at an instant, signed; None for a list that is not there.

    Signed when it is asked for and kept in memory while nothing that it is made of changes, so that no
    clockwork has to run for it to be right. Raises KeyUnusable, NoPlace.
    """
    found = session.get(StatusList, list_id)
    if found is None:
        return None
    places = _places(session, found, at)
    signer = signer_for(session, found.issuer, found.did)
    fingerprint = sha256(repr(places).encode()).digest()
    key = (found.url, signer.method, status.begun(at), status.begun(now), fingerprint)
    with _lock:
        if key in _signed:
            return _signed[key]
    document = status.list_credential(found.url, found.did, found.purpose, places, at)
    content = jcs(signed(document, signer, status.begun(now))).decode()
    with _lock:
        _signed[key] = content
    return content


def _places(session: Session, found: StatusList, at: datetime) -> list[int]:
    """The places whose bit is set: of few rows, for the others are not read."""
    if found.purpose is StatusPurpose.REVOCATION:
        asked = select(CredentialDocument.revocation_index).where(
            CredentialDocument.revocation_list_id == found.id, CredentialDocument.ended_at <= at
        )
        return sorted(session.scalars(asked))
    return _suspended(session, found, at)


def _suspended(session: Session, found: StatusList, at: datetime) -> list[int]:
    """Whose certification was suspended last, and not reinstated."""
    asked = (
        select(CredentialDocument.suspension_index, Event.move)
        .select_from(Event)
        .join(Certification, Certification.id == Event.subject_id)
        .join(Credential, Credential.certification_id == Certification.id)
        .join(CredentialDocument, CredentialDocument.credential_id == Credential.id)
        .where(
            Event.subject_kind == "certification",
            Event.move.in_(_PAUSES),
            Event.at <= at,
            CredentialDocument.suspension_list_id == found.id,
        )
        .order_by(Event.seq)
    )
    last = {row.suspension_index: row.move for row in session.execute(asked)}
    return sorted(place for place, move in last.items() if move == StandingKind.SUSPEND)


def _did_of(session: Session, place: Place, body: IssuingBody) -> str | None:
    key = key_in_use(session, body.id) or next(iter(keys_of(session, body.id)), None)
    return place.did(body.code, key.public) if key else None


def as_text(document: dict[str, Any]) -> str:
    """A document as it is published."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
