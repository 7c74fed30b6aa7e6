"""Is the seal on a PDF whole, and whose is it? Asked of files that anybody may have made, offline."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from certify.credentials.embedded import LARGEST_PDF
from certify.credentials.within_time import LARGEST_STREAM, TooLong, within_time

_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=LARGEST_STREAM),
    document_budget=DocumentDecodeBudget(base_allowance=4 * LARGEST_STREAM, max_ratio=0),
)
_BROKEN = (
    TooLong,
    *(PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, AttributeError),
    *(IndexError, RecursionError, OSError, AssertionError, OverflowError, NotImplementedError, MemoryError),
)


class SealFinding(StrEnum):
    """What a PDF's seal is worth."""

    WHOLE = "whole"  # by one of our roots, and nothing was changed or added since
    CHANGED = "changed"  # the file is not what was sealed
    FOREIGN = "foreign"  # whole, but by somebody else
    COMPROMISED = "compromised"  # whole, by a key that others than the body may have
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class SealChecked:
    """The finding, and what the seal says of itself: nothing of it is to be believed unless it is whole."""

    finding: SealFinding
    sealed_at: datetime | None = None
    by: str | None = None


def check_seal(pdf: bytes, roots: Iterable[x509.Certificate], at: datetime) -> SealChecked:
    """What the seal of a PDF is worth, to somebody who trusts these roots, on the day `at`."""
    if len(pdf) > LARGEST_PDF:
        return SealChecked(SealFinding.UNREADABLE)
    quiet = logging.getLogger("pyhanko")
    level, quiet.level = quiet.level, logging.CRITICAL  # it logs the traceback of every forged file
    try:
        return within_time(lambda: _check(pdf, roots, at))
    except _BROKEN:
        return SealChecked(SealFinding.UNREADABLE)
    finally:
        quiet.level = level


def _check(pdf: bytes, roots: Iterable[x509.Certificate], at: datetime) -> SealChecked:
    signatures = _signatures(pdf)
    if len(signatures) != 1:
        return SealChecked(SealFinding.CHANGED if signatures else SealFinding.MISSING)
    trusted = [Certificate.load(each.public_bytes(Encoding.DER)) for each in roots]
    context = ValidationContext(trust_roots=trusted, moment=at, allow_fetching=False)
    status = validate_pdf_signature(signatures[0], context)
    named = status.signing_cert.subject.native.get("common_name") if status.signing_cert else None
    return SealChecked(_finding(status), status.signer_reported_dt, named)


def _signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    reader = PdfFileReader(BytesIO(pdf), strict=False, decode_limits=_LIMITS)
    return list(reader.embedded_regular_signatures)


def _finding(status: PdfSignatureStatus) -> SealFinding:
    covers = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and covers):
        return SealFinding.CHANGED
    return SealFinding.WHOLE if status.trusted else SealFinding.FOREIGN
