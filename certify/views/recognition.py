"""Recognising another body's certificate: a trainer is certified on it, and the evidence is not held."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.choices import country_choices, module_choices
from certify.forms.moves import form_for
from certify.models import db
from certify.scheme.sentences import say
from certify.workflows.accounts import person_at
from certify.workflows.certification import MOVES, recognise
from certify.workflows.engine import InvalidFacts
from certify.workflows.facts import Fact, FactKind

bp = Blueprint("recognition", __name__)

EMAIL = Fact(
    "email",
    FactKind.TEXT,
    "E-mail address of the trainer",
    hint="Of an account here; invite the person first.",
)
ASKED = replace(
    MOVES["recognise"],
    facts=(EMAIL, *(fact for fact in MOVES["recognise"].facts if fact.name != "person")),
)


@bp.route("/recognise", methods=["GET", "POST"])
@auth.action("certification.recognise")
def new() -> Response | tuple[str, int]:
    """Which certificate of which body, for whom, and on what grounds."""
    auth.require("certification.recognise")
    at = clock().now()
    form = form_for(
        ASKED,
        choices={"module": module_choices(db.session(), at.date()), "country": country_choices()},
    )
    if form.validate_on_submit():
        facts = form.facts()
        with attempt(form) as session:
            person = person_at(session, facts.pop("email"))
            if person is None:
                raise InvalidFacts({"email": [say("Nobody here has this address.")]})
            case = recognise(session, auth.current_actor(), at, person=person.id, **facts)
        if form.status == 200:
            flash(gettext("Recognised. The certificate can be checked by its number now."), "good")
            return redirect(url_for("certifications.show", id=case.id), 303)
    return render_template("certifications/recognise.html", form=form), form.status
