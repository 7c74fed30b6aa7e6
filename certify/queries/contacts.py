"""What a contact of an enterprise comes for: the enterprise, and its visits that are confirmed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from certify.models import Activity, ActivityPerson, Enterprise
from certify.policy import Actor
from certify.scheme.words import ActivityKind, ActivityState

LATEST = 20  # of the confirmed visits, on the desk


@dataclass(frozen=True)
class ContactsDesk:
    """The enterprises that somebody answers for, and the latest of their confirmed visits."""

    enterprises: tuple[Enterprise, ...]
    visits: tuple[Activity, ...]
    confirmed: int  # in all


def contacts_desk(session: Session, actor: Actor) -> ContactsDesk | None:
    """What stands on a contact's desk; None for everybody else."""
    if not actor.contact_of:
        return None
    theirs = sorted(actor.contact_of)
    enterprises = session.scalars(
        select(Enterprise).where(Enterprise.id.in_(theirs)).order_by(Enterprise.name)
    )
    confirmed = (
        Activity.enterprise_id.in_(theirs),
        Activity.kind == ActivityKind.VISIT,
        Activity.state == ActivityState.CONFIRMED,
    )
    visits = session.scalars(
        select(Activity)
        .where(*confirmed)
        .options(
            selectinload(Activity.people).joinedload(ActivityPerson.person), selectinload(Activity.enterprise)
        )
        .order_by(Activity.held_on.desc(), Activity.id)
        .limit(LATEST)
    )
    count = session.scalar(select(func.count(Activity.id)).where(*confirmed)) or 0
    return ContactsDesk(tuple(enterprises), tuple(visits), count)
