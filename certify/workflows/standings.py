"""The standings of many certifications at once, for lists: two queries however many there are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Certification, Event
from certify.scheme.standing import StandingChange, standing
from certify.scheme.words import Standing
from certify.workflows.dossier import STANDING_MOVES, record_of


def standings_of(
    session: Session, certifications: Sequence[Certification], at: datetime
) -> Mapping[str, Standing]:
    """What each is worth at an instant, by id; hand in rows with their credentials and issuer loaded."""
    changes = changes_of(session, [one.id for one in certifications])
    return {one.id: standing(record_of(session, one, changes.get(one.id, ())), at) for one in certifications}


def standings_in(
    session: Session, certifications: Sequence[Certification], at: datetime
) -> Mapping[str, Standing]:
    """The same of cases as a list has them, on the path too; their credentials and issuers are read first."""
    granted = [one for one in certifications if one.valid_from is not None]
    if not granted:
        return {one.id: Standing.NONE for one in certifications}
    read = select(Certification).where(Certification.id.in_([one.id for one in granted]))
    read = read.options(selectinload(Certification.credentials), joinedload(Certification.issuer))
    session.scalars(read).all()
    found = standings_of(session, granted, at)
    return {one.id: found.get(one.id, Standing.NONE) for one in certifications}


def changes_of(session: Session, ids: Collection[str]) -> Mapping[str, tuple[StandingChange, ...]]:
    """What changed the standing of each certification, in the order of its log."""
    changes: dict[str, tuple[StandingChange, ...]] = {}
    rows = session.execute(
        select(Event.subject_id, Event.at, Event.move)
        .where(Event.subject_id.in_(ids), Event.move.in_(STANDING_MOVES))
        .order_by(Event.seq)
    )
    for subject, happened_at, move in rows:
        changes[subject] = (*changes.get(subject, ()), StandingChange(happened_at, move))
    return changes
