"""The coordinator's lists beside the board: screening panels, waivers, people who left or were refused."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen, module_choices
from certify.models import db
from certify.presentation import word
from certify.presentation.listing import Listing, listing
from certify.queries.departures import DEPARTURES, GONE, departure_page
from certify.queries.paging import Page
from certify.queries.panels import PANELS, panel_page
from certify.queries.waivers import WAIVERS, waiver_page
from certify.workflows.editions import edition_in_force

bp = Blueprint("office", __name__)


@bp.get("/board/screening-panels")
@auth.action("board.see")
@auth.asks("certification.assign")
def panels() -> str:
    """Who waits for a panel, whose sheets are in, and which are overdue."""
    auth.require("board.see")
    narrowing = _narrowing()
    here = listing(PANELS, "office.panels", narrowing)
    page = panel_page(
        db.session(), auth.current_actor(), clock().now(), sort=here.sort, cursor=here.cursor, **narrowing
    )
    return render_template("board/panels.html", **_listed(here, page, narrowing))


@bp.get("/board/waivers")
@auth.action("board.see")
def waivers() -> str:
    """What was waived for whom, by whom and why."""
    auth.require("board.see")
    edition = edition_in_force(db.session(), clock().now().date())
    waivable = [(one.id, one.id) for one in edition.requirements.values() if one.waivable]
    narrowing = {**_narrowing(), "requirement": chosen(request.args.get("requirement"), waivable)}
    here = listing(WAIVERS, "office.waivers", narrowing)
    page = waiver_page(
        db.session(), auth.current_actor(), clock().now(), sort=here.sort, cursor=here.cursor, **narrowing
    )
    return render_template("board/waivers.html", waivable=waivable, **_listed(here, page, narrowing))


@bp.get("/board/departures")
@auth.action("board.see")
@auth.asks("certification.assign")
def departures() -> str:
    """Who left or was refused, why, and until or from when they may come back."""
    auth.require("board.see")
    states = [(str(state), word(state)) for state in GONE]
    narrowing = {**_narrowing(), "state": chosen(request.args.get("state"), states)}
    here = listing(DEPARTURES, "office.departures", narrowing)
    page = departure_page(
        db.session(), auth.current_actor(), clock().now(), sort=here.sort, cursor=here.cursor, **narrowing
    )
    return render_template("board/departures.html", states=states, **_listed(here, page, narrowing))


def _narrowing() -> dict[str, str]:
    modules = module_choices(db.session(), clock().now().date())
    return {"module": chosen(request.args.get("module"), modules)}


def _listed(listed: Listing, page: Page[Any], filters: dict[str, str]) -> dict[str, Any]:
    """What every list shows: a page, its filters, and the way to the next and the first page."""
    on = clock().now().date()
    return {
        "page": page,
        "filters": filters,
        "here": url_for(listed.endpoint),
        "modules": module_choices(db.session(), on),
        "edition": edition_in_force(db.session(), on),
        "listing": listed,
        "next_url": listed.next_url(page),
        "first_url": listed.first_url,
    }
