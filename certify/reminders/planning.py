"""Due points are planned: a case that changed is laid under its edition's schedule anew, ahead of the sweep.

What a case will say is computed from it: pages ask `foreseen`, and the sweep reads the rows that `replan`
brought up to date. A move does no more than to make its case's last number greater than the planned one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Base,
    CaseFile,
    Certification,
    Cohort,
    DuePoint,
    Message,
    RosterEntry,
    db,
)
from certify.models.due import plan_anew
from certify.models.record import UNPLANNED
from certify.models.store import own_tx
from certify.reminders.foreseeing import Foreseen as Foreseen
from certify.reminders.foreseeing import foreseen as foreseen
from certify.reminders.foreseeing import of_cohorts
from certify.reminders.outbox import not_gone, was_sent
from certify.reminders.points import Planned, planned_in_case, planned_in_cohort

log = logging.getLogger(__name__)

AT_ONCE = 2_000  # cases a round; the rest waits for the next one
CHUNK = 20  # cases read at once and written in one commit
CERTIFICATION = "certification"
_POINTS = insert(Base.metadata.tables[DuePoint.__tablename__])
_QUIETLY = {"synchronize_session": False}


class Stale(NamedTuple):
    """A case to plan, as far as it was written to and planned when it was found."""

    id: str
    kind: str
    last_seq: int
    planned_seq: int


def replan(at: datetime, limit: int = AT_ONCE, stopping: Callable[[], bool] = lambda: False) -> int:
    """Plan up to `limit` cases that changed, or whose day to look again has come; how many.

    Commits handful by handful. Any number of schedulers may do it at once: what a plan was made of is
    compared when it is written, and a case that moved on meanwhile waits for the next round.
    """
    _look_again(at)
    done = 0
    for certifications in (False, True):  # cohorts and ToT events first: they name the certifications
        done += _plan_all(at, certifications, limit - done, stopping)
    return done


def look_again_for(session: Session, person_id: str) -> None:
    """Plan anew what a person will be told, and others of them: their zone or name has changed.

    Mornings there are at another instant, and the letters name them. The caller commits.
    """
    told = select(DuePoint.case_id).where(DuePoint.recipient_id == person_id, DuePoint.settled_at.is_(None))
    _anew(session, told.union(select(Certification.case_id).where(Certification.holder_id == person_id)))


def unplanned(session: Session, limit: int = AT_ONCE) -> int:
    """How many cases wait to be planned."""
    return len(session.scalars(select(CaseFile.id).where(UNPLANNED).limit(limit)).all())


def _look_again(at: datetime) -> None:
    """Days on which time alone changes a plan: their cases are planned anew."""
    come = (DuePoint.reminder == "", DuePoint.settled_at.is_(None), DuePoint.due_at <= at)
    with own_tx() as session:
        _anew(session, select(DuePoint.case_id).where(*come))
        session.execute(delete(DuePoint).where(*come), execution_options=_QUIETLY)


def _anew(session: Session, cases: Any) -> None:
    """Have cases planned anew; locked in the order in which commands lock them.

    Lightly, for a sweep that makes messages of them may wait for what this transaction has.
    """
    found = select(CaseFile.id).where(CaseFile.id.in_(cases))
    in_order = found.order_by(CaseFile.kind == CERTIFICATION, CaseFile.id)
    plan_anew(session, session.scalars(in_order.with_for_update(key_share=True)).all())


def _plan_all(at: datetime, certifications: bool, limit: int, stopping: Callable[[], bool]) -> int:
    done, after = 0, ""
    while done < limit and not stopping():
        stale, plans = _read(at, certifications, after, min(CHUNK, limit - done))
        if not stale:
            break
        for together in [plans] if certifications else [[one] for one in plans]:
            with own_tx() as session:
                done += sum(_write(session, case, points) for case, points in together)
        after = stale[-1].id
    return done


def _read(
    at: datetime, certifications: bool, after: str, size: int
) -> tuple[list[Stale], list[tuple[Stale, tuple[Planned, ...]]]]:
    """The next cases that changed, and what will be said in them; one that cannot be read stops no other."""
    mine = CaseFile.kind == CERTIFICATION if certifications else CaseFile.kind != CERTIFICATION
    asked = (
        select(CaseFile.id, CaseFile.kind, CaseFile.last_seq, CaseFile.planned_seq)
        .where(UNPLANNED, mine, CaseFile.id > after)
        .order_by(CaseFile.id)
        .limit(size)
    )
    plans = []
    with Session(db.engine) as session:
        stale = [Stale(*row) for row in session.execute(asked)]
        for one in stale:
            try:
                plans.append((one, _planned(session, one, at)))
            except Exception:
                session.rollback()  # what failed in the database would fail every other case too
                log.exception("the reminders of case %s could not be planned", one.id)
    return stale, plans


def _planned(session: Session, stale: Stale, at: datetime) -> tuple[Planned, ...]:
    if stale.kind == CERTIFICATION:
        found = session.scalar(select(Certification).where(Certification.case_id == stale.id))
        return planned_in_case(session, found, at) if found else ()
    cohort = session.scalar(select(Cohort).where(Cohort.case_id == stale.id))
    return planned_in_cohort(session, cohort, at) if cohort else ()


def _write(session: Session, stale: Stale, points: Sequence[Planned]) -> bool:
    """Put a plan in the place of the one before, unless its case moved on since it was read."""
    taken = session.execute(
        update(CaseFile)
        .where(
            CaseFile.id == stale.id,
            CaseFile.last_seq == stale.last_seq,
            CaseFile.planned_seq == stale.planned_seq,
        )
        .values(planned_seq=CaseFile.last_seq),
        execution_options=_QUIETLY,
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return False
    if stale.kind != CERTIFICATION:
        _anew(session, _concerned(stale.id))
    _put(session, stale.id, {one.message_key: one for one in points})
    return True


def _concerned(case_id: str) -> Any:
    """The case files of the certifications that a cohort's trainers or a ToT's roster have."""
    trainers = of_cohorts(Certification.case_id).where(Cohort.case_id == case_id)
    roster = (
        select(Certification.case_id)
        .join(RosterEntry, RosterEntry.certification_id == Certification.id)
        .join(Activity, Activity.id == RosterEntry.activity_id)
        .where(Activity.case_id == case_id)
    )
    return trainers.union(roster)


def _put(session: Session, case_id: str, wanted: Mapping[str, Planned]) -> None:
    known = {row.message_key: row for row in session.scalars(select(DuePoint).filter_by(case_id=case_id))}
    for key, one in wanted.items():
        if key in known and known[key].settled_at is None:
            for name, value in one.told.items():
                setattr(known[key], name, value)
    _take_back(session, [row for key, row in known.items() if key not in wanted])
    session.flush()
    new = [one.row(case_id) for key, one in wanted.items() if key not in known]
    if new:
        session.execute(_POINTS, new)


def _take_back(session: Session, gone: Sequence[DuePoint]) -> None:
    """What is not said any more, for its task is done or has another day; letters that went stay gone."""
    for row in gone:
        if row.settled_at is None:
            session.delete(row)
    owed = [row.id for row in gone if row.outcome == "owed"]
    if owed:
        of_these = Message.point_id.in_(owed)
        went = select(Message.point_id).where(of_these, was_sent())
        for stopping in (  # the points, too: what is in other hands, or tried again by hand, finds them so
            update(DuePoint).where(DuePoint.id.in_(owed), DuePoint.id.not_in(went)).values(outcome="stopped"),
            update(Message).where(of_these, not_gone()).values(state="superseded"),
        ):
            session.execute(stopping, execution_options=_QUIETLY)
