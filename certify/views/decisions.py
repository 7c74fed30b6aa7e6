"""The approval desk: complete files that wait for this Master Trainer, and what they decided before."""

from flask import Blueprint, render_template, request
from flask_babel import gettext

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen, country_choices, module_choices
from certify.models import db
from certify.presentation.charts import Chart, bar_chart
from certify.presentation.listing import listing
from certify.queries import decided
from certify.queries.deciding import DECIDERS, SORTING, Deciding, Narrowing
from certify.queries.sight import reached_countries
from certify.queries.workload import Workload, workload_of
from certify.workflows.editions import edition_in_force

bp = Blueprint("decisions", __name__)


@bp.get("/decisions")
@auth.action("decision.list")
def index() -> str:
    """Complete files that the reader may decide on, the longest waiting first; the others with why not."""
    auth.require("decision.list")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    edition = edition_in_force(session, at.date())
    modules = module_choices(session, at.date())
    countries = country_choices(reached_countries(actor, DECIDERS, at.date()))
    narrowing = Narrowing(
        module=chosen(request.args.get("module"), modules),
        country=chosen(request.args.get("country"), countries),
    )
    deciding = Deciding(session, actor, at, narrowing)
    here = listing(SORTING, "decisions.index", narrowing.given)
    page = deciding.page(sort=here.sort, cursor=here.cursor)
    load = workload_of(
        session, deciding.mine, edition, at, module=narrowing.module, country=narrowing.country
    )
    return render_template(
        "decisions/list.html",
        page=page,
        others=deciding.others(),
        workload=load,
        figure=_figure(load),
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=narrowing.given,
        modules=modules,
        countries=countries,
    )


@bp.get("/decisions/made")
@auth.action("decision.list")
def made() -> str:
    """What the reader decided, the latest first."""
    auth.require("decision.list")
    session, at = db.session(), clock().now()
    modules = module_choices(session, at.date())
    outcomes: list[tuple[str, str]] = [(move, text) for move, (text, _) in decided.OUTCOMES.items()]
    filters = {
        "outcome": chosen(request.args.get("outcome"), outcomes),
        "module": chosen(request.args.get("module"), modules),
    }
    here = listing(decided.SORTING, "decisions.made", filters)
    page = decided.decided_by(
        session, auth.current_actor(), at, sort=here.sort, cursor=here.cursor, **filters
    )
    return render_template(
        "decisions/made.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        edition=edition_in_force(session, at.date()),
        filters=filters,
        modules=modules,
        outcomes=outcomes,
    )


def _figure(load: Workload) -> Chart:
    return bar_chart(
        gettext("Files by how long they wait"),
        [
            (gettext("%(n)s days and more", n=bar.first), bar.count)
            if bar.last is None
            else (gettext("%(first)s to %(last)s days", first=bar.first, last=bar.last), bar.count)
            for bar in load.bars
        ],
    )
