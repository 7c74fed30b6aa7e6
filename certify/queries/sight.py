"""What an actor's roles reach, as SQL: the narrowing before the policy has its say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from certify.policy import Actor, Grant
from certify.scheme.words import RoleName

Column = InstrumentedAttribute[Any]


def reached_by(
    actor: Actor, roles: frozenset[RoleName], on: date, *, module: Column | None, country: Column
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


def _covers(grant: Grant, module: Column | None, country: Column) -> ColumnElement[bool]:
    return and_(
        true() if grant.module is None or module is None else module == grant.module,
        true() if grant.country is None else country == grant.country,
    )
