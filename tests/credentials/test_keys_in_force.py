"""Keys of bodies that may decide: in a file or in the environment, told by the doctor, needed to serve."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update

from certify import StartRefused, require_keys
from certify.clock import real_now
from certify.credentials import sealing
from certify.credentials.key_files import KeyUnusable, read, to_pem
from certify.credentials.place import place_of
from certify.credentials.signing import identity_of, keys_of
from certify.models import Delegation, IssuerKey, db
from certify.models.store import own_tx
from tests.cast import World
from tests.credentials.signed import body
from tests.issuer import CODE, SEALING, SIGNING

VARIABLE = "CERTIFY_KEY_VN_SCORE_KEY_1"
NEW_SEAL = "Readers doubt papers after it. Run: flask keys rotate vn-score --kind seal"


@pytest.fixture
def production(app: Flask, world: World) -> Flask:
    """The same installation, run in earnest."""
    settings = app.extensions["certify.settings"]
    app.extensions["certify.settings"] = replace(settings, mode="production")
    return app


def file_of_key_1(kind: str = "key") -> Path:
    (found,) = place_of(db.session()).folder.glob(f"issuer-{CODE}-{kind}-1-*.pem")
    db.session.rollback()
    return found


def told(app: Flask) -> list[str]:
    """What the doctor says of issuing bodies."""
    lines = app.test_cli_runner().invoke(args=["doctor"]).output.splitlines()
    return [
        line.strip()
        for above, line in zip(["", *lines], lines, strict=False)
        if CODE in line or (CODE in above and line.startswith("      "))
    ]


@pytest.mark.parametrize("one_line", [False, True])
def test_a_key_without_a_file_is_read_from_the_environment(
    world: World, monkeypatch: pytest.MonkeyPatch, one_line: bool
) -> None:
    file_of_key_1().unlink()
    with pytest.raises(KeyUnusable, match=f"missing from the keys folder, {VARIABLE} is not set"):
        identity_of(db.session(), body())
    pem = to_pem(SIGNING).decode()
    monkeypatch.setenv(VARIABLE, pem.replace("\n", "\\n") if one_line else pem)
    assert identity_of(db.session(), body()).signer.key.private_bytes_raw() == SIGNING.private_bytes_raw()


def test_a_file_goes_before_the_environment_and_another_key_there_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, to_pem(SEALING).decode())
    (key, *_), folder = keys_of(db.session(), body().id), place_of(db.session()).folder
    read(folder, key)
    file_of_key_1().unlink()
    with pytest.raises(KeyUnusable, match=f"{VARIABLE} holds another key"):
        read(folder, keys_of(db.session(), body().id)[0])
    monkeypatch.setenv(VARIABLE, "no key")
    with pytest.raises(KeyUnusable, match="holds no private key"):
        read(folder, keys_of(db.session(), body().id)[0])


def test_production_serves_only_while_the_keys_of_bodies_in_force_are_there(
    production: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_keys(production)
    content = file_of_key_1().read_bytes()
    file_of_key_1().unlink()
    with pytest.raises(
        StartRefused, match=f"{CODE}: issuer-{CODE}-key-1-.* is missing.*keys rotate {CODE}\\."
    ):
        require_keys(production)
    assert production.test_cli_runner().invoke(args=["keys", "list"]).exit_code == 0
    monkeypatch.setenv(VARIABLE, content.decode())
    require_keys(production)


def test_a_lost_seal_is_named_with_the_command_for_seals(production: Flask) -> None:
    file = file_of_key_1("seal")
    file.unlink()
    why = f"{file.name} is missing from the keys folder, CERTIFY_KEY_VN_SCORE_SEAL_1 is not set"
    rotate = "flask keys rotate vn-score --kind seal"
    remedy = f"Put it back from its copy, or: {rotate} (docs/credentials.md, Keys)"
    assert told(production) == [f"fail  vn-score cannot seal paper: {why}", remedy]
    with pytest.raises(StartRefused) as refused:
        require_keys(production)
    assert str(refused.value) == (
        f"vn-score: {why}. Put it back from its copy, or change it: {rotate}. "
        "What they signed goes on being verified."
    )
    run = production.test_cli_runner().invoke
    served = run(args=["serve"])
    assert (served.exit_code, f"Error: {refused.value}\n" in served.output) == (1, True)
    changed = run(args=rotate.split()[1:])
    assert "into CERTIFY_KEY_VN_SCORE_SEAL_2." in changed.output, changed.output
    require_keys(production)


def test_a_damaged_certificate_of_a_seal_is_named_with_its_remedy(production: Flask) -> None:
    with own_tx() as session:
        session.execute(update(IssuerKey).where(IssuerKey.kind == "p256").values(certificate="x"))
    rotate = "flask keys rotate vn-score --kind seal"
    assert told(production) == [
        "fail  vn-score cannot seal paper: the certificate of seal-1 is damaged",
        f"Put it back from its copy, or: {rotate} (docs/credentials.md, Keys)",
    ]
    run = production.test_cli_runner().invoke
    assert run(args=rotate.split()[1:]).exit_code == 0
    assert told(production) == ["ok    vn-score can sign certificates and seal paper"]


def test_a_body_without_a_delegation_and_one_without_any_key_stop_no_start(production: Flask) -> None:
    file_of_key_1().unlink()
    with own_tx() as session:
        session.execute(update(Delegation).values(until_on=date(2020, 1, 1)))
    require_keys(production)
    assert told(production) == []
    with own_tx() as session:
        session.execute(update(Delegation).values(until_on=None))
        session.execute(delete(IssuerKey))
    require_keys(production)


def test_the_doctor_says_that_a_body_in_force_can_sign(production: Flask) -> None:
    assert told(production) == ["ok    vn-score can sign certificates and seal paper"]


def test_the_doctor_names_a_key_that_is_missing_with_its_remedy(production: Flask) -> None:
    file = file_of_key_1()
    file.unlink()
    assert told(production) == [
        f"fail  vn-score cannot sign certificates: {file.name} is missing from the keys folder, "
        f"{VARIABLE} is not set",
        "Put it back from its copy, or: flask keys rotate vn-score (docs/credentials.md, Keys)",
    ]
    with own_tx() as session:
        session.execute(delete(IssuerKey))
    assert told(production) == [
        "fail  vn-score has a delegation and no key to sign certificates with",
        "Run: flask keys create vn-score",
        "fail  vn-score has a delegation and no key to seal paper with",
        "Run: flask keys create vn-score --kind seal",
    ]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=91), ["ok    vn-score can sign certificates and seal paper"]),
        (timedelta(days=89), ["warn  the certificate of vn-score's seal ends on {day}", NEW_SEAL]),
        (timedelta(-1), ["fail  the certificate of vn-score's seal ended on {day}", NEW_SEAL]),
    ],
)
def test_the_doctor_names_a_seal_whose_certificate_ends_soon(
    production: Flask, left: timedelta, said: list[str]
) -> None:
    ends_at = real_now() + left
    made_at = ends_at - timedelta(days=sealing.SEALING_DAYS)
    key, root_key = SEALING, sealing.new_key()
    root = sealing.make_root(root_key, "SCORE Việt Nam", "VN", made_at)
    own = sealing.make_sealing_certificate(
        key.public_key(), "SCORE Việt Nam", "VN", made_at, root_key=root_key, root=root
    )
    with own_tx() as session:
        chain = sealing.chain_as_pem((own, root)).decode()
        session.execute(update(IssuerKey).where(IssuerKey.kind == "p256").values(certificate=chain))
    day = f"{ends_at.astimezone(UTC):%Y-%m-%d}"
    assert told(production) == [line.format(day=day) for line in said]


def test_a_demonstration_makes_what_is_missing_by_itself(app: Flask, world: World) -> None:
    with own_tx() as session:
        session.execute(delete(IssuerKey))
    require_keys(app)
    assert told(app) == ["ok    vn-score can sign certificates and seal paper"]
