"""The keys of issuing bodies: made, changed, retired, declared compromised (CREDENTIALS.md, Keys).

The private part is written to its file before the row is committed: broken off in between, a file is left
over that no row knows, and never a row without its file.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from certify.credentials import key_files
from certify.credentials.key_files import KeyUnusable, PrivateKey
from certify.credentials.multikey import to_multikey
from certify.credentials.place import place_of
from certify.credentials.signing import chain_of, key_in_use, keys_of
from certify.models import IssuerKey, IssuingBody
from certify.scheme.sentences import say
from certify.scheme.words import KeyKind
from certify.workflows.engine import NEW, Refusal, Refused
from certify.workflows.issuer_record import SOFTWARE, By, locked, record

IN_USE, RETIRED = "in_use", "retired"
_NAMES = {KeyKind.ED25519: "key", KeyKind.P256: "seal"}


def create(
    session: Session, issuer: IssuingBody, at: datetime, kind: KeyKind, by: By = SOFTWARE
) -> IssuerKey:
    """The first key of a kind, or the next after one was retired. Raises Refused while one is in use."""
    locked(session, issuer.id)
    _refuse_second(session, issuer, kind)
    private, chain = _made(session, issuer, at, kind)
    return keep(session, issuer, at, private, chain=chain, by=by)


def take_in(
    session: Session,
    issuer: IssuingBody,
    at: datetime,
    private: PrivateKey,
    chain: str | None,
    by: By = SOFTWARE,
) -> IssuerKey:
    """The first key of its kind, made elsewhere. Raises Refused while one is in use."""
    locked(session, issuer.id)
    _refuse_second(session, issuer, _kind(private))
    return keep(session, issuer, at, private, chain=chain, by=by)


def checked_chain(private: PrivateKey, chain: bytes | None) -> str | None:
    """The chain of an imported key as it is kept. Raises KeyUnusable unless the two belong together."""
    from certify.credentials import sealing  # here, for it loads all that PDF takes

    if isinstance(private, Ed25519PrivateKey):
        if chain is not None:
            raise KeyUnusable("a key that signs credentials has no certificate")
        return None
    if chain is None:
        raise KeyUnusable("a seal needs its certificate: name it by --certificate")
    try:
        seal = sealing.read_seal(key_files.to_pem(private), chain)
    except sealing.SealUnfit as error:
        raise KeyUnusable(str(error).rstrip(".")) from error
    return sealing.chain_as_pem(seal.chain).decode("ascii")


def rotate(
    session: Session, issuer: IssuingBody, at: datetime, kind: KeyKind, by: By = SOFTWARE
) -> IssuerKey:
    """A new key signs from now on; what the old ones signed goes on being verified with them."""
    locked(session, issuer.id)
    private, chain = _made(session, issuer, at, kind)
    return replace(session, issuer, at, private, chain, by)


def replace(
    session: Session,
    issuer: IssuingBody,
    at: datetime,
    private: PrivateKey,
    chain: str | None = None,
    by: By = SOFTWARE,
) -> IssuerKey:
    """The same with a key that was made elsewhere."""
    locked(session, issuer.id)
    kind = _kind(private)
    for key in keys_of(session, issuer.id, kind):
        if key.signs:
            key.retired_at = at
            _record(key, at, "retire", (IN_USE, RETIRED), by)
    return keep(session, issuer, at, private, chain=chain, by=by)


def retire(key: IssuerKey, at: datetime, by: By = SOFTWARE) -> None:
    """Sign with it no more; without another one the body issues nothing. Raises Refused."""
    if not key.signs:
        raise Refused([Refusal(None, say("{key} is not in use.", key=key.fragment), ("administrator",))])
    key.retired_at = at
    _record(key, at, "retire", (IN_USE, RETIRED), by)


def compromise(key: IssuerKey, at: datetime, by: By = SOFTWARE) -> None:
    """Believe nothing that it signed; the certificates by it are then issued anew. Raises Refused."""
    if key.compromised_at is not None:
        sentence = say("{key} is declared compromised already.", key=key.fragment)
        raise Refused([Refusal(None, sentence, ("administrator",))])
    before = IN_USE if key.signs else RETIRED
    key.compromised_at = at
    key.retired_at = key.retired_at or at
    _record(key, at, "compromise", (before, "compromised"), by)


def ensure(session: Session, issuer: IssuingBody, at: datetime) -> None:
    """Make what is missing, where the place says so: in a demonstration nobody has to know of keys."""
    if not place_of(session).makes_keys:
        return
    for kind in KeyKind:
        if not keys_of(session, issuer.id, kind):
            create(session, issuer, at, kind)


def keep(
    session: Session,
    issuer: IssuingBody,
    at: datetime,
    private: PrivateKey,
    *,
    chain: str | None = None,
    by: By = SOFTWARE,
) -> IssuerKey:
    """Write the private part to its file and the public one to the register. Raises KeyUnusable."""
    kind, public = _kind(private), to_multikey(private.public_key())
    if session.scalar(select(IssuerKey.id).where(IssuerKey.public == public)) is not None:
        raise KeyUnusable("this key is in the register already, and none is ever taken in twice")
    fragment = f"{_NAMES[kind]}-{len(keys_of(session, issuer.id, kind)) + 1}"
    key_files.write(place_of(session).folder, key_files.name_of(issuer.code, fragment, public), private)
    key = IssuerKey(
        issuer=issuer, kind=kind, fragment=fragment, public=public, certificate=chain, created_at=at
    )
    session.add(key)
    session.flush()
    _record(key, at, "create", (NEW, IN_USE), by)
    return key


def _record(key: IssuerKey, at: datetime, move: str, states: tuple[str, str], by: By) -> None:
    """Keys are the operator's, on the command line, whoever of the register stands behind it."""
    session = object_session(key)
    assert session is not None
    facts = {"key": key.fragment, "kind": key.kind, "public": key.public, **by.facts}
    body = locked(session, key.issuer_id)
    record(session, body, by.actor, at, move, facts, subject=("issuer_key", key.id), states=states)


