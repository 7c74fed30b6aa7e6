"""One box for everything: what a reader may see, by name, group by group; and certificates by number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from certify.models import Certification, Credential, Person, PersonKey
from certify.policy import Actor, may
from certify.queries import certifications
from certify.queries.cohorts import cohort_page
from certify.queries.enterprises import enterprise_page
from certify.queries.finding import by_name, owners_page
from certify.queries.paging import Order, Page
from certify.queries.people import organisations_page, people_page
from certify.workflows.dossier import day_of

LONGEST = 120
FEW = 5


@dataclass(frozen=True)
class Holder:
    """A person with those of their cases that the reader may see."""

    person: Person
    cases: tuple[Certification, ...]


@dataclass(frozen=True)
class Group:
    """What one kind of thing has to show: some rows, and where the next ones start."""

    name: str
    rows: tuple[Any, ...]
    next: str | None

    @property
    def first(self) -> "Group":
        """The first few, for the page of all groups."""
        more = self.next or len(self.rows) > FEW
        return Group(self.name, self.rows[:FEW], "" if more else None)


@dataclass(frozen=True)
class Search:
    """Who searches for what, and when."""

    session: Session
    actor: Actor
    at: datetime
    text: str

    @property
    def on(self) -> date:
        """The day in UTC."""
        return self.at.date()


Finding = Callable[[Search, str | None], Page[Any]]


def found_in(search: Search, name: str, cursor: str | None = None) -> Group:
    """One group, page by page. KeyError for an unknown name."""
    action, finding = GROUPS[name]
    if not may(search.actor, action, None, search.on):
        return Group(name, (), None)
    page = finding(search, cursor)
    return Group(name, page.items, page.next)


def found(search: Search) -> list[Group]:
    """The first few of every group that has any."""
    groups = [found_in(search, name).first for name in GROUPS]
    return [group for group in groups if group.rows]


def case_of_number(session: Session, number: str) -> Certification | None:
    """The case whose certificate has this number."""
    return session.scalar(
        select(Certification)
        .join(Credential, Credential.certification_id == Certification.id)
        .where(Credential.number == number)
    )


def _cases(search: Search, cursor: str | None) -> Page[Holder]:
    # By name alone: who may see a case need not know its holder's address.
    keys = by_name(PersonKey, search.text, addresses=False).where(_has_case(search))
    keys = keys.options(joinedload(PersonKey.owner))
    seen: dict[str, list[Certification]] = {}
    # Whom the policy hides is left out before the page is cut: no page comes short, no cursor names them.
    page = owners_page(
        search.session,
        keys,
        order=Order(PersonKey.key, PersonKey.owner_id),
        cursor=cursor,
        allowed=lambda person: person.id in seen,
        ahead=lambda people: seen.update(_seen_cases(search, [person.id for person in people])),
    )
    return Page(tuple(Holder(person, tuple(seen[person.id])) for person in page.items), page.next)


def _has_case(search: Search) -> ColumnElement[bool]:
    """People of whose cases the reader may see any; asked of each, or of the few that the reader has."""
    if any(grant.role in certifications.LOOKING_ROLES for grant in search.actor.grants):
        seen = certifications.concerns(search.actor, search.on)
        return exists().where(Certification.holder_id == PersonKey.owner_id, seen)
    own = certifications.own_ids(search.actor, search.on).subquery()
    holders = select(Certification.holder_id).join(own, own.c.id == Certification.id)
    return PersonKey.owner_id.in_(holders)


def _seen_cases(search: Search, holder_ids: list[str]) -> dict[str, list[Certification]]:
    asked = select(Certification).where(Certification.holder_id.in_(holder_ids))
    rows = search.session.scalars(certifications.with_readers(asked).order_by(Certification.module))
    seen: dict[str, list[Certification]] = {}
    for case in rows.unique():
        if may(search.actor, "certification.see", case, day_of(case, search.at)):
            seen.setdefault(case.holder_id, []).append(case)
    return seen


def _people(search: Search, cursor: str | None) -> Page[Any]:
    return people_page(search.session, search.actor, search.on, search=search.text, cursor=cursor)


def _organisations(search: Search, cursor: str | None) -> Page[Any]:
    return organisations_page(search.session, search.actor, search.on, search=search.text, cursor=cursor)


def _enterprises(search: Search, cursor: str | None) -> Page[Any]:
    return enterprise_page(search.session, search.actor, search.on, name=search.text, cursor=cursor)


def _cohorts(search: Search, cursor: str | None) -> Page[Any]:
    return cohort_page(search.session, search.actor, search.on, name=search.text, cursor=cursor)


# The action that opens the list of each group, and the list.
GROUPS: dict[str, tuple[str, Finding]] = {
    "cases": ("certification.list", _cases),
    "people": ("person.list", _people),
    "cohorts": ("cohort.list", _cohorts),
    "enterprises": ("enterprise.list", _enterprises),
    "organisations": ("organisation.list", _organisations),
}
