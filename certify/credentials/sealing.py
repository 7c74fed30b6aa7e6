"""The key that seals paper, and its X.509 chain: under a root of the issuing body's own, or imported."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

ROOT_DAYS = 30 * 365
# No time stamp is bought, so that readers ask for a certificate that is good on the day of reading: it has
# to outlive every paper that it seals, while its key is changed much earlier.
SEALING_DAYS = 15 * 365
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
LONGEST_NAME = 64  # bytes in UTF-8, as OpenSSL and its kin take the characters of X.520


class SealUnfit(Exception):
    """A key or chain that no seal can be made with; the sentence says why."""


@dataclass(frozen=True, eq=False)
class Seal:
    """A private key with its X.509 chain: the sealing certificate first, its root last."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the sealing certificate, in hexadecimal."""
        return self.chain[0].fingerprint(hashes.SHA256()).hex()


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(key: ec.EllipticCurvePrivateKey, body: str, country: str, at: datetime) -> x509.Certificate:
    """The self-signed root of an issuing body; it signs sealing certificates and nothing else."""
    name = _name(f"{_short(body, LONGEST_NAME - 5)} root", body, country)
    builder = _builder(name, key.public_key(), at, ROOT_DAYS).issuer_name(name)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return builder.sign(key, hashes.SHA256())


def make_sealing_certificate(
    public_key: ec.EllipticCurvePublicKey,
    body: str,
    country: str,
    at: datetime,
    *,
    root_key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
) -> x509.Certificate:
    """A certificate for sealing documents, in the name of the issuing body, signed by its root."""
    builder = _builder(_name(_short(body), body, country), public_key, at, SEALING_DAYS)
    builder = builder.issuer_name(root.subject)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return builder.add_extension(issuer_key, critical=False).sign(root_key, hashes.SHA256())


@lru_cache(maxsize=64)
def read_seal(key_pem: bytes, chain_pem: bytes) -> Seal:
    """The seal that two PEM files hold, own or imported. Raises SealUnfit."""
    try:
        key = serialization.load_pem_private_key(key_pem, None)
        chain = tuple(x509.load_pem_x509_certificates(chain_pem))
    except (ValueError, TypeError) as error:
        raise SealUnfit(f"The seal's key or its certificates cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SealUnfit("The seal's key is no P-256 key.")
    if chain[0].public_key() != key.public_key():
        raise SealUnfit("The first certificate of the seal's chain is not the one of its key.")
    for certificate, issuer in pairwise(chain):
        _require_issued(certificate, issuer)
    return Seal(key, chain)


def chain_as_pem(chain: Sequence[x509.Certificate]) -> bytes:
    """The certificates one after the other."""
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain)


def _require_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception as error:  # ValueError, TypeError, InvalidSignature: each kind of key says it in its way
        named = certificate.subject.rfc4514_string()
        raise SealUnfit(f"The certificate {named} is not signed by the one that follows it.") from error


def _name(common: str, body: str, country: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(body)),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _short(name: str, bytes_: int = LONGEST_NAME) -> str:
    """As much of a name as fits; the whole of it stands on the paper itself."""
    return name.encode()[:bytes_].decode(errors="ignore").strip()


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))  # another machine's clock may be behind
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(**given: bool) -> x509.KeyUsage:
    uses = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{use: given.get(use, False) for use in uses})
