"""Cases that stand still: on whom each waits since when, page by page, and how many wait for each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Assessment,
    Certification,
    Cohort,
    CohortEnterprise,
    CohortTrainer,
    PersonKey,
)
from certify.models.activity import ActivityPerson
from certify.policy import Actor
from certify.queries.board import reach_of
from certify.queries.holds import DELIVERING, OPEN_SHEET, Hold, holds_of
from certify.queries.journey import ONWARD
from certify.queries.paging import Narrowed, Page, read_page
from certify.queries.reminded import NOT_REMINDED, Reminded, reminded
from certify.queries.sorting import Sorting, by, by_name_of
from certify.queries.stalls import Patience
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of, edition_of
from certify.workflows.terms import decision_due_on

PAGE = 50
MOST = 500  # cases, the longest waiting, that are put together by whom they wait for
SORTING = Sorting(
    Certification.id,
    {"since": by(Certification.state_since), "name": by_name_of(PersonKey, Certification.holder_id)},
    "since",
)
# In which states a case can wait for whom, beside whoever has its next move.
_ALSO: Mapping[str, tuple[S, ...]] = {
    "candidate": DELIVERING,
    "coordinator": DELIVERING,
    "facilitator": DELIVERING,
    "supervisor": DELIVERING,
    "enterprise_contact": DELIVERING,
    "screener": (S.SUBMITTED,),
    "observer": (S.ASSESSMENT,),
}
WAITED_FOR = tuple(dict.fromkeys((*_ALSO, *(who for _, who in ONWARD.values()))))


@dataclass(frozen=True)
class StallFilters(Narrowed):
    """What the list is narrowed by; they stay in the address. `on` is the key of a hold."""

    module: str = ""
    country: str = ""
    stall: str = ""
    who: str = ""
    on: str = ""

    def fits(self, hold: Hold) -> bool:
        """Whether it waits for whom the list is narrowed to."""
        return (not self.who or hold.who == self.who) and (not self.on or self.on in (hold.key, *hold.people))


@dataclass(frozen=True)
class Stall:
    """A case that stands still: for how long, by when it should have gone on, on whom it waits."""

    case: Certification
    mark: str
    days: int
    ends_on: date | None
    holds: tuple[Hold, ...]
    reminded: Reminded


@dataclass(frozen=True)
class WaitsFor:
    """How many cases wait for one person, enterprise or role, and for how long the longest of them."""

    key: str
    who: str
    name: str | None
    cases: int
    days: int


def stalls_page(
    session: Session,
    actor: Actor,
    at: datetime,
    patience: Patience,
    filters: StallFilters,
    *,
    sort: str = "",
    cursor: str | None = None,
) -> Page[Stall]:
    """Slow and stalled cases in the actor's reach, the longest in their state first; PAGE at a time."""
    known: dict[str, tuple[Hold, ...]] = {}

    def ahead(cases: Sequence[Certification]) -> None:
        known.update(holds_of(session, cases, at))

    def fits(case: Certification) -> bool:
        return any(map(filters.fits, known[case.id])) or not (filters.who or filters.on)

    asked, order = SORTING.applied(_whole(select(Certification)), sort)
    page: Page[Certification] = read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        allowed=fits,
        ahead=ahead,
        limit=PAGE,
        arms=_arms(actor, at, patience, filters),
    )
    told = reminded(session, [case.case_id for case in page.items])
    rows = (
        Stall(
            case,
            patience.mark(case),
            (day_of(case, at) - day_of(case, case.state_since)).days,
            _ends_on(session, case, patience, at),
            known[case.id],
            told.get(case.case_id, NOT_REMINDED),
        )
        for case in page.items
    )
    return Page(tuple(rows), page.next)


