"""Pages for everybody: what this is, and the scheme in plain words."""

from flask import Blueprint, render_template

from certify import auth
from certify.extensions import clock
from certify.models import db
from certify.scheme.documents import EVIDENCE, STEPS, in_figures
from certify.scheme.types import Edition, Parameter, Requirement
from certify.workflows.editions import NoEdition, edition_in_force

bp = Blueprint("public", __name__)


@bp.get("/")
@auth.public
def home() -> str:
    """The first page: what this is, and a box to verify a certificate."""
    return render_template("public/home.html")


@bp.get("/scheme")
@auth.public
def scheme() -> str:
    """The edition in force in plain words: modules, requirements, and their numbers with the evidence."""
    edition = _edition_in_force()
    return render_template(
        "public/scheme.html",
        edition=edition,
        numbers_of=lambda requirement: _numbers(edition, requirement),
        other_numbers=_other_numbers(edition),
        steps=STEPS,
        evidence=EVIDENCE,
        in_figures=in_figures,
    )


def _numbers(edition: Edition | None, requirement: Requirement) -> list[Parameter]:
    return [edition.parameter(name) for name in requirement.parameters] if edition else []


def _other_numbers(edition: Edition | None) -> list[Parameter]:
    """What no requirement reads: validity, deadlines, the scale."""
    if edition is None:
        return []
    asked = (*edition.requirements.values(), *edition.renewal_requirements.values())
    read = {name for requirement in asked for name in requirement.parameters}
    return [parameter for name, parameter in edition.parameters.items() if name not in read]


def _edition_in_force() -> Edition | None:
    try:
        return edition_in_force(db.session(), clock().now().date())
    except NoEdition:
        return None
