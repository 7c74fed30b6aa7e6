"""Roles in force: who holds which on a day, as SQL and as values for the policy."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from certify.models import Certification, ExpertLicence, Person, RoleGrant
from certify.models.store import rows_of
from certify.policy import Grant
from certify.scheme.words import CertificationState, LicenceState, RoleName


def _stands(since: Any) -> ColumnElement[bool]:
    """A role given with a licence goes with it, and with the certification that the licence rests on."""
    licensed = (
        select(ExpertLicence.id)
        .join(Certification, Certification.id == ExpertLicence.certification_id)
        .where(
            ExpertLicence.id == RoleGrant.licence_id,
            ExpertLicence.state == LicenceState.GRANTED,
            Certification.state == CertificationState.CERTIFIED,
            Certification.valid_until >= since,
        )
    )
    return or_(RoleGrant.licence_id.is_(None), licensed.exists())


_RESTS_UNTIL = (  # the last day of the certification that a role given with a licence rests on
    select(Certification.valid_until)
    .join(ExpertLicence, ExpertLicence.certification_id == Certification.id)
    .where(ExpertLicence.id == RoleGrant.licence_id)
    .scalar_subquery()
)
_GRANTS = (  # as the policy's Grant has them, and until when they rest on something
    select(
        RoleGrant.role,
        RoleGrant.module,
        RoleGrant.country,
        RoleGrant.from_on,
        RoleGrant.until_on,
        RoleGrant.issuer_id,
        RoleGrant.organisation_id,
        _RESTS_UNTIL,
    )
    .where(
        RoleGrant.person_id == bindparam("person"),
        RoleGrant.confirmed_at.is_not(None),
        RoleGrant.ended_at.is_(None),
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= bindparam("since")),
        _stands(bindparam("since")),
    )
    .order_by(RoleGrant.proposed_at, RoleGrant.id)
)


def grants_of(session: Session, person_id: str, on: date) -> tuple[Grant, ...]:
    """A person's confirmed roles in force on a day or later, as values for the policy.

    The day before still counts: somewhere west of Greenwich it is not over, and the policy asks
    each grant again with the case's own day.
    """
    rows = rows_of(session, _GRANTS, person=person_id, since=on - timedelta(days=1))
    return tuple(_resting(Grant(*row[:-1]), row[-1]) for row in rows)


def _resting(grant: Grant, rests_until: date | None) -> Grant:
    """A role given with a licence ends with the certification beneath it, though its own days go on."""
    if rests_until is None or (grant.until_on is not None and grant.until_on <= rests_until):
        return grant
    return replace(grant, until_on=rests_until)


def in_force(on: date) -> ColumnElement[bool]:
    """Grants that two people gave, that nobody ended, whose days include this one and whose licence, if they
    came with one, stands: as SQL."""
    return and_(
        RoleGrant.confirmed_at.is_not(None),
        RoleGrant.ended_at.is_(None),
        RoleGrant.from_on <= on,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= on),
        _stands(on),
    )


def holders(
    roles: Collection[RoleName], on: date, *, module: str | None = None, country: str | None = None
) -> Select[Person]:
    """Who holds one of the roles on a day for a module and country (None asks about any), by name."""
    held = select(RoleGrant.person_id).where(RoleGrant.role.in_(sorted(roles)), in_force(on))
    if module is not None:
        held = held.where(or_(RoleGrant.module.is_(None), RoleGrant.module == module))
    if country is not None:
        held = held.where(or_(RoleGrant.country.is_(None), RoleGrant.country == country))
    return (
        select(Person)
        .where(Person.id.in_(held), Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )


def value_of(row: RoleGrant) -> Grant:
    """A grant as the policy knows it."""
    return Grant(
        role=row.role,
        module=row.module,
        country=row.country,
        from_on=row.from_on,
        until_on=row.until_on,
        issuer=row.issuer_id,
        organisation=row.organisation_id,
    )
