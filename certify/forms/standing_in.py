"""The question of a move's form that a deputy is asked: in one's own name, or in place of somebody away."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext

from certify.forms.base import Form
from certify.forms.fields import Radios


def place_question(places: Sequence[tuple[str, str]]) -> dict[str, Radios]:
    """That question as a field by its name; none where nobody's place is held. `places` are (id, name)."""
    if not places:
        return {}
    offered = [(id, gettext("In place of %(name)s, who is away", name=name)) for id, name in places]
    asked = Radios(
        gettext("You do this"),
        choices=[("", gettext("In my own name")), *offered],
        default="",
        required=False,
        description=gettext("Both names then stand in the record. The right to do it is your own."),
    )
    return {"in_place_of": asked}


def absent_of(form: Form) -> str:
    """In whose place it is done; empty for one's own name. A page of before somebody came back is told so."""
    return str(form.in_place_of.data or "") if "in_place_of" in form else request.form.get("in_place_of", "")
