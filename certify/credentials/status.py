"""Status lists (W3C Bitstring Status List 1.0): one bit a credential, thousands of which ask for one file."""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from certify.credentials.loader import CREDENTIALS
from certify.credentials.proofs import instant
from certify.scheme.words import StatusPurpose

PLACES = 131_072  # the least that the standard allows: among so many nobody can be picked out
FULL = PLACES // 2  # a list is left at half, so that a free place is found at random at once
STEP = timedelta(minutes=5)  # the lists of one such step are the same bytes from every process
VALID_FOR = timedelta(hours=1)


def entry(url: str, purpose: StatusPurpose, index: int) -> dict[str, Any]:
    """A credential's place in a list, as it stands in the credential."""
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def list_credential(
    url: str, did: str, purpose: StatusPurpose, places: Iterable[int], at: datetime
) -> dict[str, Any]:
    """A list as it stands at an instant, not yet signed; `places` are those whose bit is set."""
    start = begun(at)
    return {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": instant(start),
        "validUntil": instant(start + VALID_FOR),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded(places),
        },
    }


def begun(at: datetime) -> datetime:
    """The beginning of the step in which an instant lies; days begin at one in every zone of today."""
    return at - timedelta(
        minutes=at.minute % (STEP.seconds // 60), seconds=at.second, microseconds=at.microsecond
    )


def encoded(places: Iterable[int]) -> str:
    """The bits, the first place at the left, compressed, as base64url with its sign in front."""
    bits = bytearray(PLACES // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode("ascii").rstrip("=")
