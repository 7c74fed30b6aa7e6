"""What stands still: on whom each case waits since when, page by page, and how many wait for each of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.policy import Actor
from certify.queries.board import ROLES
from certify.queries.holds import Hold
from certify.queries.merged import Key, Source, read_merged
from certify.queries.paging import Narrowed, Page
from certify.queries.reminded import OfCase, Reminded, reminded
from certify.queries.sight import reached_by
from certify.queries.stalled_kinds import KINDS, PATH, WAITED_FOR, Kind, Terms, case_of
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of, edition_of
from certify.workflows.terms import decision_due_on

PAGE = 50
MOST = 500  # things, the longest waiting, that are put together by whom they wait for
SORTING = PATH.sorting  # its columns are those of every kind


@dataclass(frozen=True)
class StallFilters(Narrowed):
    """What the list is narrowed by; they stay in the address. `on` is the key of a hold, `about` a kind."""

    about: str = ""
    module: str = ""
    country: str = ""
    stall: str = ""
    who: str = ""
    on: str = ""

    def fits(self, hold: Hold) -> bool:
        """Whether it waits for whom the list is narrowed to."""
        return (not self.who or hold.who == self.who) and (not self.on or self.on in (hold.key, *hold.people))


@dataclass(frozen=True)
class Held:
    """Something that waits for somebody, read whole: a case on its path, or what hangs on a certification."""

    kind: Kind
    thing: Any
    holds: tuple[Hold, ...]

    @property
    def id(self) -> str:
        """Of the thing."""
        id: str = self.thing.id
        return id

    @property
    def case(self) -> Certification:
        """The certification that it is about, or is."""
        return case_of(self.thing)

    @property
    def since(self) -> datetime:
        """When it began to wait."""
        since: datetime = getattr(self.thing, self.kind.since.key)
        return since


@dataclass(frozen=True)
class Stall(Held):
    """Something that stands still: for how long, by when it should have gone on, on whom it waits."""

    mark: str
    days: int
    ends_on: date | None
    is_over: bool  # that day has passed where the case lives
    reminded: Reminded


@dataclass(frozen=True)
class WaitsFor:
    """How many cases wait for one person, enterprise or role, and for how long the longest of them."""

    key: str
    who: str
    name: str | None
    cases: int
    days: int


class _Read:
    """What was read of a list so far, whole, by kind and id."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session, self._at = session, at
        self.of: dict[str, Held] = {}

    def ahead(self, keys: Sequence[Key]) -> None:
        """Read some more: as many queries for many as for one."""
        ids = defaultdict(list)
        for name, id in keys:
            ids[name].append(id)
        for name, wanted in ids.items():
            self.whole(KINDS[name], wanted)

    def whole(self, kind: Kind, ids: Sequence[str]) -> None:
        """Some rows of one kind with those on whom they wait."""
        things = self._session.scalars(kind.by_id(ids)).unique().all()
        waiting = [one for one in things if one.state in kind.waits_for]
        holds = kind.holds(self._session, waiting, self._at)
        self.of |= {one.id: Held(kind, one, holds.get(one.id, ())) for one in things}


def stalls_page(
    session: Session,
    actor: Actor,
    at: datetime,
    edition: Edition,
    filters: StallFilters,
    *,
    sort: str = "",
    cursor: str | None = None,
) -> Page[Stall]:
    """What is slow or stalled in the actor's reach, the longest waiting first; PAGE at a time."""
    read, terms = _Read(session, at), _terms(edition, at)

    def fits(key: Key) -> bool:
        return any(map(filters.fits, read.of[key[1]].holds)) or not (filters.who or filters.on)

    page = read_merged(
        session,
        [*_sources(actor, at, terms, filters, sort)],
        cursor=cursor,
        allowed=fits,
        ahead=read.ahead,
        limit=PAGE,
    )
    found = [read.of[id] for _name, id in page.items]
    told = reminded(session, [one.case.case_id for one in found])
    rows = (_stall(session, one, terms[one.kind.name], at, told) for one in found)
    return Page(tuple(rows), page.next)


def waits_by_person(
    session: Session, actor: Actor, at: datetime, edition: Edition, filters: StallFilters
) -> tuple[tuple[WaitsFor, ...], bool]:
    """For whom it waits, who holds up most first; and whether there is more than was read."""
    read = _Read(session, at)
    page = read_merged(
        session,
        [*_sources(actor, at, _terms(edition, at), filters, "since")],
        cursor=None,
        allowed=lambda _key: True,
        ahead=lambda _keys: None,
        limit=MOST,
    )
    read.ahead(page.items)
    return _together((one.holds for one in read.of.values()), filters), page.next is not None


def stalls_among(session: Session, ids: Iterable[str], at: datetime) -> tuple[Held, ...]:
    """Some things with those on whom they wait, at most PAGE; unknown ids are left out."""
    read, wanted = _Read(session, at), list(ids)[:PAGE]
    for kind in KINDS.values():
        read.whole(kind, wanted)
    return tuple(sorted(read.of.values(), key=lambda one: (one.since, one.id)))


def _terms(edition: Edition, at: datetime) -> Mapping[str, Terms]:
    return {name: kind.terms(edition, at) for name, kind in KINDS.items()}


def _sources(
    actor: Actor, at: datetime, terms: Mapping[str, Terms], filters: StallFilters, sort: str
) -> Iterator[Source]:
    """By kind and state; all that narrows stands in them, so that whole rows are read by their ids alone."""
    for kind in KINDS.values():
        if filters.about not in ("", kind.name):
            continue
        narrowed = [*_narrowing(kind, actor, at, filters)]
        for state, arm in terms[kind.name].arms(filters.stall):
            if not filters.who or filters.who in kind.waits_for[state]:
                rows, order = kind.sorting.applied(kind.ids.where(arm, *narrowed), sort)
                yield Source(kind.name, rows, order)


def _narrowing(
    kind: Kind, actor: Actor, at: datetime, filters: StallFilters
) -> Iterator[ColumnElement[bool]]:
    yield reached_by(actor, ROLES, at.date(), module=kind.module, country=kind.country)
    if filters.module:
        yield kind.module == filters.module
    if filters.country:
        yield kind.country == filters.country
    if filters.on and filters.on not in WAITED_FOR:
        yield kind.touched(filters.on)
    if filters.who:
        yield kind.narrow(filters.who)


def _stall(session: Session, one: Held, terms: Terms, at: datetime, told: Mapping[str, OfCase]) -> Stall:
    case, thing = one.case, one.thing
    today = day_of(case, at)
    ends_on = terms.ends_on(thing)
    if one.kind is PATH and case.state is S.RECOMMENDED:
        ends_on = decision_due_on(edition_of(session, case, at), case)
    last = told[case.case_id].since(one.since, one.kind.reminds)
    days, is_over = (today - day_of(case, one.since)).days, ends_on is not None and ends_on < today
    return Stall(one.kind, thing, one.holds, terms.mark(thing), days, ends_on, is_over, last)


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
