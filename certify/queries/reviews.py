"""Review tasks: the list of those that are open and closed, and those of one certification."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from certify.models import Certification, Person, PersonKey, Review
from certify.policy import Actor, may
from certify.queries.paging import Page, read_page
from certify.queries.sight import scopes_of
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.scheme.words import ReviewState, RoleName
from certify.workflows.case_terms import day_of
from certify.workflows.review import OPEN_STATES

READERS = frozenset({RoleName.COORDINATOR, RoleName.MASTER_TRAINER, RoleName.AUDITOR})
SORTING = Sorting(
    Review.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "state": by_progress(Review.state, ReviewState),
        "opened": by(Review.opened_at),
    },
    "opened",
)


def review_page(
    session: Session, actor: Actor, at: datetime, *, closed: bool, sort: str = "", cursor: str | None = None
) -> Page[Review]:
    """The reviews that the actor may see, those open or those closed, the longest waiting first."""
    states = (ReviewState.CLOSED,) if closed else OPEN_STATES
    asked = (
        select(Review)
        .join(Certification, Certification.id == Review.certification_id)
        .where(Review.state.in_(states))
        .options(
            contains_eager(Review.certification)
            .joinedload(Certification.holder)
            .selectinload(Person.affiliations)
        )
    )
    asked, order = SORTING.applied(asked, sort)
    return read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        arms=scopes_of(
            actor, READERS, [at.date()], module=Certification.module, country=Certification.country
        ),
        allowed=lambda one: may(actor, "review.list", one, day_of(one.certification, at)),
    )


def reviews_of(session: Session, case: Certification) -> tuple[Review, ...]:
    """The reviews of one certification, the latest first."""
    rows = session.scalars(
        select(Review).where(Review.certification_id == case.id).order_by(Review.opened_at.desc(), Review.id)
    )
    return tuple(rows)
