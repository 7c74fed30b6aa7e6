"""What can be chosen in many forms and filters: modules of the edition in force, countries of the world."""

from datetime import date

from sqlalchemy.orm import Session

from certify.presentation import country
from certify.scheme.places import COUNTRIES
from certify.workflows.editions import edition_in_force

Choices = list[tuple[str, str]]


def module_choices(session: Session, on: date) -> Choices:
    """The modules of the edition in force, as "Workplace Cooperation (WPC)"."""
    edition = edition_in_force(session, on)
    return [(module.code, f"{module.name} ({module.code})") for module in edition.modules.values()]


def country_choices(within: frozenset[str] | None = None) -> Choices:
    """Every country, or those named, by its name in the reader's language."""
    codes = COUNTRIES if within is None else within.intersection(COUNTRIES)
    return sorted(((code, country(code)) for code in codes), key=lambda choice: choice[1])


def chosen(value: str | None, choices: Choices) -> str:
    """The value if it can be chosen, else nothing: an address may hold anything."""
    return value if value and value in dict(choices) else ""
