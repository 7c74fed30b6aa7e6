"""What tests of signed credentials share: the one certificate of a stage, and its documents."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from certify.credentials.place import place_of, use_place
from certify.models import Credential, IssuingBody, db
from certify.models.store import write_tx
from certify.policy.actor import CLOCK
from certify.workflows import credential as workflow

SITE = "https://certify.example.org"
DID = "did:web:certify.example.org:issuers:vn-score"


def certificate() -> Credential:
    """The only one there is."""
    return db.session.scalars(select(Credential)).one()


def body() -> IssuingBody:
    """The only issuing body."""
    return db.session.scalars(select(IssuingBody)).one()


def document() -> dict[str, Any]:
    """Its signed document as it stands."""
    found = certificate().document
    assert found is not None
    signed: dict[str, Any] = json.loads(found.content)
    return signed


def reissue(at: datetime, why: str = "correction") -> dict[str, Any]:
    """The certificate told anew."""
    with write_tx() as session:
        workflow.reissue(session, session.scalars(select(Credential)).one(), CLOCK, at, why=why)
    return document()


def rename(name: str, at: datetime) -> None:
    """The certificate told anew in another name."""
    with write_tx() as session:
        holder = session.scalars(select(Credential)).one().certification.holder_id
        workflow.rename_holder(session, CLOCK, holder, at, name=name)


@contextmanager
def https() -> Iterator[None]:
    """The same installation behind https, where issuing bodies have a did:web."""
    place = place_of(db.session())
    db.session.rollback()
    use_place(db.engine, replace(place, base_url=SITE))
    try:
        yield
    finally:
        use_place(db.engine, place)
