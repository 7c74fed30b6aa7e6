"""Certified trainers of a coordinator's countries: how many stand how, and who they are."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Certification, PersonKey
from certify.policy import Actor
from certify.queries.board import reach_of
from certify.queries.finding import found_ids
from certify.queries.maintenance import practising_among
from certify.queries.paging import PAGE, Narrowed, Page, read_page
from certify.queries.sorting import Sorting, by, by_name_of
from certify.queries.trainers_shown import Shown, days_of, shown
from certify.queries.upkeep import undecided
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as S
from certify.scheme.words import RenewalState, Standing
from certify.workflows.case_terms import validity_at
from certify.workflows.standings import standings_of

SORTING = Sorting(
    Certification.id,
    {
        "until": by(Certification.valid_until, nullable=True),
        "name": by_name_of(PersonKey, Certification.holder_id),
        "module": by(Certification.module),
    },
    "until",
)


@dataclass(frozen=True)
class TrainerFilters(Narrowed):
    """What the list is narrowed by; they stay in the address. Empty means any."""

    name: str = ""
    module: str = ""
    country: str = ""
    shows: str = ""


@dataclass(frozen=True)
class Trainer:
    """One certification that was granted, as the list shows it."""

    case: Certification
    standing: Standing
    practising: bool
    renewal: RenewalState | None  # of the one that goes on
    valid_from: date | None  # of the certificate that is in force; its successor may be granted already


def trainers_page(
    session: Session,
    actor: Actor,
    at: datetime,
    edition: Edition,
    filters: TrainerFilters,
    *,
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Trainer]:
    """Trainers who were certified and are not gone, those that end first on top."""
    asked = select(Certification).where(reach_of(actor, at.date()), *_narrowing(filters, at, edition))
    asked, order = SORTING.applied(asked, sort)
    page: Page[Certification] = read_page(
        session,
        asked.options(
            joinedload(Certification.holder),
            joinedload(Certification.issuer),
            selectinload(Certification.credentials),
        ),
        order=order,
        cursor=cursor,
        allowed=lambda _case: True,
        limit=limit,
    )
    standings, practising = standings_of(session, page.items, at), practising_among(session, page.items, at)
    renewals = undecided(session, [case.id for case in page.items])
    rows = (
        Trainer(case, standings[case.id], case.id in practising, renewals.get(case.id), _valid_from(case, at))
        for case in page.items
    )
    return Page(tuple(rows), page.next)


def _valid_from(case: Certification, at: datetime) -> date | None:
    validity = validity_at(case, at)
    return validity.valid_from if validity else None


def _narrowing(filters: TrainerFilters, at: datetime, edition: Edition) -> list[ColumnElement[bool]]:
    granted = and_(
        Certification.valid_until.is_not(None), Certification.state.in_((S.CERTIFIED, S.SUSPENDED))
    )
    found = [shown(Shown(filters.shows), days_of(at, edition)) if filters.shows else granted]
    if filters.name:
        found.append(Certification.holder_id.in_(found_ids(PersonKey, filters.name)))
    if filters.module:
        found.append(Certification.module == filters.module)
    if filters.country:
        found.append(Certification.country == filters.country)
    return found
