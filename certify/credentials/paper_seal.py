"""The seal on a PDF: PAdES B-B by the issuing body's key, added to the file and changing nothing in it."""

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certify.credentials.own_thread import in_own_thread
from certify.credentials.sealing import Seal

FIELD = "Seal"
RESERVED = 12_288  # hexadecimal digits: a chain of three imported certificates fits


def sealed(pdf: bytes, seal: Seal, at: datetime, *, reason: str) -> bytes:
    """The PDF with an invisible certifying signature that allows no change; `at` is when it was sealed."""
    described = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
    )
    field = SigFieldSpec(FIELD, readable_field_name="The seal of the issuing body")
    sealer = _Sealer(described, _signer(seal), new_field_spec=field)
    sealer.at = at
    written = in_own_thread(lambda: sealer.sign_pdf(_Writer(BytesIO(pdf)), bytes_reserved=RESERVED))
    assert isinstance(written, BytesIO)
    return written.getvalue()


class _Writer(IncrementalPdfFileWriter):
    """Adds the seal and nothing else.

    pyHanko would also write the metadata anew, after two readings of the clock; PDF/A wants the dates alike.
    """

    def _update_meta(self) -> None:
        return None


class _Sealer(PdfSigner):
    """A signer that is told the time."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


@lru_cache(maxsize=64)
def _signer(seal: Seal) -> SimpleSigner:
    key = seal.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    first, *others = (Certificate.load(each.public_bytes(Encoding.DER)) for each in seal.chain)
    return SimpleSigner(
        signing_cert=first,
        signing_key=PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore.from_certs(others),  # type: ignore[no-untyped-call]
        embed_roots=True,
    )
