"""All cases of a coordinator's countries by state: counted, aged, marked where they stall."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from certify.models import Affiliation, Certification, PersonKey
from certify.models.store import rows_of
from certify.policy import Actor
from certify.queries.figures import told
from certify.queries.finding import found_ids
from certify.queries.limits import MARKS, SLOW, STALLED
from certify.queries.paging import PAGE, Narrowed, Order, Page, head_of, plain_page
from certify.queries.sight import Reach, fixed, reach_on, reached_by
from certify.queries.stalls import Patience, TimedPlaces
from certify.queries.tasks import cases, name_of
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import CertificationState as S
from certify.scheme.words import RoleName
from certify.workflows.dossier import day_of

ROLES = frozenset({RoleName.COORDINATOR, RoleName.AUDITOR})
ORDER = Order(Certification.state_since, Certification.id)
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

    case: Any  # as `_cases` tells it
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
        return told(self.count, MOST)


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
        self._session, self._at, self._patience = session, at, patience
        reach, given = reach_on(actor, at.date())
        self._given = {**given, **patience.given}
        self._narrowed = tuple(_narrowing(filters, patience, at.date()))
        make = _asked if self._narrowed else _kept
        self._asked = make(reach, patience.places, *self._narrowed)

    @cached_property
    def counts(self) -> Mapping[S, Column]:
        """Every state of a case under way: how many cases are in it, how many of them stall; one query.

        Read are the MOST longest there of each state. Cases at rest are not counted: there are more of them
        every year, and none waits for anybody.
        """
        rows = self._read(self._asked.counts)
        return {S(state): Column(S(state), count, late) for state, count, late in rows if count}

    def phases(self) -> tuple[Phase, ...]:
        """The states of a case that is under way, each with those that have been there longest."""
        counts, cards = self.counts, self._first_of_each()
        return tuple(
            Phase(label, tuple(_filled(counts.get(state), state, cards.get(state, ())) for state in states))
            for label, states in PHASES
        )

    def page(self, state: S, *, cursor: str | None = None, limit: int = PAGE) -> Page[Card]:
        """One state, page by page, the longest there first."""
        rows = _cases(*self._asked.conditions, Certification.state == fixed(state))
        found = plain_page(self._session, [rows], self._given, order=ORDER, cursor=cursor, limit=limit)
        return Page(tuple(self._card(one) for one in found.items), found.next)

    def _first_of_each(self) -> Mapping[S, tuple[Card, ...]]:
        """The first cases of each state."""
        found: dict[S, list[Card]] = {}
        for one in self._read(self._asked.first):
            found.setdefault(one.state, []).append(self._card(one))
        return {state: tuple(cards) for state, cards in found.items()}

    def _read(self, statement: CompoundSelect[Any]) -> Sequence[Any]:
        """What is kept is read on the driver; SQLAlchemy keeps what it compiled of the others."""
        if self._narrowed:
            return self._session.execute(statement, self._given).all()
        return rows_of(self._session, statement, **self._given)

    def _card(self, one: Any) -> Card:
        days = (day_of(one, self._at) - day_of(one, one.state_since)).days
        return Card(one, days, self._patience.mark(one))


@dataclass(frozen=True)
class _Asked:
    """The statements of a board: the number in each state, the first of each, and what both ask for."""

    conditions: tuple[ColumnElement[bool], ...]
    counts: CompoundSelect[Any]
    first: CompoundSelect[Any]


def _asked(reach: Reach, places: TimedPlaces, *narrowed: ColumnElement[bool]) -> _Asked:
    """Every arm of both reads the head of an index."""
    here = reach.of_any(ROLES, module=Certification.module, country=Certification.country)
    conditions = (here, *narrowed)
    counts = union_all(*(_count(state, places, conditions) for state in LIVE))
    first = union_all(*(select(_first(state, conditions).subquery()) for state in LIVE))
    return _Asked(conditions, counts, first)


# A board that nothing narrows is put together once for all who reach as far.
_kept = lru_cache(maxsize=64)(_asked)


def _count(state: S, places: TimedPlaces, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    stalled = places.stalled_in(state)
    there = select(case((stalled, 1), else_=0).label("stalled"))
    there = there.where(*conditions, Certification.state == fixed(state))
    if places.stalled_first(state):  # then they are counted by themselves, which is quicker
        late = _number(there.where(stalled)) if state in places.states else literal_column("0")
        return _told(state, _number(there), late)
    head = head_of([there], ORDER, MOST).subquery()
    return _told(state, func.count(), func.sum(head.c.stalled)).select_from(head)


def _told(state: S, *numbers: Any) -> Select[Any]:
    return select(fixed(state), *numbers)


def _number(rows: Select[Any]) -> ColumnElement[int]:
    one, most = (literal_column(str(n), Integer()) for n in (1, MOST))
    counted = rows.with_only_columns(one, maintain_column_froms=True).limit(most).subquery()
    return select(func.count()).select_from(counted).scalar_subquery()


def _first(state: S, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return head_of([_cases(*conditions, Certification.state == fixed(state))], ORDER, FEW)


def _cases(*conditions: ColumnElement[bool]) -> Select[Any]:
    more = (Certification.practice_by_on, name_of(Certification.supervisor_id).label("supervisor_name"))
    return cases(*conditions, more=more)


def _narrowing(given: BoardFilters, patience: Patience, on: date) -> Iterator[ColumnElement[bool]]:
    if given.name:
        yield Certification.holder_id.in_(found_ids(PersonKey, given.name))
    if given.module:
        yield Certification.module == given.module
    if given.country:
        yield Certification.country == given.country
    if given.supervisor:
        yield Certification.supervisor_id == given.supervisor
    if given.provider:
        yield _of_provider(given.provider, on)
    if given.stall in MARKS:
        marks = (STALLED,) if given.stall == STALLED else (SLOW, STALLED)
        yield or_(*(patience.marked(mark) for mark in marks))


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
