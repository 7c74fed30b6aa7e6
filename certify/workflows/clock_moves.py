"""What the clock does by itself: it holds and resumes, marks certificates as superseded, opens reviews.

It finds its work by two partial indexes and never by going through the certifications: the cases that
changed since it last looked (`looked_seq < last_seq`, as the sequencer does), and those of which it noted
that something falls due (`look_at`). A round costs what changed and what is due, however many there are.
Each move is a transaction of its own under the lock of its case, judged again there: a second scheduler, or
the same after a crash, finds it made.
"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, select, text, update
from sqlalchemy.orm import Session

from certify.models import CaseFile, db
from certify.models.store import own_tx
from certify.workflows.clock_look import Due, looked_at

log = logging.getLogger(__name__)

AT_ONCE = 200  # cases a round; the rest waits for the next one
TRIED_AGAIN = timedelta(hours=1)  # a case that could not be looked at: it keeps no other one waiting


class _Case(NamedTuple):
    """A case to look at, where its events ended when it was found."""

    id: str
    seen: int


def make_due(at: datetime, limit: int = AT_ONCE) -> int:
    """Make every move that is the clock's to make at a domain instant, in at most so many cases; how many.

    Idempotent; any number of schedulers may call it at once. Commits by itself, move by move.
    """
    made, looks = 0, []
    for case in _waiting(at, limit):
        try:
            due, look_at = _look(case, at)
        except Exception:
            # One case that cannot be read must not stop what is due in all the others.
            log.exception("the clock could not look at case %s", case.id)
            due, look_at = [], at + TRIED_AGAIN
        for one in due:
            try:
                made += one.make(at)
            except Exception:
                # Nor one move that is refused what is due besides: a review, say, of another module.
                log.exception("the clock could not make %s in case %s", one.key, one.case_id)
                look_at = min(look_at or at + TRIED_AGAIN, at + TRIED_AGAIN)
        looks.append((case, look_at))
    _note(looks)
    return made


def foretold(at: datetime, limit: int = AT_ONCE) -> list[Due]:
    """The moves that a round would make, in their order; nothing is written."""
    return [one for case in _waiting(at, limit) for one in _look(case, at)[0]]


def waiting(at: datetime, limit: int) -> tuple[Select[str, int], Select[str, int]]:
    """Where something falls due, and what changed since: each reads an index of its own."""
    changed = (
        select(CaseFile.id, CaseFile.last_seq)
        .where(text("looked_seq < last_seq AND kind = 'certification'"))
        .order_by(CaseFile.id)
        .limit(limit)
    )
    due = (
        select(CaseFile.id, CaseFile.last_seq)
        .where(CaseFile.look_at.is_not(None), CaseFile.look_at <= at)
        .order_by(CaseFile.look_at, CaseFile.id)
        .limit(limit)
    )
    return due, changed


def _waiting(at: datetime, limit: int) -> list[_Case]:
    with Session(db.engine) as session:
        found = {row.id: _Case(*row) for asked in waiting(at, limit) for row in session.execute(asked)}
    return list(found.values())


def _look(case: _Case, at: datetime) -> tuple[list[Due], datetime | None]:
    with Session(db.engine) as session:
        return looked_at(session, case.id, at)


def _note(looks: list[tuple[_Case, datetime | None]]) -> None:
    """How far each case was reckoned with; what changed since is looked at again."""
    if not looks:
        return
    with own_tx() as session:
        for case, look_at in sorted(looks, key=lambda one: one[0].id):  # as commands lock them
            session.execute(
                update(CaseFile)
                .where(CaseFile.id == case.id, CaseFile.looked_seq <= case.seen)
                .values(looked_seq=case.seen, look_at=look_at)
                .execution_options(synchronize_session=False)
            )
