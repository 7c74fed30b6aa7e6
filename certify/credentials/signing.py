"""The keys that an issuing body signs with now, and those with which it once did."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509 import Certificate, load_pem_x509_certificates
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials import key_files
from certify.credentials.key_files import KeyUnusable
from certify.credentials.multikey import did_key
from certify.credentials.place import Place, place_of
from certify.credentials.proofs import Signer
from certify.models import IssuerKey, IssuingBody
from certify.scheme.words import KeyKind


@dataclass(frozen=True)
class Identity:
    """Who an issuing body is when it signs: its identifier, the key in use, and what signs with it."""

    did: str
    key: IssuerKey
    signer: Signer


def keys_of(session: Session, issuer_id: str, kind: KeyKind = KeyKind.ED25519) -> list[IssuerKey]:
    """Every key that a body ever had of a kind, the oldest first, as it stands in the database now."""
    asked = select(IssuerKey).where(IssuerKey.issuer_id == issuer_id, IssuerKey.kind == kind)
    asked = asked.order_by(IssuerKey.created_at, IssuerKey.fragment)
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def key_in_use(session: Session, issuer_id: str, kind: KeyKind = KeyKind.ED25519) -> IssuerKey | None:
    """The key that signs now."""
    return next((key for key in reversed(keys_of(session, issuer_id, kind)) if key.signs), None)


def identity_of(session: Session, issuer: IssuingBody) -> Identity:
    """Who signs for an issuing body now. Raises KeyUnusable, NoPlace."""
    key = key_in_use(session, issuer.id)
    if key is None:
        raise KeyUnusable(f"{issuer.legal_name} has no key to sign with")
    place = place_of(session)
    did = place.did(issuer.code, key.public)
    return Identity(did, key, signer_of(place, key, did))


def signer_for(session: Session, issuer: IssuingBody, did: str) -> Signer:
    """What signs for an identifier that the body had once: a did:key signs for itself alone.

    Raises KeyUnusable when no key of it can be trusted any more.
    """
    keys = [key for key in keys_of(session, issuer.id) if key.compromised_at is None]
    if did.startswith("did:key:"):
        keys = [key for key in keys if did_key(key.public) == did]
    if not keys:
        raise KeyUnusable(f"{issuer.legal_name} has no key left to sign this with")
    in_use = [key for key in keys if key.signs] or keys
    return signer_of(place_of(session), in_use[-1], did)


def signer_of(place: Place, key: IssuerKey, did: str) -> Signer:
    """A key with its private part. Raises KeyUnusable."""
    private = key_files.read(place.folder, key)
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(f"{key.fragment} seals paper; it signs no credential")
    return Signer(place.method(did, key), private)


def chain_of(key: IssuerKey) -> list[Certificate]:
    """The certificates of a seal, its own first; none where the register's are damaged."""
    try:
        return load_pem_x509_certificates((key.certificate or "").encode("ascii"))
    except ValueError:
        return []


def paper_seal_of(session: Session, issuer_id: str) -> tuple[bytes, bytes]:
    """What seals the paper of a body now: key and chain in PEM, as `sealing.read_seal` takes them.

    Raises KeyUnusable, NoPlace.
    """
    key = key_in_use(session, issuer_id, KeyKind.P256)
    if key is None or key.certificate is None:
        raise KeyUnusable("the issuing body has no key to seal paper with")
    private = key_files.read(place_of(session).folder, key)
    return key_files.to_pem(private), key.certificate.encode("ascii")
