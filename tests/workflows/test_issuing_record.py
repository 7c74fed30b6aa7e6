"""Issuing: keys of issuing bodies and their files, and places in status lists."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials import key_files, sealing
from certify.credentials.key_files import KeyUnusable, PrivateKey
from certify.credentials.multikey import to_multikey
from certify.credentials.place import place_of
from certify.credentials.status import FULL, PLACES
from certify.models import (
    CredentialDocument,
    IssuerKey,
    IssuingBody,
    StatusList,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import KeyKind, StatusPurpose
from certify.workflows import issuer_keys
from certify.workflows.engine import Refusal
from certify.workflows.status_places import take_place
from tests.cast import LONG_AGO, World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.keeping import events, refusals

DAY = timedelta(days=1)
ADMINISTRATOR = ("administrator",)
ED25519, P256 = KeyKind.ED25519, KeyKind.P256
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"another key, for these tests use")
SEAL, ROOT = sealing.new_key(), sealing.new_key()


def no(sentence: str) -> tuple[Refusal, ...]:
    return (Refusal(None, sentence, ADMINISTRATOR),)


def chain(*, country: str = "ID") -> str:
    root = sealing.make_root(ROOT, "Elsewhere", country, LONG_AGO)
    own = sealing.make_sealing_certificate(
        SEAL.public_key(), "Elsewhere", country, LONG_AGO, root_key=ROOT, root=root
    )
    return sealing.chain_as_pem((own, root)).decode("ascii")


def keys(session: Session, body: str) -> list[tuple[Any, ...]]:
    asked = select(IssuerKey).where(IssuerKey.issuer_id == body).order_by(IssuerKey.fragment)
    return [
        (one.fragment, one.kind, one.certificate is None, one.created_at, one.retired_at, one.compromised_at)
        for one in session.scalars(asked)
    ]


@pytest.fixture
def body(world: World) -> Iterator[IssuingBody]:
    """A body without a key, inside a command."""
    with write_tx() as session:
        made = IssuingBody(
            code="id-score", legal_name="SCORE Indonesia", country="ID", zone="Asia/Jakarta", created_at=NOW
        )
        session.add(made)
        session.flush()
        yield made


def file_of(session: Session, key: IssuerKey) -> Path:
    return key_files.file_of(place_of(session).folder, key)


def test_a_body_has_one_key_of_a_kind_in_use(body: IssuingBody) -> None:
    session = db.session()
    assert issuer_keys.locked(session, body.id) is body
    first = issuer_keys.create(session, body, NOW, ED25519)
    assert (first.issuer, first.kind, first.public[:3], first.certificate) == (body, ED25519, "z6M", None)
    assert to_multikey(key_files.from_pem(file_of(session, first).read_bytes()).public_key()) == first.public
    used = no("key-1 is in use; rotate changes it for a new one.")
    assert refusals(issuer_keys.create, session, body, NOW, ED25519) == used
    assert refusals(issuer_keys.take_in, session, body, NOW, PRIVATE, None) == used
    seal = issuer_keys.create(session, body, NOW, P256)
    assert refusals(issuer_keys.take_in, session, body, NOW, SEAL, chain()) == no(
        "seal-1 is in use; rotate changes it for a new one."
    )
    second = issuer_keys.rotate(session, body, NOW + DAY, ED25519)
    third = issuer_keys.replace(session, body, NOW + 2 * DAY, PRIVATE)
    assert (second.public != first.public, third.public) == (True, to_multikey(PRIVATE.public_key()))
    issuer_keys.retire(third, NOW + 3 * DAY)
    assert refusals(issuer_keys.retire, third, NOW) == no("key-3 is not in use.")
    fourth = issuer_keys.create(session, body, NOW + 4 * DAY, ED25519)
    issuer_keys.compromise(fourth, NOW + 5 * DAY)
    assert refusals(issuer_keys.compromise, fourth, NOW) == no("key-4 is declared compromised already.")
    assert refusals(issuer_keys.retire, fourth, NOW) == no("key-4 is not in use.")
    issuer_keys.compromise(third, NOW + 6 * DAY)
    issuer_keys.replace(session, body, NOW + 7 * DAY, SEAL, chain())
    assert keys(session, body.id) == [
        ("key-1", ED25519, True, NOW, NOW + DAY, None),
        ("key-2", ED25519, True, NOW + DAY, NOW + 2 * DAY, None),
        ("key-3", ED25519, True, NOW + 2 * DAY, NOW + 3 * DAY, NOW + 6 * DAY),
        ("key-4", ED25519, True, NOW + 4 * DAY, NOW + 5 * DAY, NOW + 5 * DAY),
        ("seal-1", P256, False, NOW, NOW + 7 * DAY, None),
        ("seal-2", P256, False, NOW + 7 * DAY, None, None),
    ]
    assert seal.retired_at == NOW + 7 * DAY
    kept = (("create", first, NOW), ("create", seal, NOW), ("retire", first, NOW + DAY))
    for move, key, at_ in kept:
        facts = {"key": key.fragment, "kind": key.kind.value, "public": key.public}
        states = ("new", "in_use") if move == "create" else ("in_use", "retired")
        told = (body.id, None, at_, ("issuer_key", key.id), states, facts)
        assert told in events(session, move)
    assert [one[2:5] for one in events(session, "compromise")] == [
        (NOW + 5 * DAY, ("issuer_key", fourth.id), ("in_use", "compromised")),
        (NOW + 6 * DAY, ("issuer_key", third.id), ("retired", "compromised")),
    ]


def test_no_key_is_taken_in_twice_by_whatever_body(body: IssuingBody, world: World) -> None:
    session = db.session()
    made = issuer_keys.take_in(session, body, NOW, PRIVATE, None)
    assert (made.fragment, made.kind, made.created_at) == ("key-1", ED25519, NOW)
    other = session.get_one(IssuingBody, world.issuer)
    said = "^this key is in the register already, and none is ever taken in twice$"
    with pytest.raises(KeyUnusable, match=said):
        issuer_keys.replace(session, other, NOW, PRIVATE)
    sealed = issuer_keys.take_in(session, body, NOW, SEAL, chain())
    assert (sealed.fragment, sealed.kind) == ("seal-1", P256)
    assert (sealed.certificate or "").count("BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    ("private", "given", "said"),
    [
        (PRIVATE, b"", "a key that signs credentials has no certificate"),
        (SEAL, None, "a seal needs its certificate: name it by --certificate"),
        (ROOT, "chain", "The first certificate of the seal's chain is not the one of its key"),
    ],
)
def test_an_imported_key_fits_its_chain_or_is_refused(private: PrivateKey, given: Any, said: str) -> None:
    whole = chain().encode()
    with pytest.raises(KeyUnusable) as unusable:
        issuer_keys.checked_chain(private, whole if given == "chain" else given)
    assert str(unusable.value) == said
    assert issuer_keys.checked_chain(PRIVATE, None) is None
    assert issuer_keys.checked_chain(SEAL, whole) == whole.decode()


def test_a_seal_is_certified_by_the_bodys_own_root_which_is_made_once(body: IssuingBody) -> None:
    session = db.session()
    folder = place_of(session).folder

    def certificates(key: IssuerKey) -> list[x509.Certificate]:
        return x509.load_pem_x509_certificates((key.certificate or "").encode())

    def roots() -> list[Path]:
        return sorted(folder.glob("issuer-id-score-root-*.pem"))

    first = issuer_keys.create(session, body, NOW, P256)
    own, root = certificates(first)
    assert to_multikey(own.public_key()) == first.public  # type: ignore[arg-type]
    own.verify_directly_issued_by(root)
    assert [one.subject.rfc4514_string() for one in (own, root)] == [
        "CN=SCORE Indonesia,O=SCORE Indonesia,C=ID", "CN=SCORE Indonesia root,O=SCORE Indonesia,C=ID",
    ]  # fmt: skip
    for one in (own, root):
        assert one.not_valid_before_utc == NOW - DAY
    [kept] = roots()
    assert kept.name == f"issuer-id-score-root-{to_multikey(root.public_key())[-12:]}.pem"  # type: ignore[arg-type]
    second = issuer_keys.rotate(session, body, NOW + DAY, P256)
    assert certificates(second)[1] == root
    assert certificates(second)[0].public_key() != own.public_key()
    assert roots() == [kept]
    (folder / "issuer-id-score-root-other.pem").write_bytes(key_files.to_pem(PRIVATE))
    third = issuer_keys.rotate(session, body, NOW + 2 * DAY, P256)
    assert certificates(third)[1] == root
    kept.unlink()
    fourth = issuer_keys.rotate(session, body, NOW + 3 * DAY, P256)
    assert certificates(fourth)[1] != root
    imported = issuer_keys.replace(session, body, NOW + 4 * DAY, SEAL, chain())
    fifth = issuer_keys.rotate(session, body, NOW + 5 * DAY, P256)
    assert certificates(fifth)[1] == certificates(fourth)[1]
    assert imported.retired_at == NOW + 5 * DAY
    for path in (*roots(), folder / "issuer-id-score-root-other.pem"):
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("makes_keys", [True, False])
def test_only_where_the_place_makes_keys_are_missing_ones_made(body: IssuingBody, makes_keys: bool) -> None:
    session = db.session()
    place = place_of(session)
    object.__setattr__(place, "makes_keys", makes_keys)
    try:
        issuer_keys.ensure(session, body, NOW)
        made = [("key-1", ED25519, True, NOW, None, None), ("seal-1", P256, False, NOW, None, None)]
        assert keys(session, body.id) == (made if makes_keys else [])
        issuer_keys.ensure(session, body, NOW + DAY)
        assert keys(session, body.id) == (made if makes_keys else [])
    finally:
        object.__setattr__(place, "makes_keys", True)


def test_a_place_is_free_and_in_the_last_list_until_that_is_half_full(
    certified: Player, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_tx() as session:
        document = session.scalars(select(CredentialDocument)).one()
        first = session.get_one(StatusList, document.revocation_list_id)
        same = (session, world.issuer, first.did, StatusPurpose.REVOCATION)
        drawn = iter([document.revocation_index, 7, 8, 9, 20, 10, document.revocation_index, 11])

        def draw(below: int) -> int:
            assert below == PLACES == 131072
            return next(drawn)

        monkeypatch.setattr(secrets, "randbelow", draw)
        assert take_place(*same, NOW) == (first, 7)
        assert first.filled == 2
        first.filled = FULL - 1
        assert take_place(*same, NOW) == (first, 8)
        assert first.filled == FULL
        second, index = take_place(*same, NOW)
        assert (index, second.id != first.id, second.filled, second.ordinal) == (9, True, 1, 2)
        assert (second.issuer_id, second.did, second.purpose, second.opened_at) == (
            world.issuer, first.did, StatusPurpose.REVOCATION, NOW,
        )  # fmt: skip
        assert second.url == f"http://localhost/credentials/status/{second.id}"
        assert len(second.id) == 20
        assert take_place(*same, NOW)[0] is second
        second.filled = FULL
        third, _index = take_place(*same, NOW)
        assert third.ordinal == 3
        other, index = take_place(session, world.issuer, "did:other", StatusPurpose.REVOCATION, NOW)
        assert (other.ordinal, other.did, index) == (1, "did:other", document.revocation_index)
        suspended, index = take_place(session, world.issuer, first.did, StatusPurpose.SUSPENSION, NOW)
        assert (suspended.id, suspended.filled, index) == (document.suspension_list_id, 2, 11)


def test_the_last_list_is_read_as_it_stands_and_is_the_bodys_own(certified: Player, world: World) -> None:
    with write_tx() as session:
        document = session.scalars(select(CredentialDocument)).one()
        found = session.get_one(StatusList, document.revocation_list_id)
        body = IssuingBody(code="b2", legal_name="B2", country="VN", zone="UTC", created_at=NOW)
        session.add(body)
        session.flush()
        foreign = {"issuer_id": body.id, "did": found.did, "purpose": StatusPurpose.REVOCATION}
        session.add(StatusList(id="foreign", url="u", ordinal=7, filled=FULL, opened_at=NOW, **foreign))
        session.flush()
        session.connection().exec_driver_sql(f"UPDATE status_list SET filled = 41 WHERE id = '{found.id}'")
        assert found.filled == 1
        taken, _index = take_place(session, world.issuer, found.did, StatusPurpose.REVOCATION, NOW)
        assert (taken, taken.filled) == (found, 42)
        taken.filled = FULL
        opened, _index = take_place(session, world.issuer, found.did, StatusPurpose.REVOCATION, NOW)
        assert (opened.ordinal, opened.filled) == (2, 1)


def test_a_place_in_the_suspension_list_is_as_free_as_one_in_the_other(
    certified: Player, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_tx() as session:
        document = session.scalars(select(CredentialDocument)).one()
        found = session.get_one(StatusList, document.suspension_list_id)
        drawn = iter([document.suspension_index, 5, 6])
        monkeypatch.setattr(secrets, "randbelow", lambda _below: next(drawn))
        same = (session, world.issuer, found.did, StatusPurpose.SUSPENSION, NOW)
        assert take_place(*same) == (found, 5)
        found.filled = FULL
        session.get_one(StatusList, document.revocation_list_id).ordinal = 7
        assert take_place(*same)[0].ordinal == 2
