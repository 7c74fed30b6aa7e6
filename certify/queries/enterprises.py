"""Enterprises as their pages show them: the list that an actor may see, and the cohorts of one."""

from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Cohort,
    CohortEnterprise,
    CohortTrainer,
    Enterprise,
    EnterpriseContact,
    EnterpriseKey,
    Person,
)
from certify.policy import Actor, may
from certify.queries.finding import by_name, owners_page
from certify.queries.paging import PAGE, Page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_country, by_words
from certify.scheme.words import ConsentLevel, RoleName

LOOKING_ROLES = frozenset(
    {
        RoleName.COORDINATOR,
        RoleName.MASTER_TRAINER,
        RoleName.QA_REVIEWER,
        RoleName.AUDITOR,
    }
)

SORTING = Sorting(
    EnterpriseKey.owner_id,
    {
        "name": by(EnterpriseKey.key),
        "country": by_country(EnterpriseKey.country),
        "people": by(Enterprise.size, latest_first=True),
        "consent": by_words(Enterprise.consent, ConsentLevel),
    },
    "name",
)


def enterprise_page(
    session: Session,
    actor: Actor,
    on: date,
    *,
    country: str = "",
    name: str = "",
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Enterprise]:
    """The enterprises that the actor may see, by name."""
    asked = by_name(EnterpriseKey, name).join(EnterpriseKey.owner).where(concerns(actor, on))
    whole = joinedload(EnterpriseKey.owner)
    asked = asked.options(
        whole.selectinload(Enterprise.contacts),
        whole.selectinload(Enterprise.cohorts).selectinload(Cohort.trainers),
    )
    if country:
        asked = asked.where(EnterpriseKey.country == country)
    asked, order = SORTING.applied(asked, sort)
    return owners_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        limit=limit,
        allowed=lambda enterprise: may(actor, "enterprise.see", enterprise, on),
    )


def with_readers(asked: Select[Enterprise]) -> Select[Enterprise]:
    """The same query, with everything that the policy and a line of the list read in few queries."""
    return asked.options(
        selectinload(Enterprise.contacts), selectinload(Enterprise.cohorts).selectinload(Cohort.trainers)
    )


def concerns(actor: Actor, on: date) -> ColumnElement[bool]:
    """About what the actor may see; the policy has the last word."""
    return or_(
        Enterprise.created_by_id == actor.id,
        Enterprise.id.in_(actor.contact_of),
        Enterprise.id.in_(_in_own_cohorts(actor, on)),
        reached_by(actor, LOOKING_ROLES, on, module=None, country=Enterprise.country),
    )


def _in_own_cohorts(actor: Actor, on: date) -> Select[str]:
    """The enterprises of the cohorts that the actor trains, supervises or provides."""
    trained = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.id)
    return (
        select(CohortEnterprise.enterprise_id)
        .join(Cohort, Cohort.id == CohortEnterprise.cohort_id)
        .where(
            or_(
                Cohort.supervisor_id == actor.id,
                Cohort.organisation_id.in_(actor.provides_for(on=on)),
                Cohort.id.in_(trained),
            )
        )
    )


def cohorts_of(session: Session, enterprise: Enterprise, actor: Actor, on: date) -> tuple[Cohort, ...]:
    """The cohorts that the enterprise takes part in and the actor may see, newest first."""
    rows = session.scalars(
        select(Cohort)
        .join(CohortEnterprise, CohortEnterprise.cohort_id == Cohort.id)
        .where(CohortEnterprise.enterprise_id == enterprise.id)
        .order_by(Cohort.created_at.desc(), Cohort.id)
    )
    return tuple(cohort for cohort in rows if may(actor, "cohort.see", cohort, on))


def contact_at(session: Session, enterprise: Enterprise, email: str) -> EnterpriseContact | None:
    """The contact with this address, as a mailed link knows them."""
    return session.scalars(
        select(EnterpriseContact)
        .outerjoin(Person, Person.id == EnterpriseContact.person_id)
        .where(
            EnterpriseContact.enterprise_id == enterprise.id,
            # A contact with an account is written to at the account's own address.
            func.lower(func.coalesce(Person.email, EnterpriseContact.email)) == email.lower(),
        )
        .order_by(EnterpriseContact.created_at, EnterpriseContact.id)
    ).first()
