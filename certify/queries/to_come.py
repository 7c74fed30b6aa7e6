"""Messages that lie ahead: of one case, or all that one person will get; and what did not get through."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import Certification, DuePoint, Message
from certify.policy import Actor
from certify.reminders.foreseeing import Foreseen, foreseen
from certify.reminders.outbox import GIVEN_UP
from certify.scheme.words import CertificationState
from certify.workflows.dossier import day_of

MOST_CASES = 20  # of one person; who is told in more reads them case by case
MOST = 20
_ENDED = (
    CertificationState.DECLINED, CertificationState.REFUSED, CertificationState.WITHDRAWN,
    CertificationState.RETIRED,
)  # fmt: skip


def ahead_for(session: Session, actor: Actor, at: datetime) -> tuple[tuple[Foreseen, Certification], ...]:
    """What the actor will be told in their own cases, and by name in those of others, the next one first."""
    named = select(DuePoint.certification_id).where(
        DuePoint.recipient_id == actor.id, DuePoint.settled_at.is_(None)
    )
    asked = select(Certification).where(
        or_(Certification.holder_id == actor.id, Certification.id.in_(named)),
        Certification.state.not_in(_ENDED),
    )
    cases = session.scalars(asked.order_by(Certification.state_since.desc()).limit(MOST_CASES))
    found = [
        (one, case)
        for case in cases
        for one in ahead_in(session, case, actor, at)
        if one.recipient == actor.id
    ]
    return tuple(sorted(found, key=lambda pair: pair[0].due_at))


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
