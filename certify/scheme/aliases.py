"""Finding a module by whatever somebody calls it: code, name, an earlier name, a country's number."""

import re

from certify.scheme.folding import fold
from certify.scheme.types import Edition, Module


def module_called(edition: Edition, text: str) -> Module | None:
    """The one module of exactly this code, name or earlier name; None when there is none, or several."""
    wanted = fold(text)
    found = [each for each in edition.modules.values() if wanted in _names(each)]
    return found[0] if wanted and len(found) == 1 else None


def modules_like(edition: Edition, text: str) -> list[tuple[Module, tuple[str, ...]]]:
    """The modules that answer to the text, in the edition's order, with the countries where it is a number.

    Numbers differ by country (DOMAIN.md, section 4): "M3" is one module here and another there.
    """
    wanted = fold(text)
    if not wanted:
        return [(module, ()) for module in edition.modules.values()]
    found = []
    for module in edition.modules.values():
        countries = _countries_numbering(edition, module, wanted)
        if countries or any(f" {wanted}" in f" {name}" for name in _names(module)):
            found.append((module, countries))
    return found


def numbers_of(edition: Edition, code: str) -> dict[str, tuple[str, ...]]:
    """The module's numbers on old papers, each with the countries that use it: {"M3": ("ET",)}."""
    found: dict[str, tuple[str, ...]] = {}
    for overlay in edition.overlays.values():
        for number, numbered in overlay.module_numbers.items():
            if numbered == code:
                found[number] = (*found.get(number, ()), overlay.country)
    return dict(sorted(found.items()))


def _countries_numbering(edition: Edition, module: Module, wanted: str) -> tuple[str, ...]:
    wanted = re.sub(r"^module (?=\d+$)", "m", wanted)  # "Module 3" is written M3 in the tables of numbers
    numbers = numbers_of(edition, module.code)
    return tuple(c for number, countries in numbers.items() if wanted == fold(number) for c in countries)


def _names(module: Module) -> tuple[str, ...]:
    return tuple(fold(name) for name in (module.code, module.name, *module.aliases))
