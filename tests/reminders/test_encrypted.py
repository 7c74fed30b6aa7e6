"""SMTP with TLS against a real server: the certificate is checked, whichever way encryption begins."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from certify.config import ConfigRefused, read_settings
from certify.models import Message, db
from certify.reminders.outbox import deliver_owed
from tests.cast import World
from tests.conftest import NOW
from tests.reminders.sink import Sink, owe_to, point_at, serving, states

ENCRYPTED = ("smtp+starttls", "smtps")


@dataclass(frozen=True)
class Certified:
    """A server's TLS, and the file by which its certificate is believed."""

    context: ssl.SSLContext
    authority: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    """A certificate that nobody but itself vouches for, of 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "server.pem", folder / "server.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return Certified(context, pem)


@pytest.fixture(params=ENCRYPTED)
def running(request: pytest.FixtureRequest, server: Certified) -> Iterator[tuple[str, int, Sink]]:
    handler = Sink()
    with serving(handler, scheme=request.param, context=server.context) as port:
        yield request.param, port, handler


def test_letters_go_encrypted_to_a_server_whose_certificate_is_vouched_for(
    app: Flask, world: World, server: Certified, running: tuple[str, int, Sink]
) -> None:
    scheme, port, handler = running
    point_at(app, port, scheme=scheme, ca=server.authority)
    owe_to("a")
    owe_to("b", to="kim")
    assert deliver_owed(NOW) == 2
    assert handler.encrypted == [True, True]


def test_nothing_is_handed_to_a_server_whose_certificate_nobody_vouches_for(
    app: Flask, world: World, running: tuple[str, int, Sink]
) -> None:
    scheme, port, handler = running
    point_at(app, port, scheme=scheme)
    owe_to("a")
    assert deliver_owed(NOW) == 0
    assert (handler.got, states()) == ([], [("owed", 1)])
    error = db.session.scalars(select(Message.last_error)).one()
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)


def test_a_private_authority_that_is_no_file_stops_the_start(tmp_path: Path) -> None:
    env = {
        "CERTIFY_INSTANCE": str(tmp_path),
        "CERTIFY_SMTP_CA": str(tmp_path / "no.pem"),
        "CERTIFY_MODE": "test",
    }
    with pytest.raises(ConfigRefused, match="CERTIFY_SMTP_CA"):
        read_settings(env)
