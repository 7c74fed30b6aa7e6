"""What the pages of an application read: the CV, employers to propose, the provider's own bodies."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Organisation, StoredFile
from certify.policy import Actor


def cv_of(certification: Certification) -> StoredFile | None:
    """The CV that stands, if one was uploaded."""
    kept = [one for one in certification.files if one.kind == "cv" and one.removed_at is None]
    return kept[-1] if kept else None


def employers_in(session: Session, country: str) -> tuple[str, ...]:
    """The names of the organisations of a country, to choose an employer from."""
    return tuple(
        session.scalars(
            select(Organisation.name)
            .where(Organisation.country == country)
            .order_by(Organisation.name)
            .limit(500)
        )
    )


def own_organisations(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """The organisations for which the actor may nominate today, by name."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(actor.provides_for(on=on)))
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]
