"""What a signed document says, part by part: to be printed, and held against the certificate's row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Printed:
    """The facts that stand on a certificate, as its document has them; days are instants in text."""

    number: str
    holder: str
    type: str
    module: str
    scheme_version: str
    issuer_code: str
    issuer_name: str
    country: str  # of the issuing body
    valid_from: str
    valid_until: str
    issued_at: str
    statement: str
    narrative: str


def printed(document: Mapping[str, Any]) -> Printed:
    """The parts of a document of ours. Raises KeyError, IndexError, TypeError, ValueError for any other."""
    subject, issuer = document["credentialSubject"], document["issuer"]
    achievement = subject["achievement"]
    edition, kind, module = achievement["id"].removesuffix(".json").split("/")[-3:]
    if (edition, module) != (achievement["version"], achievement["humanCode"]):
        raise ValueError("its achievement is another one than its address says")
    return Printed(
        number=subject["licenseNumber"],
        holder=subject["identifier"][0]["identityHash"],
        type=kind.replace("-", "_"),
        module=module,
        scheme_version=edition,
        issuer_code=issuer["url"].split("/")[-2],
        issuer_name=issuer["name"],
        country=issuer["address"]["addressCountryCode"],
        valid_from=document["validFrom"],
        valid_until=document["validUntil"],
        issued_at=document["awardedDate"],
        statement=document["description"],
        narrative=subject["narrative"],
    )
