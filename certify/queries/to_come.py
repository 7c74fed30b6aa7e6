"""Messages that lie ahead: of one case, or all that one person will get; and what did not get through."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, union
from sqlalchemy.orm import Session, joinedload

from certify.models import CaseFile, Certification, Cohort, DuePoint, Message, Person
from certify.models.record import UNPLANNED
from certify.policy import Actor
from certify.queries.ahead_by_role import ahead_by_role
from certify.queries.touched import in_any_way
from certify.reminders.foreseeing import Foreseen, foreseen, of_cohorts
from certify.reminders.outbox import GIVEN_UP
from certify.reminders.planned_ahead import planned_for
from certify.scheme.words import CertificationState
from certify.workflows.dossier import day_of

MOST_CASES = 20  # of one person; who is told in more reads them case by case
MOST = 20
_ENDED = (
    CertificationState.DECLINED, CertificationState.REFUSED, CertificationState.WITHDRAWN,
    CertificationState.RETIRED,
)  # fmt: skip


def ahead_for(session: Session, actor: Actor, at: datetime) -> tuple[tuple[Foreseen, Certification], ...]:
    """What the actor will be told in their own cases, by name in those of others, and in a role.

    Read from the plans that the round made; where a case changed since, it is planned live, and what is said
    to a role comes with the next round.
    """
    told = (DuePoint.recipient_id == actor.id, DuePoint.settled_at.is_(None))
    named = select(DuePoint.certification_id).where(*told, DuePoint.certification_id.is_not(None))
    in_cohorts = of_cohorts(Certification.id).join(DuePoint, DuePoint.case_id == Cohort.case_id).where(*told)
    # Each is read by an index of its own, which no OR is.
    mine = union(
        select(Certification.id).where(Certification.holder_id == actor.id),
        named,
        in_cohorts,
        select(Certification.id).where(in_any_way(actor.id), _unplanned()),
    )
    asked = select(Certification).where(Certification.id.in_(mine), Certification.state.not_in(_ENDED))
    asked = asked.options(joinedload(Certification.holder)).order_by(Certification.state_since.desc())
    cases = session.scalars(asked.limit(MOST_CASES)).all()
    planned = planned_for(session, session.get_one(Person, actor.id), cases, at)
    said_in: dict[str, str] = {}  # what a cohort says comes once, however many trainers it has
    found = [
        (one, case)
        for case in cases
        for one in (planned[case.id] if case.id in planned else ahead_in(session, case, actor, at))
        if one.recipient == actor.id and said_in.setdefault(one.case_id, case.id) == case.id
    ]
    found += [(one, case) for _point, one, case in ahead_by_role(session, actor, at)]
    return tuple(sorted(found, key=lambda pair: pair[0].due_at))


def _unplanned() -> ColumnElement[bool]:
    """Of what changed since the last round there is no row yet that would name anybody."""
    files = select(CaseFile.id).where(UNPLANNED)
    visits = of_cohorts(Certification.id).where(Cohort.case_id.in_(files))
    return or_(Certification.case_id.in_(files), Certification.id.in_(visits))


def ahead_in(
    session: Session, case: Certification, actor: Actor, at: datetime, *, all_of_them: bool = False
) -> tuple[Foreseen, ...]:
    """What will be said in a case: to the actor, or to everybody where they may know."""
    on = day_of(case, at)
    return tuple(
        one
        for one in foreseen(session, case, at)
        if all_of_them or one.is_for(actor, on, module=case.module, country=case.country)
    )


def not_through(session: Session, case: Certification) -> Iterable[Message]:
    """The messages of a case that a mail server refused or nobody could deliver, the latest first."""
    asked = select(Message).where(Message.case_id == case.case_id, Message.state.in_(GIVEN_UP))
    return session.scalars(asked.order_by(Message.created_at.desc(), Message.id).limit(MOST)).all()
