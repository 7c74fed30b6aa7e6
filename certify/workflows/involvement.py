"""Who took part in whose certification: written by effects, read by the relations table."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import product
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select
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
from certify.models.store import once_while_reading, rows_of
from certify.policy.relations import History, PastAct, Tie
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.words import AssessmentKind, Relation, TieKind

Pair = tuple[str, str]  # a person and a candidate
_TIES = {
    TieKind.FAMILY: Relation.FAMILY,
    TieKind.COMMERCIAL_INTEREST: Relation.COMMERCIAL_INTEREST,
    TieKind.EMPLOYMENT: Relation.EMPLOYMENT,
}

_VOID = (
    select(Activity.id)
    .where(Activity.id == Involvement.thing_id, Activity.state == "void", Activity.submitted_at.is_(None))
    .union_all(
        select(Assessment.id).where(
            Assessment.id == Involvement.thing_id,
            Assessment.state == "void",
            Assessment.submitted_at.is_(None),
        )
    )
)
# Each is made once and read as plain rows, several times in every move that asks about relations.
_PEOPLE: BindParameter[Sequence[str]] = bindparam("people", expanding=True)
_HOLDERS: BindParameter[Sequence[str]] = bindparam("holders", expanding=True)
_NAMES = select(Person.id, Person.name).where(Person.id.in_(_PEOPLE))
_QUALITY = select(Assessment.id).where(
    Assessment.id == Involvement.thing_id, Assessment.kind == AssessmentKind.QA
)
_ACTS = (
    select(
        Involvement.person_id,
        Involvement.holder_id,
        Involvement.relation,
        Involvement.certification_id,
        Involvement.at,
        Certification.country,
        _QUALITY.exists().label("quality"),
    )
    .join(Certification, Certification.id == Involvement.certification_id)
    .where(Involvement.person_id.in_(_PEOPLE), Involvement.holder_id.in_(_HOLDERS), ~_VOID.exists())
)
_DECLARED = select(
    Relationship.person_id,
    Relationship.other_id,
    Relationship.kind,
    Relationship.from_on,
    Relationship.until_on,
).where(
    or_(
        and_(Relationship.person_id.in_(_PEOPLE), Relationship.other_id.in_(_HOLDERS)),
        and_(Relationship.person_id.in_(_HOLDERS), Relationship.other_id.in_(_PEOPLE)),
    )
)
_WORKED = select(
    Affiliation.person_id, Affiliation.organisation_id, Affiliation.from_on, Affiliation.until_on
).where(Affiliation.person_id.in_(_PEOPLE))


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
    pair = (person_id, holder_id)
    return once_while_reading(
        session, ("history", *pair), lambda: histories_of(session, [person_id], [holder_id])[pair]
    )


def histories_with(session: Session, people: Collection[str], holder_id: str) -> Mapping[str, History]:
    """The same for several people and one candidate, by person."""
    if len(people) == 1:
        return {person: history_of(session, person, holder_id) for person in people}
    key = ("histories", frozenset(people), holder_id)
    found = once_while_reading(session, key, lambda: histories_of(session, people, [holder_id]))
    return {person: found[person, holder_id] for person in people}


def histories_of(
    session: Session, people: Collection[str], holders: Collection[str]
) -> Mapping[Pair, History]:
    """The same for each person with each candidate: as many queries for many as for one."""
    names = _names(session, people)
    acts = _acts(session, people, holders)
    declared = _declared(session, people, holders)
    worked = _affiliations(session, {*people, *holders})
    found = {}
    for pair in product(people, holders):
        person, holder = pair
        ties = (*declared.get(pair, ()), *_shared_employers(person, holder, worked))
        if person == holder:
            ties = (Tie(Relation.SELF, None, None), *ties)
        found[pair] = History(person=names.get(person, person), ties=ties, acts=tuple(acts.get(pair, ())))
    return found


def _names(session: Session, people: Collection[str]) -> Mapping[str, str]:
    return {row.id: row.name for row in rows_of(session, _NAMES, people=list(people))}


def _acts(
    session: Session, people: Collection[str], holders: Collection[str]
) -> Mapping[Pair, list[PastAct]]:
    """Acts on things that were voided before they were submitted never took place; all others did."""
    found: dict[Pair, list[PastAct]] = {}
    for row in rows_of(session, _ACTS, people=list(people), holders=list(holders)):
        on = day_in(row.at, zone_of(row.country))
        act = PastAct(row.relation, row.certification_id, on, bool(row.quality))
        found.setdefault((row.person_id, row.holder_id), []).append(act)
    return found


def _declared(
    session: Session, people: Collection[str], holders: Collection[str]
) -> Mapping[Pair, tuple[Tie, ...]]:
    """Declared ties, read in both directions."""
    found: dict[Pair, tuple[Tie, ...]] = {}
    for row in rows_of(session, _DECLARED, people=list(people), holders=list(holders)):
        tie = Tie(_TIES[row.kind], row.from_on, row.until_on)
        for pair in {(row.person_id, row.other_id), (row.other_id, row.person_id)}:
            found[pair] = (*found.get(pair, ()), tie)
    return found


def _affiliations(session: Session, people: Collection[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows_of(session, _WORKED, people=list(people)):
        found.setdefault(row.person_id, []).append(row)
    return found


def _shared_employers(person_id: str, holder_id: str, worked: Mapping[str, list[Any]]) -> tuple[Tie, ...]:
    """Times spent together at one organisation: from the later start to the earlier end."""
    if person_id == holder_id:
        return ()
    return tuple(
        Tie(Relation.EMPLOYMENT, max(a.from_on, b.from_on), _earlier(a.until_on, b.until_on))
        for a in worked.get(person_id, ())
        for b in worked.get(holder_id, ())
        if a.organisation_id == b.organisation_id and _overlap(a, b)
    )


def _overlap(a: Any, b: Any) -> bool:
    until = _earlier(a.until_on, b.until_on)
    return until is None or max(a.from_on, b.from_on) <= until


def _earlier(a: date | None, b: date | None) -> date | None:
    return min(filter(None, (a, b)), default=None)
