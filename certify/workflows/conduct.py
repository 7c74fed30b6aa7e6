"""The code of conduct: its text in an edition, and the holder's own signing of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity
from certify.workflows.case_terms import day_of


def conduct_of(edition: Edition) -> tuple[str, ...]:
    """What is signed, sentence by sentence."""
    names = sorted(name for name in edition.wording if name.startswith("conduct_"))
    return tuple(edition.wording[name] for name in names)


def sign(session: Session, certification: Certification, actor: Actor, at: datetime) -> Activity:
    """Sign it today: recorded, submitted and confirmed by the holder in one. Raises Forbidden, Refused.

    Once a day: a second signing on the same day is the first.
    """
    lock_case(session, certification.case_id)
    today = day_of(certification, at)
    signed = session.scalar(
        select(Activity).where(
            Activity.certification_id == certification.id,
            Activity.kind == ActivityKind.CODE_OF_CONDUCT,
            Activity.state == ActivityState.CONFIRMED,
            Activity.held_on == today,
        )
    )
    if signed is not None:
        return signed
    signed = create_activity(
        session,
        actor,
        at,
        kind=ActivityKind.CODE_OF_CONDUCT,
        certification=certification,
        fields={"signed_on": today.isoformat()},
    )
    engine.perform(signed, "submit", actor, at)
    engine.perform(signed, "confirm", actor, at)
    return signed
