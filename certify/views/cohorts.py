"""Cohorts (ToE cycles): the list, starting one, its cycle at a glance, changing who takes part."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms import undo
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import chosen, country_choices, in_use_first, module_choices
from certify.forms.cohorts import CohortForm
from certify.models import Cohort, db
from certify.presentation.listing import listing
from certify.queries import choices
from certify.queries.cohorts import SORTING, cohort_page, cohort_size, glance
from certify.queries.tasks import Asking
from certify.queries.to_confirm import count_waiting
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.words import ActivityKind
from certify.workflows.activity_people import cohort_certifications
from certify.workflows.changes import NO_CHANGE, Change, changed
from certify.workflows.cohort import as_changeable, create_cohort, edit_cohort
from certify.workflows.editions import edition_in_force

bp = Blueprint("cohorts", __name__)

KINDS = (
    ActivityKind.BASELINE,
    ActivityKind.WORKSHOP,
    ActivityKind.VISIT,
    ActivityKind.IMPROVEMENT_PROJECT,
    ActivityKind.CYCLE_REPORT,
)


@bp.get("/cohorts")
@auth.action("cohort.list")
def index() -> str:
    """The cohorts that the reader may see, the newest first."""
    auth.require("cohort.list")
    on = clock().now().date()
    modules, countries = module_choices(db.session(), on), country_choices()
    filters: dict[str, Any] = {
        "name": request.args.get("name", "")[:120].strip(),
        "module": chosen(request.args.get("module"), modules),
        "country": chosen(request.args.get("country"), countries),
    }
    here = listing(SORTING, "cohorts.index", filters)
    page = cohort_page(db.session(), auth.current_actor(), on, sort=here.sort, cursor=here.cursor, **filters)
    return render_template(
        "cohorts/list.html",
        edition=edition_in_force(db.session(), on),
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        modules=modules,
        countries=in_use_first(countries),
    )


@bp.route("/cohorts/new", methods=["GET", "POST"])
@auth.action("cohort.create")
def new() -> str | Response | tuple[str, int]:
    """First module and country, for they say who and what can be chosen; then everything else."""
    auth.require("cohort.create")
    at = clock().now()
    modules, countries = module_choices(db.session(), at.date()), country_choices()
    module = chosen(request.args.get("module"), modules)
    country = chosen(request.args.get("country"), countries)
    if not module or not country:
        person = auth.current_person()
        home = person.country if person else ""
        return render_template(
            "cohorts/start.html", modules=modules, countries=in_use_first(countries), home=home
        )
    form = _form(module, country, None)
    if form.validate_on_submit():
        with attempt(form) as session:
            cohort = create_cohort(
                session, auth.current_actor(), at, module=module, country=country, **form.entered()
            )
        if form.status == 200:
            return redirect(url_for("cohorts.show", id=cohort.id), 303)
    page = render_template("cohorts/new.html", form=form, module=dict(modules)[module], country=country)
    return page, form.status


@bp.get("/cohorts/<id>")
@auth.action("cohort.see")
def show(id: str) -> str:
    """Who takes part, and what happened with each enterprise: counted, or why not."""
    cohort = auth.find(Cohort, id, "cohort.see")
    at, on, actor = clock().now(), auth.day_of(cohort), auth.current_actor()
    return render_template(
        "cohorts/show.html",
        cohort=cohort,
        edition=edition_in_force(db.session(), on),
        cycle=glance(db.session(), cohort, actor, at, on),
        certifications=[
            one for one in cohort_certifications(db.session(), cohort) if auth.may("certification.see", one)
        ],
        to_confirm=count_waiting(Asking(db.session(), actor, at), cohort.id),
        kinds=KINDS if auth.may("activity.create", cohort) else (),
        may_edit=auth.may("cohort.edit", cohort),
    )


@bp.route("/cohorts/<id>/edit", methods=["GET", "POST"])
@auth.action("cohort.edit")
def edit(id: str) -> str | Response | tuple[str, int]:
    """Name, trainers, supervisor and enterprises of a cohort."""
    cohort = auth.find(Cohort, id, "cohort.edit")
    form = _form(cohort.module, cohort.country, cohort)
    if form.validate_on_submit():
        with attempt(form) as session:
            same_version(session, cohort, form)
            before = as_changeable(cohort)
            edit_cohort(session, cohort, auth.current_actor(), clock().now(), **form.entered())
            was, now = changed(before, as_changeable(cohort))
        if form.status == 200:
            page = url_for("cohorts.show", id=id)
            change = Change("cohort", id, was, now) if now else NO_CHANGE
            undo.tell(gettext("Saved."), change, by=auth.current_actor().id, page=page)
            return redirect(page, 303)
    return render_template("cohorts/edit.html", form=form, cohort=cohort), form.status


def _form(module: str, country: str, cohort: Cohort | None) -> CohortForm:
    """The form with what this actor may choose; whoever is in the cohort already stays choosable."""
    session, actor = db.session(), auth.current_actor()
    on = day_in(clock().now(), zone_of(country))
    edition = edition_in_force(session, on)
    return CohortForm(
        trainers=choices.trainers(
            session,
            actor,
            module,
            country,
            on,
            cohort=cohort,
            find=request.args.get("trainer", "")[:120],
            keep=request.form.getlist("trainers"),
        ),
        supervisors=choices.expert_trainers(session, module, country, on),
        enterprises=choices.enterprises(
            session,
            actor,
            country,
            on,
            cohort=cohort,
            find=request.args.get("enterprise", "")[:120],
            keep=request.form.getlist("enterprises"),
        ),
        variants=[(v.id, v.text) for v in edition.variants.values() if not v.modules or module in v.modules],
        size=cohort_size(edition, module, country),
        cohort=cohort,
    )
