"""The values that an edition of the scheme is made of; loaded and checked by `catalogue`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from certify.scheme.words import Act, Impartiality, Relation


@dataclass(frozen=True)
class Parameter:
    """One number (or list of numbers) of the scheme, with where it comes from.

    `evidence` is C (said of SCORE by a public source), S (a sister scheme's rule) or P (a sensible
    default); `source` says which document or rule; `unit` reads after the value ("months", "%").
    """

    value: int | float | str | bool | tuple[int, ...]
    unit: str
    evidence: str
    source: str
    text: str


@dataclass(frozen=True)
class Module:
    """A module of the curriculum, keyed by its code, never by a number."""

    code: str
    name: str
    aliases: tuple[str, ...]
    prerequisites: tuple[str, ...]  # any one of these, valid, opens the module; empty: an entry module
    parameters: Mapping[str, Parameter]  # overrides of the edition's parameters


@dataclass(frozen=True)
class Requirement:
    """A requirement id with its sentence, its step and who can clear or waive it."""

    id: str
    text: str
    step: str  # admission, tot, toe, assessment, decision, renewal
    who: tuple[str, ...]  # role names of those who can clear it
    waivable: bool
    parameters: tuple[str, ...]  # names of the parameters that it reads
    waived_by: tuple[str, ...] = ()  # role names of those who may waive it


@dataclass(frozen=True)
class ChecklistItem:
    """One of the 20 observation items."""

    id: str
    text: str
    critical: bool
    applies: tuple[str, ...]  # "classroom", "visit"


@dataclass(frozen=True)
class ScreeningItem:
    """One item of the screening sheet."""

    id: str
    text: str
    mandatory: bool


@dataclass(frozen=True)
class Reminder:
    """One line of the reminder schedule: who is told, how long before or after what, until when."""

    id: str
    text: str
    recipient: str
    anchor: str
    offset_days: tuple[int, ...]
    stops_when: str
    escalates_to: str


@dataclass(frozen=True)
class Overlay:
    """What one country changes: parameters and the module numbers used there."""

    country: str
    parameters: Mapping[str, Parameter]
    module_numbers: Mapping[str, str]  # "M3" -> "LEA"


@dataclass(frozen=True)
class Variant:
    """A variant of a module's delivery with its equivalence rule and its own parameters."""

    id: str
    text: str
    modules: tuple[str, ...]  # empty: all
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True)
class Edition:
    """A whole edition of the scheme."""

    name: str
    title: str
    effective_on: date
    transition_end_on: date | None
    modules: Mapping[str, Module]
    requirements: Mapping[str, Requirement]
    renewal_requirements: Mapping[str, Requirement]
    licence_requirements: Mapping[str, Requirement]
    checklist: tuple[ChecklistItem, ...]
    screening: tuple[ScreeningItem, ...]
    relations: Mapping[tuple[Relation, Act], Impartiality]
    relation_window_months: Parameter
    parameters: Mapping[str, Parameter]
    variants: Mapping[str, Variant]
    reminders: tuple[Reminder, ...]
    wording: Mapping[str, str]
    overlays: Mapping[str, Overlay]

    def parameter(
        self, name: str, *, module: str | None = None, country: str | None = None, variant: str | None = None
    ) -> Parameter:
        """The parameter in force: variant before module before country before edition. KeyError if none."""
        if variant and variant in self.variants and name in self.variants[variant].parameters:
            return self.variants[variant].parameters[name]
        if module and module in self.modules and name in self.modules[module].parameters:
            return self.modules[module].parameters[name]
        if country and country in self.overlays and name in self.overlays[country].parameters:
            return self.overlays[country].parameters[name]
        return self.parameters[name]
