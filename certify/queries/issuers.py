"""What pages tell of an issuing body: how it is known on the web, its keys, and who came after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials.did_web import NoDidWeb, did_web
from certify.credentials.place import place_of
from certify.credentials.signing import keys_of
from certify.models import Credential, IssuerKey, IssuingBody
from certify.queries.people import bodies
from certify.scheme.words import KeyKind


@dataclass(frozen=True)
class Succession:
    """A body that took the place of another, from a day on."""

    body: IssuingBody
    from_on: date


def did_web_of(session: Session, body: IssuingBody) -> str | None:
    """Its identifier on the web; None where this installation has no https address."""
    try:
        return did_web(place_of(session).base_url, body.code)
    except NoDidWeb:
        return None


def all_keys(session: Session, body: IssuingBody) -> list[IssuerKey]:
    """Every key that the body ever had: those that sign credentials, then those that seal paper."""
    return [key for kind in KeyKind for key in keys_of(session, body.id, kind)]


def other_bodies(session: Session, body: IssuingBody) -> list[IssuingBody]:
    """Who could take its place."""
    return [other for other in bodies(session) if other.id != body.id]


def predecessors(session: Session, body: IssuingBody) -> list[IssuingBody]:
    """Whose place it took, or will take."""
    asked = select(IssuingBody).where(IssuingBody.successor_id == body.id).order_by(IssuingBody.code)
    return list(session.scalars(asked))


def successors(body: IssuingBody, on: date) -> list[Succession]:
    """Who answers for the body on a day, through whom: the last one is there now."""
    return list(_succession(body, on))


def successors_of_issuer(session: Session, number: str, on: date) -> list[Succession]:
    """The same of the body that issued a certificate; empty for a number that is not in the register."""
    asked = select(IssuingBody).join(Credential, Credential.issuer_id == IssuingBody.id)
    body = session.scalar(asked.where(Credential.number == number))
    return successors(body, on) if body else []


def _succession(body: IssuingBody, on: date) -> Iterator[Succession]:
    seen = {body.id}
    while body.successor and body.succeeded_from_on and body.succeeded_from_on <= on:
        if body.successor.id in seen:
            return
        yield Succession(body.successor, body.succeeded_from_on)
        body = body.successor
        seen.add(body.id)
