"""Plain changes: how the fields of one thing read before and after an act, so that it can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Change:
    """A plain change: of which thing, and how its fields read before and after; plain values only."""

    act: str
    thing: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)


NO_CHANGE = Change("", "", {}, {})


def plainly(value: Any) -> Any:
    """A column's value as it is kept in a form: instants and days as text."""
    return value.isoformat() if isinstance(value, date) else value


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs: how it read before, and after."""
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
