"""An edition of the scheme as the public pages tell it: steps, figures with their evidence, differences.

Nothing of the scheme is written here: every sentence and number comes from the edition that is handed in.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import LazyString, format_decimal
from flask_babel import lazy_gettext as _

from certify.presentation import say, word
from certify.scheme.sentences import say as sentence
from certify.scheme.types import Edition, Module, Parameter, Requirement, Variant
from certify.scheme.words import CredentialType

STEPS: Mapping[str, LazyString] = {
    "admission": _("Application and admission"),
    "tot": _("Training of trainers (ToT)"),
    "toe": _("Training of enterprises (ToE cycle)"),
    "assessment": _("Assessment and recommendation"),
    "decision": _("Decision"),
    "renewal": _("Renewal"),
    "licence": _("Expert Trainer's licence"),
}
EVIDENCE: Mapping[str, LazyString] = {
    "C": _("said of SCORE by a public source"),
    "S": _("a rule of a sister scheme"),
    "P": _("no source was found: a sensible default"),
}
TIMES = ("days", "months", "years", "hours")  # the units of lengths of time


@dataclass(frozen=True)
class Asked:
    """One requirement with the numbers that it reads."""

    requirement: Requirement
    figures: tuple[Parameter, ...]


@dataclass(frozen=True)
class Step:
    """One step of the path with what it asks."""

    name: str
    heading: LazyString
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class Difference:
    """A number that is another one for a module, a country or a variant."""

    usual: Parameter
    here: Parameter


@dataclass(frozen=True)
class Elsewhere:
    """What one country changes."""

    country: str
    numbers: Mapping[str, str]  # "M3" -> "LEA"
    differences: tuple[Difference, ...]


def figure(parameter: Parameter) -> str:
    """A value with its unit, in the reader's language: "36 months", "1 day", "90 % of the hours"."""
    value = parameter.value
    values = value if isinstance(value, tuple) else (value,)
    # One of something is no plural; units that are no counted things (%) have none.
    unit = parameter.unit.removesuffix("s") if value == 1 else parameter.unit
    return f"{', '.join(_value(each) for each in values)} {say(unit)}".strip()


def _value(value: int | float | str | bool) -> str:
    if isinstance(value, bool | str):
        return word(str(value))
    return str(format_decimal(value))


def steps(edition: Edition, *, module: str | None = None) -> list[Step]:
    """What it takes, in the order of the path, with the numbers of one module where it is named."""
    listed = [Step(name, heading, _asked(edition, name, module)) for name, heading in STEPS.items()]
    return [step for step in listed if step.asked]


def _asked(edition: Edition, step: str, module: str | None) -> tuple[Asked, ...]:
    apart = {"renewal": edition.renewal_requirements, "licence": edition.licence_requirements}
    source = apart.get(step, edition.requirements)
    return tuple(
        Asked(each, tuple(edition.parameter(name, module=module) for name in each.parameters))
        for each in source.values()
        if each.step == step
    )


def of_both(edition: Edition) -> list[Requirement]:
    """The requirements of the decision that a renewal asks for too."""
    return [each for name, each in edition.renewal_requirements.items() if name in edition.requirements]


def figures(edition: Edition, *names: str, module: str | None = None) -> list[Parameter]:
    """The numbers of these names; one that this edition does not have is left out."""
    return [edition.parameter(name, module=module) for name in names if name in edition.parameters]


def other_figures(edition: Edition) -> tuple[list[Parameter], list[Parameter]]:
    """What no requirement reads: lengths of time, and the rest."""
    parts = (edition.requirements, edition.renewal_requirements, edition.licence_requirements)
    asked = [each for part in parts for each in part.values()]
    read = {name for requirement in asked for name in requirement.parameters}
    other = [parameter for name, parameter in edition.parameters.items() if name not in read]
    times = [each for each in other if each.unit in TIMES]
    return times, [each for each in other if each.unit not in TIMES]


def differences(edition: Edition, changed: Mapping[str, Parameter]) -> tuple[Difference, ...]:
    """What a module, a country or a variant changes of the edition's numbers."""
    return tuple(
        Difference(edition.parameters[name], here)
        for name, here in changed.items()
        if name in edition.parameters
    )


def countries(edition: Edition, *, module: Module | None = None) -> list[Elsewhere]:
    """What the countries change; of one module only what it does not settle itself, and its own number."""
    return list(_countries(edition, module))


def _countries(edition: Edition, module: Module | None) -> Iterator[Elsewhere]:
    for overlay in edition.overlays.values():
        numbers, changed = overlay.module_numbers, overlay.parameters
        if module is not None:
            numbers = {number: code for number, code in numbers.items() if code == module.code}
            changed = {name: each for name, each in changed.items() if name not in module.parameters}
        if numbers or changed:
            yield Elsewhere(overlay.country, dict(sorted(numbers.items())), differences(edition, changed))


def variants(edition: Edition, *, module: str | None = None) -> list[tuple[Variant, tuple[Difference, ...]]]:
    """The other forms of delivery, of all modules or of one."""
    listed: Iterable[Variant] = edition.variants.values()
    fitting = (each for each in listed if module is None or not each.modules or module in each.modules)
    return [(each, differences(edition, each.parameters)) for each in fitting]


def opens(edition: Edition, code: str) -> list[Module]:
    """The modules that a valid certificate in this one opens."""
    return [each for each in edition.modules.values() if code in each.prerequisites]


def entry_modules(edition: Edition) -> str:
    """The modules that need no other first, by name."""
    entries = [each for each in edition.modules.values() if not each.prerequisites]
    return ", ".join(f"{each.name} ({each.code})" for each in entries)


def papers(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """Each kind of paper: what its numbers begin with, its title, what it says of a holder."""
    for kind in CredentialType:
        prefix, title, statement = (
            edition.wording[f"{kind}_{part}"] for part in ("prefix", "title", "statement")
        )
        yield prefix, say(title), say(sentence(statement, module="…", scheme=edition.name))
