"""Where the programme is: the countries in which somebody holds a role or a body may certify."""

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from certify.models import Delegation, RoleGrant


def countries_in_use(session: Session) -> frozenset[str]:
    """The countries of roles in office and of delegations; both tables are small, whatever grows."""
    held = select(RoleGrant.country).where(
        RoleGrant.country.is_not(None), RoleGrant.confirmed_at.is_not(None), RoleGrant.ended_at.is_(None)
    )
    return frozenset(session.scalars(union(held, select(Delegation.country))))
