"""The rules that hold between the parts of an edition."""

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import product

from certify.scheme.places import is_country
from certify.scheme.reading import Table
from certify.scheme.schedules import check_schedule
from certify.scheme.types import Edition, Parameter
from certify.scheme.vocabulary import (
    APART,
    CHECKLIST_ITEMS,
    EXPERIENCE_ITEMS,
    LEAST_ITEMS_A_PLACE,
    PLACES,
    STEPS,
)


def check(edition: Edition, top: Table) -> None:
    """Raise SchemeMistake for the first rule that the edition breaks as a whole."""
    _dates(edition, top)
    _module_names(edition, top)
    _prerequisites(edition, top)
    _steps(edition, top)
    _checklist(edition, top)
    _screening(edition, top)
    _percentages(edition, top)
    _limits(edition, top)
    _overlays(edition, top)
    _prefixes(edition, top)
    check_schedule(edition, top)


def _dates(edition: Edition, top: Table) -> None:
    end = edition.transition_end_on
    if end is not None and end < edition.effective_on:
        top.wrong("transition_end_on", "The transition cannot end before the edition takes effect.")
    if len(edition.name) > 40:
        top.wrong("name", "A name has at most 40 characters.")


def _module_names(edition: Edition, top: Table) -> None:
    owner: dict[str, str] = {}
    for module in edition.modules.values():
        for name in (module.name, *module.aliases):
            other = owner.setdefault(name.casefold(), module.code)
            if other != module.code:
                top.wrong(f"modules[{module.code}].aliases", f"{name!r} already names {other}.")


def _prerequisites(edition: Edition, top: Table) -> None:
    try:
        TopologicalSorter({code: each.prerequisites for code, each in edition.modules.items()}).prepare()
    except CycleError as error:
        circle = error.args[1]
        key = f"modules[{circle[0]}].prerequisites"
        top.wrong(key, f"The prerequisites go round in a circle: {', '.join(circle)}.")


def _steps(edition: Edition, top: Table) -> None:
    steps = [STEPS.index(each.step) for each in edition.requirements.values()]
    if steps != sorted(steps) or any(step in steps for step in map(STEPS.index, APART)):
        path = ", ".join(step for step in STEPS if step not in APART)
        top.wrong("requirements", f"The steps must follow the path: {path}.")


def _checklist(edition: Edition, top: Table) -> None:
    if len(edition.checklist) != CHECKLIST_ITEMS:
        rule = f"There must be {CHECKLIST_ITEMS} items; there are {len(edition.checklist)}."
        top.wrong("checklist", rule)
    for item in edition.checklist:
        if not item.applies:
            top.wrong(f"checklist[{item.id}].applies", "An item applies to classroom, visit or both.")
    for place in PLACES:
        here = [item for item in edition.checklist if place in item.applies]
        if len(here) < LEAST_ITEMS_A_PLACE:
            rule = f"At least {LEAST_ITEMS_A_PLACE} items must apply to {place}; there are {len(here)}."
            top.wrong("checklist", rule)
        if not any(item.critical for item in here):
            top.wrong("checklist", f"At least one critical item must apply to {place}.")


def _screening(edition: Edition, top: Table) -> None:
    mandatory = {item.id for item in edition.screening if item.mandatory}
    for needed in EXPERIENCE_ITEMS:
        if needed not in mandatory:
            top.wrong(f"screening[{needed}]", "This item must be there and be mandatory.")


def _percentages(edition: Edition, top: Table) -> None:
    for where, parameters in _tables_of_parameters(edition):
        for name, parameter in parameters.items():
            value = parameter.value
            if parameter.unit.startswith("%") and isinstance(value, int | float) and value > 100:
                top.wrong(f"{where}parameters.{name}.value", "A percentage is at most 100.")


def _tables_of_parameters(edition: Edition) -> Iterator[tuple[str, Mapping[str, Parameter]]]:
    yield "", edition.parameters
    for kind in ("modules", "variants", "overlays"):
        for key, part in getattr(edition, kind).items():
            yield f"{kind}[{key}].", part.parameters


def _limits(edition: Edition, top: Table) -> None:
    """No limit may lie above its upper one, for any module in any country and variant."""
    pairs = [
        (name, upper)
        for name in edition.parameters
        if name.endswith("_min") and (upper := name.removesuffix("_min") + "_max") in edition.parameters
    ]
    places = product((None, *edition.modules), (None, *edition.overlays), (None, *edition.variants))
    for (low, high), (module, country, variant) in product(pairs, list(places)):
        least = edition.parameter(low, module=module, country=country, variant=variant).value
        most = edition.parameter(high, module=module, country=country, variant=variant).value
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            where = ", ".join(each for each in (module, country, variant) if each) or "the edition"
            top.wrong(f"parameters.{low}", f"{least} is more than {high}, {most}, for {where}.")


def _overlays(edition: Edition, top: Table) -> None:
    for overlay in edition.overlays.values():
        if not is_country(overlay.country):
            top.wrong(f"overlays[{overlay.country}].country", "There is no such country.")
        for number in overlay.module_numbers:
            if not re.fullmatch(r"M[1-9][0-9]?", number):
                key = f"overlays[{overlay.country}].module_numbers.{number}"
                top.wrong(key, "A module number looks like M3.")


def _prefixes(edition: Edition, top: Table) -> None:
    owner: dict[str, str] = {}
    for name, prefix in edition.wording.items():
        if name.endswith("_prefix") and owner.setdefault(prefix, name) != name:
            top.wrong(f"wording.{name}", f"{prefix!r} is already the prefix of {owner[prefix]}.")
