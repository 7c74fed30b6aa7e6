"""Keys of issuing bodies: made, changed, retired, compromised; what is refused, and what never leaks."""

import json
import os
import stat
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select, text

from certify import StartRefused, create_app
from certify.credentials import sealing
from certify.credentials.key_files import KeyUnusable, open_to_others, to_pem
from certify.credentials.place import place_of, use_place
from certify.credentials.signing import keys_of, paper_seal_of
from certify.faults import Point, Struck, arm
from certify.models import Certification, Credential, CredentialDocument, IssuerKey, db
from certify.models.store import write_tx
from certify.policy.actor import CLOCK
from certify.scheme.words import KeyKind
from certify.workflows import issuer_keys
from certify.workflows.credential import issue
from certify.workflows.engine import Refused
from tests.cast import World
from tests.conftest import Turn
from tests.credentials.signed import SITE, body, certificate, document, https
from tests.issuer import CODE, SIGNING
from tests.place import settings_of
from tests.player import Player, at

JUNE = date(2026, 6, 1)


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["keys", *words])


def folder() -> Path:
    found = place_of(db.session()).folder
    db.session.rollback()
    return found


def standing() -> list[tuple[str, bool, bool]]:
    """Each signing key: whether it was retired, and whether compromised."""
    db.session.rollback()
    keys = keys_of(db.session(), body().id)
    return [(key.fragment, key.retired_at is not None, key.compromised_at is not None) for key in keys]


def test_a_key_is_made_changed_and_retired(app: Flask, world: World) -> None:
    assert "key-1 is in use" in run(app, "create", CODE).output
    assert run(app, "rotate", CODE).exit_code == 0
    assert standing() == [("key-1", True, False), ("key-2", False, False)]
    assert run(app, "retire", CODE, "key-2").exit_code == 0
    assert "key-2 is not in use" in run(app, "retire", CODE, "key-2").output
    assert run(app, "create", CODE).exit_code == 0
    assert standing() == [("key-1", True, False), ("key-2", True, False), ("key-3", False, False)]
    listed = run(app, "list").output
    assert listed.count("private part is here") == 4  # three that sign, one that seals
    assert "There is no issuing body with the code 'nobody'" in run(app, "create", "nobody").output


def test_a_private_key_is_its_owners_alone(app: Flask, world: World) -> None:
    run(app, "rotate", CODE)
    run(app, "rotate", CODE, "--kind", "seal")
    modes = {path.name[:19]: stat.S_IMODE(path.stat().st_mode) for path in folder().glob("issuer-*.pem")}
    assert set(modes.values()) == {0o600}
    assert len(list(folder().glob("issuer-*.pem"))) == 5  # two that sign, two that seal, the root
    assert stat.S_IMODE(folder().stat().st_mode) == 0o700


def test_production_does_not_start_with_a_key_that_others_can_read(tmp_path: Path, world: World) -> None:
    instance = tmp_path / "production"
    settings = settings_of(instance, f"sqlite:///{tmp_path / 'new.db'}", mode="production")
    (instance / "keys").mkdir(parents=True)
    (instance / "keys").chmod(0o700)
    key = instance / "keys" / "issuer-vn-score-key-1-abc.pem"
    key.write_bytes(to_pem(SIGNING))
    key.chmod(0o640)
    assert open_to_others(instance / "keys") == [key]
    with pytest.raises(StartRefused, match="issuer-vn-score-key-1-abc"):
        create_app(settings)


def test_no_private_key_reaches_database_or_output(app: Flask, world: World) -> None:
    private = Ed25519PrivateKey.generate()
    file = folder() / "mine.pem"
    file.write_bytes(to_pem(private))
    answer = run(app, "rotate", CODE, "--key", str(file))
    assert answer.exit_code == 0, answer.output
    secrets = [private.private_bytes_raw(), *to_pem(private).split(b"\n")[1:-2]]
    with db.engine.connect() as connection:
        rows = [str(tuple(row)) for row in connection.execute(text("SELECT * FROM issuer_key"))]
    for secret in (secrets[0].hex(), secrets[1].decode()):
        assert secret not in answer.output
        assert not [row for row in rows if secret in row]


def foreign_seal(name: str) -> sealing.Seal:
    """A seal that another authority certified."""
    key, root_key = sealing.new_key(), sealing.new_key()
    root = sealing.make_root(root_key, name, "VN", at(JUNE))
    own = sealing.make_sealing_certificate(
        key.public_key(), name, "VN", at(JUNE), root_key=root_key, root=root
    )
    return sealing.Seal(key, (own, root))


