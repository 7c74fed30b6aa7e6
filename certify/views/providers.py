"""A service provider's pages: own trainers, nominating several people at once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.application import group_countries
from certify.forms.choices import chosen, country_choices, module_choices
from certify.forms.nominations import MOST_ROWS, ROWS, NominateSeveralForm, NominationRow, attempt_row
from certify.models import db
from certify.presentation.listing import listing
from certify.queries.application import (
    home_among,
    nominating_countries,
    own_organisations,
    served_countries,
)
from certify.queries.providers import SORTING, trainers_page
from certify.workflows.editions import edition_in_force
from certify.workflows.nomination import nominate

bp = Blueprint("providers", __name__)


@bp.get("/trainers")
@auth.action("trainer.list")
def trainers() -> str:
    """The people of the reader's organisations: modules, standing, what is next, who must act."""
    auth.require("trainer.list")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    modules = module_choices(session, at.date())
    filters = {
        "name": request.args.get("name", "").strip()[:120],
        "module": chosen(request.args.get("module"), modules),
    }
    here = listing(SORTING, "providers.trainers", filters)
    page = trainers_page(session, actor, at, sort=here.sort, cursor=here.cursor, **filters)
    return render_template(
        "providers/trainers.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        modules=modules,
        edition=edition_in_force(session, at.date()),
        organisations=own_organisations(session, actor, at.date()),
        today=at.date(),
    )


@bp.route("/nominate/several", methods=["GET", "POST"])
@auth.action("certification.nominate")
def nominate_several() -> Response | tuple[str, int]:
    """Nominate several people: the good rows are done, the others come back with what is wrong."""
    auth.require("certification.nominate")
    form, done = _form(), []
    if form.validate_on_submit():
        done = _nominate_each(form)
        if form.status == 200:
            flash(_told(len(done)), "good")
            return redirect(url_for("providers.trainers"), 303)
    page = render_template("providers/nominate_several.html", form=form, done=done, most=MOST_ROWS)
    return page, form.status


def _form() -> NominateSeveralForm:
    session, actor, on = db.session(), auth.current_actor(), clock().now().date()
    reached, asked = nominating_countries(actor, on), request.args.get("rows", "")
    form = NominateSeveralForm(
        modules=module_choices(session, on),
        countries=country_choices(reached),
        organisations=own_organisations(session, actor, on),
        home=home_among(reached, auth.current_person()),
        rows=min(int(asked), MOST_ROWS) if asked.isascii() and asked.isdigit() and asked != "0" else ROWS,
    )
    group_countries(form, served_countries(session, on), reached)
    return form


def _nominate_each(form: NominateSeveralForm) -> list[NominationRow]:
    """Do what can be done; the rows whose people were written to."""
    actor, at, done = auth.current_actor(), clock().now(), []
    for row in form.people.filled:
        if row.errors:
            continue
        with attempt_row(row) as session:
            nominate(
                session,
                actor,
                at,
                module=row.module,
                country=form.country.data,
                email=row.email,
                name=row.name,
                organisation_id=form.organisation.data,
            )
        if row.done:
            done.append(row)
    form.people.keep_wrong()
    return done


def _told(number: int) -> str:
    return str(
        ngettext(
            "%(num)s person is asked to confirm by mail.",
            "%(num)s people are asked to confirm by mail.",
            number,
        )
    )
