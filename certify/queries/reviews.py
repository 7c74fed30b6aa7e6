"""Review tasks: the list of those that are open and closed, and those of one certification."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Event, Person, PersonKey, Review
from certify.policy import Actor
from certify.queries.beside import page_beside, with_holders
from certify.queries.paging import Page
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.scheme.words import ReviewState, RoleName
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
    asked, order = SORTING.applied(with_holders(Review).where(Review.state.in_(states)), sort)
    return page_beside(
        session, asked, actor, at, "review.list",
        readers=READERS, of=Certification, order=order, cursor=cursor,
    )  # fmt: skip


def reviews_of(session: Session, case: Certification) -> tuple[Review, ...]:
    """The reviews of one certification, the latest first."""
    rows = session.scalars(
        select(Review).where(Review.certification_id == case.id).order_by(Review.opened_at.desc(), Review.id)
    )
    return tuple(rows)


def closed_for(session: Session, review: Review) -> str:
    """In whose place a review was closed, by name; empty for the closer's own."""
    asked = (
        select(Person.name)
        .join(Event, Event.on_behalf_of_id == Person.id)
        .where(
            Event.case_id == review.case_id,
            Event.subject_kind == "review",
            Event.subject_id == review.id,
            Event.move == "close",
        )
    )
    return session.scalar(asked) or ""