def test_an_imported_seal_fits_its_certificate(app: Flask, world: World, tmp_path: Path) -> None:
    seal, other = foreign_seal("Somebody Else"), foreign_seal("Nobody")
    key, chain, wrong = (tmp_path / name for name in ("key.pem", "chain.pem", "wrong.pem"))
    key.write_bytes(to_pem(seal.key))
    chain.write_bytes(sealing.chain_as_pem(seal.chain))
    wrong.write_bytes(sealing.chain_as_pem(other.chain))
    assert (
        "is not the one of its key"
        in run(app, "rotate", CODE, "--key", str(key), "--certificate", str(wrong)).output
    )
    assert "a seal needs its certificate" in run(app, "rotate", CODE, "--key", str(key)).output
    assert run(app, "rotate", CODE, "--key", str(key), "--certificate", str(chain)).exit_code == 0
    db.session.rollback()
    assert sealing.read_seal(*paper_seal_of(db.session(), body().id)).fingerprint == seal.fingerprint


def test_what_stands_in_the_way_of_a_key_is_a_sentence(app: Flask, world: World, tmp_path: Path) -> None:
    mine = tmp_path / "mine.pem"
    mine.write_bytes(to_pem(Ed25519PrivateKey.generate()))
    assert run(app, "rotate", CODE, "--key", str(mine)).exit_code == 0
    again = run(app, "rotate", CODE, "--key", str(mine))
    assert (again.exit_code, "this key is in the register already" in again.output) == (1, True)
    aside = folder().rename(folder().with_name("aside"))
    folder().write_bytes(b"")
    try:
        unwritten = run(app, "rotate", CODE)
    finally:
        folder().unlink()
        aside.rename(folder())
    assert (unwritten.exit_code, "cannot be used: " in unwritten.output) == (1, True)
    place = place_of(db.session())
    db.engine.update_execution_options(certify_place=None)
    try:
        nowhere = run(app, "rotate", CODE)
    finally:
        use_place(db.engine, place)
    assert (nowhere.exit_code, "was not told from which address" in nowhere.output) == (1, True)
    assert standing() == [("key-1", True, False), ("key-2", False, False)]


def test_the_seal_is_changed_under_the_same_root(app: Flask, world: World) -> None:
    run(app, "rotate", CODE, "--kind", "seal")
    first = sealing.read_seal(*paper_seal_of(db.session(), body().id))
    run(app, "rotate", CODE, "--kind", "seal")
    db.session.rollback()
    second = sealing.read_seal(*paper_seal_of(db.session(), body().id))
    assert first.fingerprint != second.fingerprint
    assert first.chain[-1] == second.chain[-1]


def broken(how: str) -> None:
    """Something that keeps the issuing body from signing."""
    keys = sorted(folder().glob("issuer-*-key-1-*.pem"))
    match how:
        case "gone":
            keys[0].unlink()
        case "another":
            keys[0].write_bytes(to_pem(Ed25519PrivateKey.generate()))
        case "damaged":
            keys[0].write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
        case "retired":
            with write_tx() as session:
                issuer_keys.retire(keys_of(session, session.merge(body()).id)[0], at(JUNE))
        case "not https":
            place = place_of(db.session())
            db.session.rollback()
            use_place(db.engine, type(place)("http://certify.example.org", place.folder, makes_keys=False))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("gone", "is missing from the keys folder"),
        ("another", "holds another key"),
        ("damaged", "holds no private key"),
        ("retired", "has no key to sign with"),
        ("not https", "from an https address alone"),
    ],
)
def test_a_certificate_that_cannot_be_signed_is_not_granted_at_all(
    recommended: Player, world: World, how: str, said: str
) -> None:
    broken(how)
    with pytest.raises(Refused, match=said):
        recommended.grant()
    db.session.rollback()
    case = db.session.get_one(Certification, recommended.certification)
    assert (case.state, case.valid_from, case.decided_at) == ("recommended", None, None)
    assert db.session.scalars(select(Credential)).all() == []
    assert db.session.scalars(select(CredentialDocument)).all() == []


