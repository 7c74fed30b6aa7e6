"""Whose a pause is: a coordinator's, who ends it, or the clock's, which ends by itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Event
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState
from certify.workflows.certification_guards import rests_on_what_ended
from certify.workflows.dossier import Dossier, edition_of

RESUME_BEFORE = say(
    "The case resumes by itself when the module that it rests on is no longer suspended. Resume it to go on "
    "before."
)
RESTED_ON_ENDED = say(
    "The module that this one rests on has ended: the case stays on hold until there is a valid one. A "
    "coordinator can resume it before, but it cannot end in a certificate without."
)


def resumes_by_itself(session: Session, case: Certification, at: datetime) -> bool:
    """Whether the clock holds the case, while its prerequisite is suspended (workflows/clock_look.py)."""
    return held_by_the_clock(session, case) and not rests_on_what_ended(
        edition_of(session, case, at), case.module, Dossier(session, case, at).held
    )


def held_by_the_clock(session: Session, case: Certification) -> bool:
    """Whether it was put on hold because its prerequisite was suspended."""
    if case.state is not CertificationState.ON_HOLD:
        return False
    last = session.execute(
        select(Event.actor_id)
        .where(Event.case_id == case.case_id, Event.subject_id == case.id, Event.move == "hold")
        .order_by(Event.seq.desc())
        .limit(1)
    ).one_or_none()
    return last is not None and last.actor_id is None
