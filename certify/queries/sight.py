"""What an actor's roles reach, as SQL: the narrowing before the policy has its say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, String, and_, bindparam, false, literal_column, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from certify.policy import Actor, Grant
from certify.scheme.words import RoleName

Column = InstrumentedAttribute[Any]
Value = Column | ColumnElement[Any]


class Held(NamedTuple):
    """A role that somebody has, and whether in one module, country, organisation or in all of them."""

    role: RoleName
    name: str  # where it is held is bound as NAME_module, NAME_country, NAME_organisation
    module: bool
    country: bool
    organisation: bool


def fixed(word: str) -> ColumnElement[Any]:
    """A word of a closed vocabulary, written into a statement: what plans it once for all knows it."""
    return literal_column(f"'{word}'")


@dataclass(frozen=True)
class Reach:
    """By what the statements of two actors differ: which roles they have today, and how narrow.

    Who they are and where is bound when a statement is sent: so it is made once for all of the same reach.
    `contact`: they answer for an enterprise; `waits`: for how many sorts of cohorts visits wait for them.
    """

    held: tuple[Held, ...]
    contact: bool = False
    waits: int = 0

    def holds(self, *roles: RoleName) -> bool:
        """Whether any of the roles is held anywhere."""
        return any(one.role in roles for one in self.held)

    def of(self, role: RoleName, *, module: Column, country: Value) -> ColumnElement[bool] | None:
        """The rows that a role covers; None when it is held nowhere."""
        scopes = [_within(one, module, country) for one in self.held if one.role is role]
        return or_(*scopes) if scopes else None

    def of_any(self, roles: Iterable[RoleName], *, module: Column, country: Value) -> ColumnElement[bool]:
        """The rows that any of the roles covers."""
        scopes = (self.of(role, module=module, country=country) for role in roles)
        return or_(false(), *(scope for scope in scopes if scope is not None))

    def touching(self, roles: Iterable[RoleName], *, module: Column, country: Column) -> ColumnElement[bool]:
        """The rows that any of the roles covers; what is for all modules or countries is for theirs, too."""
        scopes = (
            and_(
                or_(module.is_(None), module == _bound(one, "module")) if one.module else true(),
                or_(country.is_(None), country == _bound(one, "country")) if one.country else true(),
            )
            for one in self.held
            if one.role in roles
        )
        return or_(false(), *scopes)

    def provided(
        self, *, organisation: Column, module: Column, country: Column
    ) -> ColumnElement[bool] | None:
        """The rows of the service providers that the actor acts for; None when for none."""
        ours = [
            and_(organisation == _bound(one, "organisation"), _within(one, module, country))
            for one in self.held
            if one.role is RoleName.PROVIDER and one.organisation
        ]
        return or_(*ours) if ours else None


def reach_on(
    actor: Actor, on: date, *, contact: bool = False, waits: int = 0
) -> tuple[Reach, Mapping[str, str]]:
    """How an actor's statements read on a day, and what of the grants is bound in them."""
    places = {
        (one.role, one.module, one.country, one.organisation) for one in actor.grants if one.covers(on=on)
    }
    held, given = [], {}
    for n, (role, *place) in enumerate(sorted(places, key=str)):
        held.append(Held(role, f"held_{n}", *(value is not None for value in place)))
        for what, value in zip(_PLACE, place, strict=True):
            if value is not None:
                given[f"held_{n}_{what}"] = value
    return Reach(tuple(held), contact, waits), given


_PLACE = ("module", "country", "organisation")


def _within(one: Held, module: Column, country: Value) -> ColumnElement[bool]:
    return and_(
        module == _bound(one, "module") if one.module else true(),
        country == _bound(one, "country") if one.country else true(),
    )


def _bound(one: Held, what: str) -> BindParameter[str]:
    return bindparam(f"{one.name}_{what}", type_=String())


def reached_by(
    actor: Actor, roles: frozenset[RoleName], on: date, *, module: Column | None, country: Value
) -> ColumnElement[bool]:
    """Rows whose module and country a grant of one of the roles covers on that day."""
    grants = [grant for grant in actor.grants if grant.role in roles and grant.covers(on=on)]
    return or_(false(), *(_covers(grant, module, country) for grant in grants))


def scopes_of(
    actor: Actor, roles: frozenset[RoleName], days: Iterable[date], *, module: Column, country: Column
) -> tuple[ColumnElement[bool], ...]:
    """The same for any of some days, one condition a module and country, so that each can read an index."""
    held = [grant for on in days for grant in actor.grants if grant.role in roles and grant.covers(on=on)]
    return tuple({(one.module, one.country): _covers(one, module, country) for one in held}.values())


def reached_countries(actor: Actor, roles: frozenset[RoleName], on: date) -> frozenset[str] | None:
    """The countries that a grant of one of the roles covers on that day; None where one covers them all."""
    found = {grant.country for grant in actor.grants if grant.role in roles and grant.covers(on=on)}
    return None if None in found else frozenset(country for country in found if country)


def provided_by(
    actor: Actor, on: date, *, organisation: Column, module: Column, country: Column
) -> ColumnElement[bool]:
    """Rows of a service provider for which the actor acts that day, in that module and country."""
    grants = [
        grant
        for grant in actor.grants
        if grant.role is RoleName.PROVIDER and grant.organisation is not None and grant.covers(on=on)
    ]
    return or_(
        false(),
        *(and_(organisation == one.organisation, _covers(one, module, country)) for one in grants),
    )


def _covers(grant: Grant, module: Column | None, country: Value) -> ColumnElement[bool]:
    return and_(
        true() if grant.module is None or module is None else module == grant.module,
        true() if grant.country is None else country == grant.country,
    )
