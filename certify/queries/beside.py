"""Lists of what stands on a certification: read with its holder, and shown where the reader's roles reach."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from certify.models import Certification, ExpertLicence, Person, Review
from certify.policy import Actor, may
from certify.queries.paging import Order, Page, read_page
from certify.queries.sight import scopes_of
from certify.scheme.words import RoleName
from certify.workflows.case_terms import day_of

Beside = TypeVar("Beside", ExpertLicence, Review)


def with_holders(row: type[Beside]) -> Select[Any]:
    """All of a kind, joined to their certifications, with what the policy and a line of the list read."""
    return (
        select(row)
        .join(Certification, Certification.id == row.certification_id)
        .options(
            contains_eager(row.certification)
            .joinedload(Certification.holder)
            .selectinload(Person.affiliations)
        )
    )


def page_beside(
    session: Session,
    asked: Select[Any],
    actor: Actor,
    at: datetime,
    action: str,
    *,
    readers: frozenset[RoleName],
    of: type[Certification | ExpertLicence],
    order: Order,
    cursor: str | None,
) -> Page[Beside]:
    """Those that the actor may do the action on; the modules and countries of `of` narrow it before."""
    return read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        arms=scopes_of(actor, readers, [at.date()], module=of.module, country=of.country),
        allowed=lambda one: may(actor, action, one, day_of(one.certification, at)),
    )
