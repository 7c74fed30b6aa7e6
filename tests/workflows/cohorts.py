"""Cohorts as the cast opens and changes them, and certifications of others as bare rows."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from certify.models import CaseFile, Certification, Cohort, RoleGrant, db
from certify.models.store import write_tx
from certify.scheme.words import CertificationState
from certify.workflows.cohort import create_cohort, edit_cohort
from tests.cast import Member, World

LATE = datetime(2026, 3, 1, 18, tzinfo=UTC)  # already the second of March in Hanoi


def opened(world: World, by: Member, instant: datetime = LATE, **changes: Any) -> str:
    """A cohort of Ana's for two enterprises, unless otherwise said."""
    asked = {
        "module": "WPC", "country": "VN", "name": "Spring", "trainers": [world.ana.id],
        "supervisor": world.bo.id, "enterprises": list(world.enterprises[:2]), **changes,
    }  # fmt: skip
    with write_tx() as session:
        return create_cohort(session, world.actor(session, by, instant.date()), instant, **asked).id


def change(world: World, id: str, by: Member, **changes: Any) -> None:
    """Change it, on the same day."""
    with write_tx() as session:
        who = world.actor(session, by, LATE.date())
        edit_cohort(session, session.get_one(Cohort, id), who, LATE, **changes)


def cohort(id: str) -> Cohort:
    """The row, read afresh."""
    db.session.rollback()
    return db.session.get_one(Cohort, id)


def case_row(holder: Member, state: str = "training", *, module: str = "WPC", **more: Any) -> Certification:
    """Somebody's certification, as a row that no move has made."""
    return Certification(
        case=CaseFile(kind="certification", opened_at=LATE), holder_id=holder.id, module=module,
        country="VN", state=CertificationState(state), **{"state_since": LATE, **more},
    )  # fmt: skip


def stored(row: Certification) -> str:
    """Its id, once it is written."""
    with write_tx() as session:
        session.add(row)
        session.flush()
        return row.id


def end_office(who: Member, until_on: date) -> None:
    """The last day of the only role that somebody has."""
    with write_tx() as session:
        held = select(RoleGrant).where(RoleGrant.person_id == who.id)
        session.scalars(held).one().until_on = until_on
