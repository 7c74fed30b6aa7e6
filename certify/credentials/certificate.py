"""What stands on a certificate: the values that its paper is drawn from, copied once and never changed."""

from dataclasses import dataclass, field
from datetime import date

from certify.models import Credential
from certify.scheme.dates import day_in
from certify.scheme.types import Edition
from certify.scheme.words import CredentialType

LANGUAGE = "en"  # of the wording that ships; an edition in another language names its own


@dataclass(frozen=True)
class Certificate:
    """One certificate as it is printed.

    `module` is the name as it is shown, `country` an ISO 3166 code, `address` where the number is verified
    (the QR code holds it whole), `credential` the signed JSON document that is embedded, byte for byte.
    `title` and `statement` are the edition's wording; a statement may name `{module}` and `{scheme}`.
    """

    number: str
    type: CredentialType
    holder: str
    title: str
    statement: str
    module: str
    country: str
    issuer: str
    scheme_version: str
    valid_from: date
    valid_until: date
    decided_on: date
    address: str
    credential: bytes = field(repr=False)
    recognised: tuple[str, str] | None = None  # source, number there
    language: str = LANGUAGE


def certificate_of(row: Credential, edition: Edition, *, address: str, credential: bytes) -> Certificate:
    """The certificate that a row tells of, in the wording of the edition that it was issued under."""
    module = edition.modules.get(row.module)
    source, number = row.recognised_source, row.recognised_number
    return Certificate(
        number=row.number,
        type=row.type,
        holder=row.holder_name,
        title=edition.wording[f"{row.type}_title"],
        statement=edition.wording[f"{row.type}_statement"],
        module=f"{module.name} ({row.module})" if module else row.module,
        country=row.country,
        issuer=row.issuer.legal_name,
        scheme_version=row.scheme_version,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        decided_on=day_in(row.issued_at, row.zone),
        address=address,
        credential=credential,
        recognised=(source, number or "") if source else None,
    )
