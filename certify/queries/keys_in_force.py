"""Whether each issuing body that may decide today can sign: asked at the start and by `flask doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.credentials import key_files
from certify.credentials.key_files import KeyUnusable
from certify.credentials.place import place_of
from certify.credentials.signing import chain_of, key_in_use
from certify.models import Delegation, IssuerKey, IssuingBody
from certify.scheme.words import KeyKind


class Unusable(NamedTuple):
    """A key that a body has and cannot use."""

    kind: KeyKind
    why: str  # a sentence


@dataclass(frozen=True)
class BodyInForce:
    """A body with a delegation in force, the keys that it signs and seals with, and what is wrong there."""

    body: IssuingBody
    keys: dict[KeyKind, IssuerKey | None]
    unusable: tuple[Unusable, ...]
    seal_ends_at: datetime | None  # the end of the certificate that it seals with, where that can be read


def command(verb: str, code: str, kind: KeyKind) -> str:
    """What the operator runs for a key of a body."""
    return f"flask keys {verb} {code}" + (" --kind seal" if kind is KeyKind.P256 else "")


def bodies_in_force(session: Session, on: date) -> list[BodyInForce]:
    """By their codes."""
    asked = (
        select(IssuingBody)
        .where(
            IssuingBody.delegations.any(
                (Delegation.from_on <= on) & or_(Delegation.until_on.is_(None), Delegation.until_on >= on)
            )
        )
        .order_by(IssuingBody.code)
    )
    return [_looked_at(session, body) for body in session.scalars(asked)]


def _looked_at(session: Session, body: IssuingBody) -> BodyInForce:
    keys = {kind: key_in_use(session, body.id, kind) for kind in KeyKind}
    unusable = [*_without_private_part(session, [key for key in keys.values() if key])]
    seal = keys[KeyKind.P256]
    chain = chain_of(seal) if seal else []
    if seal and not chain:
        unusable.append(Unusable(KeyKind.P256, f"the certificate of {seal.fragment} is damaged"))
    return BodyInForce(body, keys, tuple(unusable), chain[0].not_valid_after_utc if chain else None)


def _without_private_part(session: Session, keys: list[IssuerKey]) -> Iterator[Unusable]:
    for key in keys:
        try:
            key_files.read(place_of(session).folder, key)
        except KeyUnusable as error:
            yield Unusable(KeyKind(key.kind), str(error))
