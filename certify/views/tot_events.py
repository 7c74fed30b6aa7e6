"""ToT events: the list, and planning a new one; each event's own page is that of an activity."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.activities import activity_form
from certify.forms.attempt import attempt
from certify.forms.choices import chosen, country_choices, in_use_first, module_choices
from certify.models import db
from certify.presentation.listing import listing
from certify.queries.activities import SORTING, phase, tot_event_page
from certify.queries.choices import teachers
from certify.scheme.words import ActivityKind
from certify.workflows.activity_edit import create_activity
from certify.workflows.editions import edition_in_force

bp = Blueprint("tot_events", __name__)


@bp.get("/tot-events")
@auth.action("tot_event.list")
def index() -> str:
    """The ToT events that the reader may see, the latest first."""
    auth.require("tot_event.list")
    on = clock().now().date()
    modules, countries = module_choices(db.session(), on), country_choices()
    filters = {
        "module": chosen(request.args.get("module"), modules),
        "country": chosen(request.args.get("country"), countries),
    }
    here = listing(SORTING, "tot_events.index", filters)
    page = tot_event_page(
        db.session(), auth.current_actor(), on, sort=here.sort, cursor=here.cursor, **filters
    )
    return render_template(
        "tot_events/list.html",
        edition=edition_in_force(db.session(), on),
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        modules=modules,
        countries=in_use_first(countries),
        phase=lambda event: phase(event, auth.day_of(event)),
        may_create=auth.may("tot_event.create"),
    )


@bp.route("/tot-events/new", methods=["GET", "POST"])
@auth.action("tot_event.create")
def new() -> str | Response | tuple[str, int]:
    """First module and country, for they say who can facilitate; then the days and the facilitators."""
    auth.require("tot_event.create")
    at = clock().now()
    modules, countries = module_choices(db.session(), at.date()), country_choices()
    module = chosen(request.args.get("module"), modules)
    country = chosen(request.args.get("country"), countries)
    if not module or not country:
        page = render_template(
            "tot_events/start.html", modules=modules, countries=in_use_first(countries), home=_home()
        )
        return page, 422 if request.method == "POST" else 200
    people = teachers(db.session(), module, country, at.date())
    form = activity_form(ActivityKind.TOT_EVENT, people=people)
    if form.validate_on_submit():
        with attempt(form) as session:
            event = create_activity(
                session,
                auth.current_actor(),
                at,
                kind=ActivityKind.TOT_EVENT,
                module=module,
                country=country,
                fields=form.entered(),
            )
        if form.status == 200:
            return redirect(url_for("activities.show", id=event.id), 303)
    page = render_template("tot_events/new.html", form=form, module=dict(modules)[module], country=country)
    return page, form.status


def _home() -> str:
    person = auth.current_person()
    return person.country if person else ""
