"""Of `flask doctor`: can every issuing body with a delegation in force sign certificates and seal paper?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from certify.audit.said import Said
from certify.queries.keys_in_force import BodyInForce, command
from certify.scheme.words import KeyKind

SOON = timedelta(days=90)  # before the end of a seal's certificate: time enough to have another one issued
_WHAT = {KeyKind.ED25519: "sign certificates", KeyKind.P256: "seal paper"}


def said_of(found: BodyInForce, now: datetime, *, makes_keys: bool) -> Iterator[Said]:
    """What is wrong with the keys of a body, or that nothing is; `makes_keys`: what is missing is made."""
    code, told = found.body.code, []
    for kind, key in found.keys.items():
        if key is None and not makes_keys:
            remedy = f"Run: {command('create', code, kind)}"
            told.append(Said("fail", f"{code} has a delegation and no key to {_WHAT[kind]} with", remedy))
    for kind, why in found.unusable:
        remedy = f"Put it back from its copy, or: {command('rotate', code, kind)} (docs/credentials.md, Keys)"
        told.append(Said("fail", f"{code} cannot {_WHAT[kind]}: {why}", remedy))
    told += _seal(found, now)
    yield from told or [Said("ok", f"{code} can sign certificates and seal paper")]


def _seal(found: BodyInForce, now: datetime) -> list[Said]:
    ends_at = found.seal_ends_at
    if ends_at is None or ends_at > now + SOON:
        return []
    code, ended = found.body.code, ends_at <= now
    what = f"the certificate of {code}'s seal {'ended' if ended else 'ends'} on {ends_at:%Y-%m-%d}"
    remedy = f"Readers doubt papers after it. Run: {command('rotate', code, KeyKind.P256)}"
    return [Said("fail" if ended else "warn", what, remedy)]
