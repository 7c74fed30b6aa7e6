"""Certified trainers of a coordinator's countries: how many stand how, and who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Activity, ActivityPerson, Certification, Credential, PersonKey
from certify.models.store import rows_of
from certify.policy import Actor
from certify.queries.board import MOST, ROLES, reach_of
from certify.queries.figures import told
from certify.queries.finding import found_ids
from certify.queries.maintenance import practising_among
from certify.queries.my_activities import NAMING_TRAINERS
from certify.queries.paging import PAGE, Narrowed, Page, read_page
from certify.queries.sight import Reach, fixed, reach_on
from certify.queries.sorting import Sorting, by, by_name_of
from certify.queries.upkeep import undecided
from certify.scheme.dates import add_months
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityState, CredentialType, RenewalState, Standing
from certify.scheme.words import CertificationState as S
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


class Shown(StrEnum):
    """Which trainers a list shows."""

    VALID = "valid"
    PRACTISING = "practising"
    EXPIRING = "expiring"
    IN_GRACE = "in_grace"
    SUSPENDED = "suspended"
    ON_HOLD = "on_hold"


LABELS: Mapping[Shown, Sentence] = {
    Shown.VALID: say("Valid"),
    Shown.PRACTISING: say("Delivered lately"),
    Shown.EXPIRING: say("Ends soon"),
    Shown.IN_GRACE: say("Expired, in grace"),
    Shown.SUSPENDED: say("Suspended"),
    Shown.ON_HOLD: say("On hold"),
}


@dataclass(frozen=True)
class TrainerFilters(Narrowed):
    """What the list is narrowed by; they stay in the address. Empty means any."""

    name: str = ""
    module: str = ""
    country: str = ""
    shows: str = ""


@dataclass(frozen=True)
class Counted:
    """How many are shown so: MOST stands for any number from there on."""

    shows: Shown
    label: Sentence
    count: int

    @property
    def told(self) -> str:
        """As it is shown."""
        return told(self.count, MOST)


@dataclass(frozen=True)
class Trainer:
    """One certification that was granted, as the list shows it."""

    case: Certification
    standing: Standing
    practising: bool
    renewal: RenewalState | None  # of the one that goes on
    valid_from: date | None  # of the certificate that is in force; its successor may be granted already


def trainer_counts(session: Session, actor: Actor, at: datetime, edition: Edition) -> tuple[Counted, ...]:
    """How many stand how, by the edition in force; one query that reads no more than MOST of each."""
    reach, given = reach_on(actor, at.date())
    (found,) = rows_of(session, _counts(reach), **given, **_days(at, edition)._asdict())
    return tuple(Counted(each, LABELS[each], n) for each, n in zip(Shown, found, strict=True))


class _Days(NamedTuple):
    """The days by which trainers are told apart; in a statement that is kept, what they are bound as."""

    today: Any
    soon: Any
    grace_since: Any
    practice_since: Any


def _days(at: datetime, edition: Edition) -> _Days:
    today = at.date()
    return _Days(
        today,
        today + timedelta(days=int(number(edition, "renewal_window_days"))),
        today - timedelta(days=int(number(edition, "grace_days"))),
        add_months(today, -int(number(edition, "practice_months"))),
    )


@lru_cache(maxsize=64)
def _counts(reach: Reach) -> Select[Any]:
    """Put together once for all who reach as far."""
    days = _Days(*(bindparam(name, type_=Date()) for name in _Days._fields))
    here = reach.of_any(ROLES, module=Certification.module, country=Certification.country)
    columns: tuple[Any, ...] = tuple(
        (_practising(here, days) if each is Shown.PRACTISING else _number(here, _shown(each, days))).label(
            each
        )
        for each in Shown
    )
    return select(*columns)


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
    found = [_shown(Shown(filters.shows), _days(at, edition)) if filters.shows else granted]
    if filters.name:
        found.append(Certification.holder_id.in_(found_ids(PersonKey, filters.name)))
    if filters.module:
        found.append(Certification.module == filters.module)
    if filters.country:
        found.append(Certification.country == filters.country)
    return found


def _shown(shows: Shown, days: _Days) -> ColumnElement[bool]:
    until = Certification.valid_until
    if shows in (Shown.SUSPENDED, Shown.ON_HOLD):
        return Certification.state == fixed(S(shows.value))
    certified = Certification.state == fixed(S.CERTIFIED)
    if shows is Shown.EXPIRING:
        return and_(certified, until >= days.today, until <= days.soon)
    if shows is Shown.IN_GRACE:
        return and_(certified, until < days.today, until >= days.grace_since)
    valid = and_(certified, until >= days.today)
    return and_(valid, _delivered(days)) if shows is Shown.PRACTISING else valid


def _delivered(days: _Days) -> ColumnElement[bool]:
    """A confirmed session or visit in the practice months; whether it counts, the list asks of the rules.

    Since the first certificate, and not the last: who was renewed yesterday delivered before.
    """
    first = (
        select(func.min(Credential.valid_from))
        .where(
            Credential.certification_id == Certification.id,
            Credential.type == fixed(CredentialType.TRAINER_CERTIFICATION),
        )
        .scalar_subquery()
    )
    return exists().where(
        ActivityPerson.person_id == Certification.holder_id,
        Activity.id == ActivityPerson.activity_id,
        Activity.module == Certification.module,
        Activity.kind.in_(NAMING_TRAINERS),
        Activity.state == ActivityState.CONFIRMED,
        Activity.held_on >= days.practice_since,
        Activity.held_on >= func.coalesce(first, Certification.valid_from),
    )


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    head = select(Certification.id).where(*conditions).limit(literal_column(str(MOST), Integer())).subquery()
    return select(func.count()).select_from(head).scalar_subquery()


def _practising(here: ColumnElement[bool], days: _Days) -> ColumnElement[int]:
    """Of the first MOST valid ones only: who has not delivered must not be searched for among all."""
    valid = _shown(Shown.VALID, days)
    head = select(Certification.id).where(here, valid).limit(literal_column(str(MOST), Integer()))
    delivered = select(Certification.id).where(Certification.id.in_(head), _delivered(days))
    return select(func.count()).select_from(delivered.subquery()).scalar_subquery()
