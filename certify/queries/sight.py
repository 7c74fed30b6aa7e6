"""What an actor's roles reach, as SQL: the narrowing before the policy has its say."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from certify.policy import Actor
from certify.scheme.words import RoleName

Column = InstrumentedAttribute[Any]


def reached_by(
    actor: Actor, roles: frozenset[RoleName], on: date, *, module: Column | None, country: Column
) -> ColumnElement[bool]:
    """Rows whose module and country a grant of one of the roles covers on that day."""
    conditions = [
        and_(
            true() if grant.module is None or module is None else module == grant.module,
            true() if grant.country is None else country == grant.country,
        )
        for grant in actor.grants
        if grant.role in roles and grant.covers(on=on)
    ]
    return or_(false(), *conditions)
