"""What can be chosen in many forms and filters: modules of the edition in force, countries of the world."""

from datetime import date

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms.fields import SelectChoice

from certify.forms.base import storable
from certify.models import db
from certify.presentation import country
from certify.queries.places import countries_in_use
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


def chosen_before(field: str) -> str:
    """What the form that comes back had chosen there, to go on offering it; nothing for what is no text."""
    sent = request.form.get(field, "")
    return sent if storable(sent) else ""


Groups = list[tuple[str, Choices]]


def in_use_first(countries: Choices) -> Groups:
    """The countries in two groups, where the programme is and all the others; an empty group goes."""
    used = countries_in_use(db.session())
    groups = (
        (gettext("In use"), [choice for choice in countries if choice[0] in used]),
        (gettext("All other countries"), [choice for choice in countries if choice[0] not in used]),
    )
    return [(label, choices) for label, choices in groups if choices]


def offered_countries(blank: str = "") -> list[SelectChoice]:
    """What a field offers that asks for a country: an empty entry, those in use, the others."""
    first = SelectChoice(value="", label=blank or gettext("Choose…"))
    grouped = (
        SelectChoice(value=code, label=name, optgroup=label)
        for label, choices in in_use_first(country_choices())
        for code, name in choices
    )
    return [first, *grouped]


def chosen(value: str | None, choices: Choices) -> str:
    """The value if it can be chosen, else nothing: an address may hold anything."""
    return value if value and value in dict(choices) else ""