def _refuse_second(session: Session, issuer: IssuingBody, kind: KeyKind) -> None:
    used = key_in_use(session, issuer.id, kind)
    if used is not None:
        sentence = say("{key} is in use; rotate changes it for a new one.", key=used.fragment)
        raise Refused([Refusal(None, sentence, ("administrator",))])


def _kind(private: PrivateKey) -> KeyKind:
    return KeyKind.ED25519 if isinstance(private, Ed25519PrivateKey) else KeyKind.P256


def _made(
    session: Session, issuer: IssuingBody, at: datetime, kind: KeyKind
) -> tuple[PrivateKey, str | None]:
    if kind is KeyKind.ED25519:
        return Ed25519PrivateKey.generate(), None
    return _seal(session, issuer, at)


def _seal(session: Session, issuer: IssuingBody, at: datetime) -> tuple[PrivateKey, str]:
    """A key for paper, certified by the body's own root, which is made with the first one."""
    from certify.credentials import sealing  # here, for it loads all that PDF takes

    root_key, root = _root(session, issuer) or (None, None)
    if root_key is None or root is None:
        root_key = sealing.new_key()
        root = sealing.make_root(root_key, issuer.legal_name, issuer.country, at)
        key_files.write(place_of(session).folder, _root_name(root_key, issuer), root_key)
    key = sealing.new_key()
    own = sealing.make_sealing_certificate(
        key.public_key(), issuer.legal_name, issuer.country, at, root_key=root_key, root=root
    )
    return key, sealing.chain_as_pem((own, root)).decode("ascii")


def _root(session: Session, issuer: IssuingBody) -> tuple[EllipticCurvePrivateKey, x509.Certificate] | None:
    """The root that certified the last seal, if its key still lies here: it may be kept elsewhere."""
    for key in reversed(keys_of(session, issuer.id, KeyKind.P256)):
        if not (chain := chain_of(key)):
            continue
        root = chain[-1]
        public = root.public_key()
        for path in place_of(session).folder.glob(f"{key_files.PREFIX}{issuer.code}-root-*.pem"):
            private = key_files.from_pem(path.read_bytes())
            if isinstance(private, EllipticCurvePrivateKey) and private.public_key() == public:
                return private, root
    return None


def _root_name(root_key: EllipticCurvePrivateKey, issuer: IssuingBody) -> str:
    return key_files.name_of(issuer.code, "root", to_multikey(root_key.public_key()))
