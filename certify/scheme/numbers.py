"""Makes the parameters of an edition, and what modules, countries and variants change of them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from certify.scheme.reading import Table
from certify.scheme.types import Parameter
from certify.scheme.vocabulary import DECIMAL_NUMBERS, EVIDENCE, PARAMETERS, ROLE_NAMES, ROLES

Parameters = Mapping[str, Parameter]


def parameters(table: Table) -> dict[str, Parameter]:
    """Every parameter of the edition, none missing and none unknown. Raises SchemeMistake."""
    table.only(PARAMETERS)
    return {name: _parameter(name, table.table(name)) for name in table.entries}


def _parameter(name: str, table: Table) -> Parameter:
    table.only(("value", "unit", "evidence", "source", "text"))
    return Parameter(
        value=_value(name, table),
        unit=table.text("unit") if table.entries["unit"] != "" else "",
        evidence=table.text("evidence", among=EVIDENCE),
        source=table.text("source"),
        text=table.text("text"),
    )


def _value(name: str, table: Table) -> int | float | str:
    value: Any = table.entries["value"]
    if name in ROLE_NAMES:
        return table.text("value", among=ROLES)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        table.wrong("value", "This must be a number.")
    if value < 0:
        table.wrong("value", "This must not be negative.")
    if name in DECIMAL_NUMBERS:
        return float(value)
    if not isinstance(value, int):
        table.wrong("value", "This must be a whole number.")
    return value


def overrides(table: Table, base: Parameters) -> dict[str, Parameter]:
    """Parameters that a module, country or variant changes; unit and meaning stay the edition's."""
    changed = {}
    for name in table.entries:
        if name not in base:
            table.wrong(name, "This parameter is unknown.")
        entry = table.table(name)
        entry.only(("value", "evidence", "source"))
        changed[name] = replace(
            base[name],
            value=_value(name, entry),
            evidence=entry.text("evidence", among=EVIDENCE),
            source=entry.text("source"),
        )
    return changed
