"""All cases of a coordinator's countries by state: counted, aged, marked where they stall."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from certify.models import Affiliation, Certification, PersonKey
from certify.policy import Actor
from certify.queries.finding import found_ids
from certify.queries.paging import PAGE, Narrowed, Order, Page, read_page
from certify.queries.sight import reached_by
from certify.queries.stalls import MARKS, SLOW, STALLED, Patience
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import CertificationState as S
from certify.scheme.words import RoleName
from certify.workflows.dossier import day_of

ROLES = frozenset({RoleName.COORDINATOR, RoleName.AUDITOR})
KEY = (Certification.state_since, Certification.id)
FEW = 5  # cases shown in a state before its own list is opened
MOST = 1000  # that are counted of a state: a board that counts them all is slower every year

PHASES: tuple[tuple[Sentence, tuple[S, ...]], ...] = (
    (say("Application"), (S.DRAFT, S.SUBMITTED)),
    (say("Training of trainers"), (S.ADMITTED, S.TRAINING)),
    (say("Training of enterprises"), (S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS, S.MORE_PRACTICE)),
    (say("Assessment and approval"), (S.ASSESSMENT, S.RECOMMENDED)),
    (say("Paused"), (S.ON_HOLD, S.SUSPENDED)),
)
ENDED = (S.CERTIFIED, S.DECLINED, S.REFUSED, S.LEFT, S.WITHDRAWN, S.RETIRED)
LIVE = tuple(state for _, states in PHASES for state in states)


@dataclass(frozen=True)
class BoardFilters(Narrowed):
    """What the board is narrowed by; they stay in the address. Empty means any."""

    name: str = ""
    module: str = ""
    country: str = ""
    supervisor: str = ""
    provider: str = ""
    stall: str = ""


@dataclass(frozen=True)
class Card:
    """One case as the board shows it: how long it has been where it is, and whether it stalls."""

    case: Certification
    days: int
    mark: str


@dataclass(frozen=True)
class Column:
    """One state: how many cases (MOST: that or more), how many of them stall, and the first of them."""

    state: S
    count: int
    stalled: int
    cards: tuple[Card, ...] = ()

    @property
    def told(self) -> str:
        """How many, as it is shown."""
        return f"{MOST}+" if self.count >= MOST else str(self.count)


@dataclass(frozen=True)
class Phase:
    """Some states that follow each other."""

    label: Sentence
    columns: tuple[Column, ...]

    @property
    def count(self) -> int:
        """The cases of all its states."""
        return sum(column.count for column in self.columns)

    @property
    def told(self) -> str:
        """The same as it is shown: at least so many, where one of them was not counted to its end."""
        return f"{self.count}+" if any(column.count >= MOST for column in self.columns) else str(self.count)


def reach_of(actor: Actor, on: date) -> ColumnElement[bool]:
    """The cases of the countries that the actor coordinates, or audits."""
    return reached_by(actor, ROLES, on, module=Certification.module, country=Certification.country)


class Board:
    """The cases in an actor's reach, narrowed by filters, at one moment."""

    def __init__(
        self, session: Session, actor: Actor, at: datetime, *, patience: Patience, filters: BoardFilters
    ) -> None:
        self._session, self._actor, self._at = session, actor, at
        self._patience, self._filters = patience, filters

    @cached_property
    def counts(self) -> Mapping[S, Column]:
        """Every state of a case under way: how many cases are in it, how many of them stall; one query.

        Read are the MOST longest there of each state. Cases at rest are not counted: there are more of them
        every year, and none waits for anybody.
        """
        stalled = case((self._patience.marked(STALLED), 1), else_=0).label("stalled")
        heads = union_all(
            *(
                select(
                    select(Certification.state, stalled)
                    .where(self._asked, Certification.state == state)
                    .order_by(*KEY)
                    .limit(MOST)
                    .subquery()
                )
                for state in LIVE
            )
        ).subquery()
        rows = self._session.execute(
            select(heads.c.state, func.count(), func.sum(heads.c.stalled)).group_by(heads.c.state)
        )
        return {state: Column(state, count, late) for state, count, late in rows}

    def phases(self) -> tuple[Phase, ...]:
        """The states of a case that is under way, each with those that have been there longest."""
        counts = self.counts
        cards = self._first_of(state for state in LIVE if state in counts)
        return tuple(
            Phase(label, tuple(_filled(counts.get(state), state, cards.get(state, ())) for state in states))
            for label, states in PHASES
        )

    def page(self, state: S, *, cursor: str | None = None, limit: int = PAGE) -> Page[Card]:
        """One state, page by page, the longest there first."""
        found: Page[Certification] = read_page(
            self._session,
            _with_people(select(Certification).where(self._asked, Certification.state == state)),
            order=Order(*KEY),
            cursor=cursor,
            allowed=lambda _case: True,
            limit=limit,
        )
        return Page(tuple(self._card(one) for one in found.items), found.next)

    def _first_of(self, states: Iterable[S]) -> Mapping[S, tuple[Card, ...]]:
        """The first cases of each state; every arm of the query reads the head of an index."""
        arms = [
            select(
                select(Certification.id)
                .where(self._asked, Certification.state == state)
                .order_by(*KEY)
                .limit(FEW)
                .subquery()
                .c.id
            )
            for state in states
        ]
        if not arms:
            return {}
        ids = union_all(*arms).subquery()
        rows = self._session.scalars(
            _with_people(select(Certification).where(Certification.id.in_(select(ids.c.id)))).order_by(*KEY)
        )
        found: dict[S, tuple[Card, ...]] = {}
        for one in rows:
            found[one.state] = (*found.get(one.state, ()), self._card(one))
        return found

    def _card(self, one: Certification) -> Card:
        days = (day_of(one, self._at) - day_of(one, one.state_since)).days
        return Card(one, days, self._patience.mark(one))

    @property
    def _asked(self) -> ColumnElement[bool]:
        given, on = self._filters, self._at.date()
        conditions = [reach_of(self._actor, on)]
        if given.name:
            conditions.append(Certification.holder_id.in_(found_ids(PersonKey, given.name)))
        if given.module:
            conditions.append(Certification.module == given.module)
        if given.country:
            conditions.append(Certification.country == given.country)
        if given.supervisor:
            conditions.append(Certification.supervisor_id == given.supervisor)
        if given.provider:
            conditions.append(_of_provider(given.provider, on))
        if given.stall in MARKS:
            marks = (STALLED,) if given.stall == STALLED else (SLOW, STALLED)
            conditions.append(or_(*(self._patience.marked(mark) for mark in marks)))
        return and_(*conditions)


def _filled(column: Column | None, state: S, cards: tuple[Card, ...]) -> Column:
    return Column(state, column.count, column.stalled, cards) if column else Column(state, 0, 0)


def _of_provider(organisation: str, on: date) -> ColumnElement[bool]:
    """Nominated by the provider, or working there on a day."""
    works = exists().where(
        Affiliation.person_id == Certification.holder_id,
        Affiliation.organisation_id == organisation,
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
    )
    return or_(Certification.nominating_organisation_id == organisation, works)


def _with_people(asked: Select[Any]) -> Select[Any]:
    return asked.options(joinedload(Certification.holder), joinedload(Certification.supervisor))
