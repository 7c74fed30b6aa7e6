"""What stands on a certificate: the values that its paper is drawn from, copied once and never changed."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime

from certify.credentials.printed import printed
from certify.models import Credential
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
    """The certificate as its document was signed, in the wording of the edition that it was issued under.

    Of its row are only the parts that no document holds by themselves: the register may read otherwise by
    now, and paper around a credential says what that says.
    """
    said = printed(json.loads(credential))
    module = edition.modules.get(said.module)
    source, number = row.recognised_source, row.recognised_number
    return Certificate(
        number=said.number,
        type=CredentialType(said.type),
        holder=said.holder,
        title=edition.wording[f"{said.type}_title"],
        statement=edition.wording[f"{said.type}_statement"],
        module=f"{module.name} ({said.module})" if module else said.module,
        country=row.country,
        issuer=said.issuer_name,
        scheme_version=said.scheme_version,
        valid_from=_day(said.valid_from),
        valid_until=_day(said.valid_until),
        decided_on=_day(said.issued_at),
        address=address,
        credential=credential,
        recognised=(source, number or "") if source else None,
    )


def _day(instant: str) -> date:
    """The day there, as it was signed: what is known of time zones may have changed since."""
    return datetime.fromisoformat(instant).date()
