"""Whose a pause is: a coordinator's, who ends it, or the clock's, which ends by itself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Event
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState

RESUME_BEFORE = say(
    "The case resumes by itself when the module that it rests on is no longer suspended. Resume it to go on "
    "before."
)


def resumes_by_itself(session: Session, case: Certification) -> bool:
    """Whether the clock holds the case, while its prerequisite is suspended (workflows/clock_look.py)."""
    if case.state is not CertificationState.ON_HOLD:
        return False
    last = session.execute(
        select(Event.actor_id)
        .where(Event.case_id == case.case_id, Event.subject_id == case.id, Event.move == "hold")
        .order_by(Event.seq.desc())
        .limit(1)
    ).one_or_none()
    return last is not None and last.actor_id is None
