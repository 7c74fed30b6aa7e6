"""Requirements that were waived: for whom, by whom and why."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Certification, PersonKey, Waiver
from certify.policy import Actor
from certify.queries.board import reach_of
from certify.queries.paging import Page, read_page
from certify.queries.sorting import Sorting, by, by_name_of

WAIVERS = Sorting(
    Waiver.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "requirement": by(Waiver.requirement),
        "by": by_name_of(PersonKey, Waiver.waived_by_id),
        "day": by(Waiver.waived_at, latest_first=True),
    },
    "-day",
)


def waiver_page(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str = "",
    requirement: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Waiver]:
    """What was waived in the actor's countries, the latest first."""
    asked = select(Waiver).join(Waiver.certification).where(reach_of(actor, at.date()))
    if module:
        asked = asked.where(Certification.module == module)
    if requirement:
        asked = asked.where(Waiver.requirement == requirement)
    asked, order = WAIVERS.applied(asked, sort)
    return read_page(
        session,
        asked.options(
            joinedload(Waiver.certification).joinedload(Certification.holder), joinedload(Waiver.waived_by)
        ),
        order=order,
        cursor=cursor,
        allowed=lambda _waiver: True,
    )
