"""The link that adds a certificate to a LinkedIn profile: plain, so it tells nothing before it is used."""

from urllib.parse import urlencode

from certify.models import Credential
from certify.presentation import module
from certify.scheme.types import Edition

ADD = "https://www.linkedin.com/profile/add"


def linkedin_url(credential: Credential, edition: Edition, address: str) -> str:
    """The form at LinkedIn, filled in; `address` is that of the answer about the certificate."""
    title = edition.wording[f"{credential.type}_title"]
    return f"{ADD}?" + urlencode(
        {
            "startTask": "CERTIFICATION_NAME",
            "name": f"{title}: {module(credential.module, edition)}",
            "organizationName": credential.issuer.legal_name,
            "issueYear": credential.valid_from.year,
            "issueMonth": credential.valid_from.month,
            "expirationYear": credential.valid_until.year,
            "expirationMonth": credential.valid_until.month,
            "certUrl": address,
            "certId": credential.number,
        }
    )
