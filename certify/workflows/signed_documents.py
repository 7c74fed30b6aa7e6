"""The signed document of a certificate: made in the transaction of the decision, or the decision fails."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials import documents, status
from certify.credentials.canonical import NotCanonical, jcs
from certify.credentials.key_files import KeyUnusable
from certify.credentials.place import NoPlace, Place, place_of
from certify.credentials.proofs import signed
from certify.credentials.signing import Identity, identity_of
from certify.models import Credential, CredentialDocument, IssuingBody
from certify.scheme.dates import start_of
from certify.scheme.sentences import say
from certify.scheme.words import CredentialState, StatusPurpose
from certify.workflows.editions import edition_named
from certify.workflows.engine import Refusal, Refused
from certify.workflows.issuer_keys import ensure
from certify.workflows.issuer_record import locked
from certify.workflows.status_places import take_place


def sign(session: Session, credential: Credential, at: datetime, why: str) -> dict[str, Any]:
    """Sign the next version of a certificate's document, as its row stands; what the event tells of it.

    Raises Refused where it cannot be signed: the whole decision then does not happen.
    """
    session.flush()
    issuer = locked(session, credential.issuer_id)
    try:
        ensure(session, issuer, at)
        identity = identity_of(session, issuer)
        made = _document(session, credential, issuer, identity, at, why)
    except (KeyUnusable, NoPlace, NotCanonical, OSError) as error:
        sentence = say("The certificate cannot be signed: {why}.", why=str(error))
        raise Refused([Refusal(None, sentence, ("administrator",))]) from error
    _replace(session, credential, made, at)
    fingerprint = sha256(made.content.encode()).hexdigest()
    return {"revision": made.revision, "key": identity.key.fragment, "document_sha256": fingerprint}


def settle_end(session: Session, credential: Credential) -> None:
    """From when on the revocation list says that a certificate is over, and the one that it takes over."""
    for each in filter(None, (credential, credential.supersedes)):
        if each.document is not None:
            each.document.ended_at = _ends_at(session, each)


def _ends_at(session: Session, credential: Credential) -> datetime | None:
    if credential.state == CredentialState.REVOKED:  # plain text while the move is made
        return credential.state_since
    session.flush()
    successor = session.scalar(
        select(Credential)
        .where(Credential.supersedes_id == credential.id, Credential.state != CredentialState.REVOKED)
        .order_by(Credential.issued_at.desc())
        .limit(1)
    )
    return start_of(successor.valid_from, successor.zone) if successor else None


def _document(
    session: Session,
    credential: Credential,
    issuer: IssuingBody,
    identity: Identity,
    at: datetime,
    why: str,
) -> CredentialDocument:
    place, before = place_of(session), credential.document
    subject_id = before.subject if before else uuid4().urn
    made = CredentialDocument(
        revision=before.revision + 1 if before else 1,
        why=why,
        subject=subject_id,
        key_id=identity.key.id,
        issued_at=at,
    )
    entries = _take_places(session, made, issuer.id, identity.did, at)
    edition = edition_named(session, credential.scheme_version)
    document = documents.credential(
        _subject(credential, subject_id), _issuer(issuer, identity.did, place), edition, entries
    )
    if credential.supersedes is not None:
        document["relatedResource"] = _related(credential.supersedes, place)
    made.content = jcs(signed(document, identity.signer, at)).decode()
    return made


def _take_places(
    session: Session, made: CredentialDocument, issuer_id: str, did: str, at: datetime
) -> list[dict[str, Any]]:
    revocation, r = take_place(session, issuer_id, did, StatusPurpose.REVOCATION, at)
    suspension, s = take_place(session, issuer_id, did, StatusPurpose.SUSPENSION, at)
    made.revocation_list_id, made.revocation_index = revocation.id, r
    made.suspension_list_id, made.suspension_index = suspension.id, s
    return [
        status.entry(revocation.url, StatusPurpose.REVOCATION, r),
        status.entry(suspension.url, StatusPurpose.SUSPENSION, s),
    ]


def _subject(credential: Credential, subject_id: str) -> documents.Subject:
    source, number = credential.recognised_source, credential.recognised_number
    return documents.Subject(
        id=subject_id,
        number=credential.number,
        type=credential.type,
        holder=credential.holder_name,
        module=credential.module,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        zone=credential.zone,
        awarded_at=credential.issued_at,
        recognised=(source, number or "") if source else None,
        supersedes=credential.supersedes.number if credential.supersedes else None,
    )


def _issuer(issuer: IssuingBody, did: str, place: Place) -> documents.Issuer:
    return documents.Issuer(did, issuer.code, issuer.legal_name, issuer.country, place.base_url)


def _related(before: Credential, place: Place) -> list[dict[str, str]]:
    """The certificate that this one takes over, with the hash of its document as it stood then."""
    if before.document is None:
        return []
    digest = b64encode(sha256(before.document.content.encode()).digest()).decode("ascii")
    return [
        {
            "id": place.credential_url(before.number),
            "digestSRI": f"sha256-{digest}",
            "mediaType": "application/vc",
        }
    ]


def _replace(session: Session, credential: Credential, made: CredentialDocument, at: datetime) -> None:
    """The version before is over, if it was not already."""
    before = credential.document
    if before is not None:
        before.replaced_at = at
        before.ended_at = min(before.ended_at or at, at)
    credential.documents.append(made)
    session.flush()
