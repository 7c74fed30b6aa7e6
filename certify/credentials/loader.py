"""The JSON-LD contexts that are known here, their bytes pinned; nothing is ever fetched from anywhere."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "contexts"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MULTIKEY = "https://w3id.org/security/multikey/v1"

PINNED: Mapping[str, tuple[str, str]] = {
    CREDENTIALS: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: (
        "ob-v3p0-context-3.0.3.json",
        "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
    ),
    DATA_INTEGRITY: (
        "data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    MULTIKEY: (
        "multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
}


class UnknownContext(LookupError):
    """A document names a context that is not vendored, and nobody here goes to fetch it."""


class ContextDamaged(Exception):
    """A vendored context has not the bytes that were pinned."""


@cache
def context(url: str) -> Any:
    """The context at an address. Raises UnknownContext, ContextDamaged."""
    if url not in PINNED:
        raise UnknownContext(url)
    name, fingerprint = PINNED[url]
    content = (FOLDER / name).read_bytes()
    if sha256(content).hexdigest() != fingerprint:
        raise ContextDamaged(f"{FOLDER / name} was changed; install this version again.")
    return json.loads(content)


def load(url: str, _options: object = None) -> dict[str, Any]:
    """A vendored context as PyLD asks for it. Raises UnknownContext for any other address."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": context(url),
    }
