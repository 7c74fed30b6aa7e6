"""What is published about a certificate: Open Badges 3.0 on Verifiable Credentials 2.0, as plain documents.

Every kind of paper has its own title, statement and kind of achievement, so that none is taken for another.
Nothing here is secret, and nothing beyond CREDENTIALS.md (Privacy) is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from certify.credentials.loader import CREDENTIALS, DATA_INTEGRITY, OPEN_BADGES
from certify.scheme.types import Edition
from certify.scheme.wording import filled
from certify.scheme.words import CredentialType

CONTEXTS = (CREDENTIALS, OPEN_BADGES, DATA_INTEGRITY)

# The words of Open Badges for what was achieved; attendance has none there, and must not look like more.
ACHIEVEMENT_TYPES: Mapping[CredentialType, str] = {
    CredentialType.TRAINER_CERTIFICATION: "Certification",
    CredentialType.TOT_ATTENDANCE: "ext:Attendance",
    CredentialType.PARTICIPANT_ATTENDANCE: "ext:Attendance",
    CredentialType.ENTERPRISE_COMPLETION: "CertificateOfCompletion",
    CredentialType.EXPERT_TRAINER_LICENCE: "License",
    CredentialType.PROVIDER_LICENCE: "License",
}


@dataclass(frozen=True)
class Issuer:
    """An issuing body as its documents name it; `site` is the public address of its installation."""

    did: str
    code: str
    legal_name: str
    country: str
    site: str


@dataclass(frozen=True)
class Subject:
    """What one certificate says; days are in `zone`, `id` is a random urn:uuid."""

    id: str
    number: str
    type: CredentialType
    holder: str
    module: str
    valid_from: date
    valid_until: date
    zone: str
    awarded_at: datetime
    recognised: tuple[str, str] | None = None  # source, number there
    supersedes: str | None = None  # number


def credential(subject: Subject, issuer: Issuer, edition: Edition, status: list[Any]) -> dict[str, Any]:
    """The certificate, not yet signed; `status` are its places in the status lists."""
    title, statement = _wording(edition, subject.type, subject.module)
    return {
        "@context": list(CONTEXTS),
        "id": f"{issuer.site}/credentials/{subject.number}.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "description": statement,
        "issuer": profile(issuer),
        "validFrom": first_instant(subject.valid_from, subject.zone),
        "validUntil": last_instant(subject.valid_until, subject.zone),
        "awardedDate": _instant(subject.awarded_at, subject.zone),
        "credentialSubject": {
            "id": subject.id,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": subject.holder,
                    "identityType": "name",
                }
            ],
            "licenseNumber": subject.number,
            "narrative": _narrative(subject, edition, statement),
            "achievement": achievement(edition, subject.type, subject.module, issuer.site),
        },
        "credentialStatus": status,
    }


def profile(issuer: Issuer) -> dict[str, Any]:
    """The issuing body, as it stands in every credential."""
    return {
        "id": issuer.did,
        "type": ["Profile"],
        "name": issuer.legal_name,
        "url": f"{issuer.site}/issuers/{issuer.code}/profile.json",
        "address": {"type": ["Address"], "addressCountryCode": issuer.country},
    }


def achievement(edition: Edition, type: CredentialType, module: str, site: str) -> dict[str, Any]:
    """What is achieved: a kind of paper for a module under an edition of the scheme, with its criteria."""
    title, statement = _wording(edition, type, module)
    return {
        "id": achievement_url(site, edition.name, type, module),
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPES[type],
        "name": f"{title}: {_module(edition, module)}",
        "description": statement,
        "criteria": {"type": ["Criteria"], "narrative": _criteria(edition, type, statement)},
        "humanCode": module,
        "version": edition.name,
    }


def achievement_url(site: str, edition: str, type: CredentialType, module: str) -> str:
    """Where an achievement is published."""
    return f"{site}/achievements/{edition}/{type.replace('_', '-')}/{module}.json"


def standing_alone(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a credential, published as a document of its own."""
    return {"@context": list(CONTEXTS[:2]), **part}


def number_of(document: Mapping[str, Any]) -> str | None:
    """The number that a credential says it has; None where it says none."""
    subject = document.get("credentialSubject")
    number = subject.get("licenseNumber") if isinstance(subject, Mapping) else None
    return number if isinstance(number, str) else None


def _wording(edition: Edition, type: CredentialType, module: str) -> tuple[str, str]:
    title, statement = (edition.wording[f"{type}_{part}"] for part in ("title", "statement"))
    return title, filled(statement, module=_module(edition, module), scheme=edition.name)


def _module(edition: Edition, module: str) -> str:
    known = edition.modules.get(module)
    return known.name if known else module


def _criteria(edition: Edition, type: CredentialType, statement: str) -> str:
    """For a certification every requirement of the scheme; for other papers what they say of themselves."""
    if type is not CredentialType.TRAINER_CERTIFICATION:
        return statement
    return "\n".join(f"- {each.text}" for each in edition.requirements.values())


def _narrative(subject: Subject, edition: Edition, statement: str) -> str:
    told = recognition(edition.wording["recognised"], *subject.recognised) if subject.recognised else None
    return narrative(subject.holder, statement, told, subject.supersedes)


def recognition(words: str, source: str, number: str) -> str:
    """Whose certificate was recognised, after the words of the edition."""
    return f"{words} {source} {number}".strip()


def narrative(holder: str, statement: str, recognised: str | None, supersedes: str | None) -> str:
    """The certificate told in sentences; `supersedes` is a number."""
    said = [f"{holder} {statement}"]
    if recognised is not None:
        said.append(recognised)
    if supersedes is not None:
        said.append(f"It takes the place of {supersedes}.")
    return "\n\n".join(said)


def first_instant(day: date, zone: str) -> str:
    """The beginning of a day of validity."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).isoformat()


def last_instant(day: date, zone: str) -> str:
    """The end of one."""
    # fold=1: where the last hour of a day comes twice, the day ends with the second one
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).replace(fold=1).isoformat()


def _instant(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
