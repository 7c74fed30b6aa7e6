"""Who took part in whose certification: written by effects, read by the relations table."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Affiliation,
    Assessment,
    Certification,
    Involvement,
    Person,
    Relationship,
)
from certify.models.store import once_while_reading
from certify.policy.relations import History, PastAct, Tie
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.words import Relation, TieKind

if TYPE_CHECKING:
    from sqlalchemy.sql import Select

_TIES = {
    TieKind.FAMILY: Relation.FAMILY,
    TieKind.COMMERCIAL_INTEREST: Relation.COMMERCIAL_INTEREST,
    TieKind.EMPLOYMENT: Relation.EMPLOYMENT,
}


def record(
    session: Session,
    person_id: str,
    certification: Certification,
    relation: Relation,
    thing_id: str,
    at: datetime,
) -> None:
    """Keep that a person did something in a certification; once per person, relation and thing."""
    known = session.scalar(
        select(Involvement.id).where(
            Involvement.certification_id == certification.id,
            Involvement.person_id == person_id,
            Involvement.relation == relation,
            Involvement.thing_id == thing_id,
        )
    )
    if known is None:
        session.add(
            Involvement(
                person_id=person_id,
                holder_id=certification.holder_id,
                certification_id=certification.id,
                relation=relation,
                thing_id=thing_id,
                at=at,
            )
        )
        session.flush()


def history_of(session: Session, person_id: str, holder_id: str) -> History:
    """Everything that ties a person to a candidate, dated: acts, declared ties, shared employers."""
    key = ("history", person_id, holder_id)
    return once_while_reading(session, key, lambda: _history(session, person_id, holder_id))


def _history(session: Session, person_id: str, holder_id: str) -> History:
    person = session.get(Person, person_id)
    ties = (*_declared(session, person_id, holder_id), *_shared_employers(session, person_id, holder_id))
    if person_id == holder_id:
        ties = (Tie(Relation.SELF, None, None), *ties)
    return History(
        person=person.name if person else person_id, ties=ties, acts=_acts(session, person_id, holder_id)
    )


def _acts(session: Session, person_id: str, holder_id: str) -> tuple[PastAct, ...]:
    """Acts on things that were voided before they were submitted never took place; all others did."""
    rows = session.execute(_acts_query(person_id, holder_id))
    return tuple(
        PastAct(row.relation, row.certification_id, day_in(row.at, zone_of(row.country))) for row in rows
    )


def _acts_query(person_id: str, holder_id: str) -> "Select[Relation, str, datetime, str]":
    void = (
        select(Activity.id)
        .where(
            Activity.id == Involvement.thing_id,
            Activity.state == "void",
            Activity.submitted_at.is_(None),
        )
        .union_all(
            select(Assessment.id).where(
                Assessment.id == Involvement.thing_id,
                Assessment.state == "void",
                Assessment.submitted_at.is_(None),
            )
        )
    )
    return (
        select(Involvement.relation, Involvement.certification_id, Involvement.at, Certification.country)
        .join(Certification, Certification.id == Involvement.certification_id)
        .where(
            Involvement.person_id == person_id,
            Involvement.holder_id == holder_id,
            ~void.exists(),
        )
    )


def _declared(session: Session, person_id: str, holder_id: str) -> tuple[Tie, ...]:
    pair = (person_id, holder_id)
    rows = session.scalars(
        select(Relationship).where(Relationship.person_id.in_(pair), Relationship.other_id.in_(pair))
    )
    return tuple(Tie(_TIES[row.kind], row.from_on, row.until_on) for row in rows)


def _shared_employers(session: Session, person_id: str, holder_id: str) -> tuple[Tie, ...]:
    """Times spent together at one organisation: from the later start to the earlier end."""
    if person_id == holder_id:
        return ()
    rows = session.scalars(select(Affiliation).where(Affiliation.person_id.in_((person_id, holder_id)))).all()
    mine = [row for row in rows if row.person_id == person_id]
    theirs = [row for row in rows if row.person_id == holder_id]
    return tuple(
        Tie(Relation.EMPLOYMENT, max(a.from_on, b.from_on), _earlier(a.until_on, b.until_on))
        for a in mine
        for b in theirs
        if a.organisation_id == b.organisation_id and _overlap(a, b)
    )


def _overlap(a: Affiliation, b: Affiliation) -> bool:
    until = _earlier(a.until_on, b.until_on)
    return until is None or max(a.from_on, b.from_on) <= until


def _earlier(a: date | None, b: date | None) -> date | None:
    return min(filter(None, (a, b)), default=None)
