"""The question of a move's form that a deputy is asked: in one's own name, or in place of somebody away."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext

from certify.forms.fields import Radios
from certify.forms.moves import MoveForm


def standing_in(base: type[MoveForm], places: Sequence[tuple[str, str]]) -> type[MoveForm]:
    """The form with that question, where the actor stands in for anybody; `places` are (id, name)."""
    if not places:
        return base
    offered = [(id, gettext("In place of %(name)s, who is away", name=name)) for id, name in places]
    asked = Radios(
        gettext("You do this"),
        choices=[("", gettext("In my own name")), *offered],
        default="",
        required=False,
        description=gettext("Both names then stand in the record. The right to do it is your own."),
    )
    return type("StandingIn", (base,), {"in_place_of": asked})


def absent_of(form: MoveForm) -> str:
    """In whose place it is done; empty for one's own name. A page of before somebody came back is told so."""
    return str(form.in_place_of.data or "") if "in_place_of" in form else request.form.get("in_place_of", "")
