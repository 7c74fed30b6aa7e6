"""Where one can be certified: the countries with an issuing body's delegation, and its modules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from certify.models import Delegation
from certify.queries.application import served_countries


@dataclass(frozen=True)
class Office:
    """One issuing body in one country: what it certifies there, and whether there is a coordinator."""

    country: str
    body: str
    modules: tuple[str, ...]
    coordinated: bool


def offices(session: Session, on: date, *, module: str | None = None) -> list[Office]:
    """Every issuing body with a delegation in force, by country and name; of one module where it is named."""
    rows = session.scalars(
        select(Delegation)
        .options(joinedload(Delegation.issuer))
        .where(Delegation.from_on <= on, or_(Delegation.until_on.is_(None), Delegation.until_on >= on))
        .order_by(Delegation.country)
    ).all()
    served = served_countries(session, on)
    found = {
        (row.country, row.issuer.legal_name): Office(
            row.country,
            row.issuer.legal_name,
            _modules(each for each in rows if (each.country, each.issuer_id) == (row.country, row.issuer_id)),
            served is None or row.country in served,
        )
        for row in rows
    }
    listed = [office for _, office in sorted(found.items())]
    return [office for office in listed if module is None or module in office.modules]


def _modules(delegations: Iterable[Delegation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for each in delegations for code in each.modules))