def test_a_compromised_key_is_believed_no_more_and_what_it_signed_is_issued_anew(
    app: Flask, certified: Player, world: World, turn: Turn
) -> None:
    turn(JUNE)
    with https():
        answer = run(app, "compromise", CODE, "key-1", "--yes")
        assert "1 certificates were issued anew" in answer.output, answer.output
        assert standing() == [("key-1", True, True), ("key-2", False, False)]
        told = app.test_client().get("/issuers/vn-score/did.json").get_json(force=True)
    assert [method["id"].partition("#")[2] for method in told["verificationMethod"]] == ["key-2"]
    assert [method.partition("#")[2] for method in told["assertionMethod"]] == ["key-2"]
    db.session.rollback()
    assert [(one.revision, one.why, one.replaced_at is None) for one in certificate().documents] == [
        (1, "issued", False),
        (2, "key", True),
    ]
    assert document()["proof"][0]["verificationMethod"].endswith("#key-2")
    assert document()["id"].startswith(SITE)


def test_issuing_anew_goes_on_where_it_was_broken_off(
    app: Flask, certified: Player, world: World, turn: Turn
) -> None:
    turn(JUNE)
    with write_tx() as session:
        key = session.scalars(select(IssuerKey).where(IssuerKey.fragment == "key-1")).one()
        issuer_keys.rotate(session, key.issuer, at(JUNE), KeyKind.ED25519)
        issuer_keys.compromise(key, at(JUNE))
    assert "1 certificates were issued anew" in run(app, "compromise", CODE, "key-1", "--yes").output
    assert "0 certificates were issued anew" in run(app, "compromise", CODE, "key-1", "--yes").output


def test_broken_off_between_certificates_it_goes_on_with_the_next_and_shows_how_far_it_is(
    app: Flask, certified: Player, world: World, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(JUNE)
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        for _ in range(2):
            issue(session, case, CLOCK, at(JUNE))
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    struck = arm(f"{Point.SIGNATURE}:2")
    try:
        broken = run(app, "compromise", CODE, "key-1", "--yes")
    finally:
        arm("")
    assert (type(broken.exception), struck is not None and struck.struck) == (Struck, True)
    assert standing() == [("key-1", True, True), ("key-2", False, False)]
    assert sorted(versions()) == [1, 1, 2]
    again = run(app, "compromise", CODE, "key-1", "--yes")
    assert ("Issuing anew" in again.stderr, "100%" in again.stderr) == (True, True)
    assert "2 certificates were issued anew" in again.stdout
    assert versions() == [2, 2, 2]


def versions() -> list[int]:
    """Which version of each certificate stands."""
    db.session.rollback()
    return [len(each.documents) for each in db.session.scalars(select(Credential).order_by(Credential.id))]


def test_a_change_of_name_tells_the_certificate_anew(
    certified: Player, world: World, turn: Turn, client_of: Any
) -> None:
    turn(JUNE)
    before, number = document(), certificate().number
    ada = client_of(world.ada)
    page = f"/people/{world.ana.id}/edit"
    version = str(db.session.scalar(text("SELECT version FROM person WHERE id = 'ana" + "0" * 17 + "'")))
    token = ada.token(page)
    form = {"name": "Ana Nguyễn Trần", "country": "VN", "sex": "f", "version": version, "csrf_token": token}
    answer = ada.post(page, data=form)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    after = document()
    assert (certificate().number, certificate().holder_name) == (number, "Ana Nguyễn Trần")
    names = [each["credentialSubject"]["identifier"][0]["identityHash"] for each in (before, after)]
    assert names == ["Ana Trần", "Ana Nguyễn Trần"]
    assert [(one.revision, one.why) for one in certificate().documents] == [(1, "issued"), (2, "name")]


def test_the_key_file_is_a_key_for_others_too(app: Flask, world: World) -> None:
    """Plain PKCS #8: what OpenSSL reads can be kept and moved by any operator."""
    run(app, "rotate", CODE)
    file = max(folder().glob("issuer-*-key-2-*.pem"))
    if not os.path.exists("/usr/bin/openssl"):
        pytest.skip("openssl is not installed")
    done = subprocess.run(
        ["/usr/bin/openssl", "pkey", "-in", file, "-noout", "-text"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "ED25519" in done.stdout.upper()


def test_a_key_of_another_kind_is_refused(app: Flask, world: World, tmp_path: Path) -> None:
    file = tmp_path / "no.pem"
    file.write_text(json.dumps({"no": "key"}))
    assert "holds no private key" in run(app, "create", CODE, "--key", str(file)).output
    assert "cannot be read" in run(app, "create", CODE, "--key", str(tmp_path / "gone")).output
    with pytest.raises(KeyUnusable, match="has no certificate"):
        issuer_keys.checked_chain(SIGNING, b"chain")