def waits_by_person(
    session: Session, actor: Actor, at: datetime, patience: Patience, filters: StallFilters
) -> tuple[tuple[WaitsFor, ...], bool]:
    """For whom the cases wait, who holds up most first; and whether there are more than were read."""
    asked, order = SORTING.applied(_whole(select(Certification)), "since")
    page: Page[Certification] = read_page(
        session,
        asked,
        order=order,
        cursor=None,
        allowed=lambda _case: True,
        limit=MOST,
        arms=_arms(actor, at, patience, filters),
    )
    holds = holds_of(session, page.items, at)
    return _together(holds.values(), filters), page.next is not None


def stalls_among(
    session: Session, ids: Iterable[str], at: datetime
) -> tuple[tuple[Certification, tuple[Hold, ...]], ...]:
    """Some cases with those on whom they wait, at most PAGE; unknown ids are left out."""
    asked = _whole(select(Certification).where(Certification.id.in_(list(ids)[:PAGE])))
    cases = session.scalars(asked.order_by(Certification.state_since, Certification.id)).unique().all()
    holds = holds_of(session, cases, at)
    return tuple((case, holds[case.id]) for case in cases)


def _together(found: Iterable[Sequence[Hold]], filters: StallFilters) -> tuple[WaitsFor, ...]:
    groups: dict[tuple[str, str], list[Hold]] = {}
    for holds in found:
        once = {(hold.who, hold.key): hold for hold in reversed(holds) if filters.fits(hold)}
        for key, hold in once.items():
            groups.setdefault(key, []).append(hold)
    waits = [
        WaitsFor(key, who, same[0].name, len(same), max(hold.days for hold in same))
        for (who, key), same in groups.items()
    ]
    return tuple(sorted(waits, key=lambda one: (-one.cases, -one.days, one.who, one.key)))


def _arms(
    actor: Actor, at: datetime, patience: Patience, filters: StallFilters
) -> tuple[ColumnElement[bool], ...]:
    """By state; all that narrows stands in them, so that the rows themselves are read by their ids alone."""
    narrowed = [reach_of(actor, at.date())]
    if filters.module:
        narrowed.append(Certification.module == filters.module)
    if filters.country:
        narrowed.append(Certification.country == filters.country)
    if filters.who:
        narrowed.append(Certification.state.in_(_states_of(filters.who)))
    if filters.on and filters.on not in WAITED_FOR:
        narrowed.append(_touches(filters.on))
    return tuple(and_(arm, *narrowed) for arm in patience.arms(filters.stall))


def _whole(asked: Select[Any]) -> Select[Any]:
    """With all that `holds_of` looks at."""
    sheets = selectinload(Certification.assessments)
    return asked.options(
        joinedload(Certification.holder),
        joinedload(Certification.supervisor),
        sheets.joinedload(Assessment.assessor),
        sheets.joinedload(Assessment.activity),
    )


def _states_of(who: str) -> tuple[S, ...]:
    return (*(state for state, (_, actor) in ONWARD.items() if actor == who), *_ALSO.get(who, ()))


def _touches(id: str) -> ColumnElement[bool]:
    """The cases with which a person or an enterprise has to do: rather more than wait for them."""
    sheets = select(Assessment.certification_id).where(
        Assessment.assessor_id == id, Assessment.state.in_(OPEN_SHEET)
    )
    led = select(ActivityPerson.activity_id).where(ActivityPerson.person_id == id)
    cohorts = (
        select(CohortTrainer.person_id)
        .join(Cohort, Cohort.id == CohortTrainer.cohort_id)
        .where(
            or_(
                Cohort.supervisor_id == id,
                Cohort.id.in_(select(CohortEnterprise.cohort_id).where(CohortEnterprise.enterprise_id == id)),
            )
        )
    )
    return or_(
        Certification.holder_id == id,
        Certification.supervisor_id == id,
        Certification.id.in_(sheets),
        Certification.tot_event_id.in_(led),
        Certification.holder_id.in_(cohorts),
    )


def _ends_on(session: Session, case: Certification, patience: Patience, at: datetime) -> date | None:
    if case.state is S.RECOMMENDED:
        return decision_due_on(edition_of(session, case, at), case)
    return patience.ends_on(case)
