"""The coordinator's list of certified trainers: what each is worth, whether they practise, when it ends."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from certify import auth
from certify.extensions import clock
from certify.forms.choices import Choices, chosen, country_choices, module_choices
from certify.models import db
from certify.presentation import country, word
from certify.presentation import say as said
from certify.presentation.listing import listing
from certify.presentation.spreadsheets import spreadsheet
from certify.queries.board import ROLES
from certify.queries.paging import Page
from certify.queries.sight import reached_countries
from certify.queries.trainers import SORTING, Trainer, TrainerFilters, trainers_page
from certify.queries.trainers_shown import LABELS
from certify.workflows.editions import edition_in_force

bp = Blueprint("trainers", __name__)
IN_A_FILE = 1000  # rows


@bp.get("/board/trainers")
@auth.action("board.see")
def index() -> str:
    """Those whose certificates end first on top."""
    auth.require("board.see")
    offered = _offered()
    filters = _filters(offered)
    here = listing(SORTING, "trainers.index", filters.given)
    page = _page(filters, sort=here.sort, cursor=here.cursor)
    return render_template(
        "board/trainers.html",
        page=page,
        filters=filters,
        offered=offered,
        edition=edition_in_force(db.session(), clock().now().date()),
        listing=here,
        csv_url=url_for("trainers.table", **filters.given),
        in_a_file=IN_A_FILE,
        next_url=here.next_url(page),
        first_url=here.first_url,
    )


@bp.get("/board/trainers.csv")
@auth.action("board.see")
def table() -> ResponseReturnValue:
    """The first of the same, to take along."""
    auth.require("board.see")
    page = _page(_filters(_offered()), limit=IN_A_FILE)
    head = ("Name", "Module", "Country", "Standing", "Practising", "Valid from", "Valid until", "Renewal")
    rows = (
        (
            one.case.holder.name,
            one.case.module,
            country(one.case.country),
            word(one.standing),
            gettext("yes") if one.practising else gettext("no"),
            one.valid_from,
            one.case.valid_until,
            word(one.renewal) if one.renewal else "",
        )
        for one in page.items
    )
    return spreadsheet("trainers", [gettext(each) for each in head], rows)


def _page(filters: TrainerFilters, **more: Any) -> Page[Trainer]:
    session, at = db.session(), clock().now()
    edition = edition_in_force(session, at.date())
    return trainers_page(session, auth.current_actor(), at, edition, filters, **more)


def _offered() -> dict[str, Choices]:
    session, today = db.session(), clock().now().date()
    return {
        "module": module_choices(session, today),
        "country": country_choices(reached_countries(auth.current_actor(), ROLES, today)),
        "shows": [(str(shows), said(label)) for shows, label in LABELS.items()],
    }


def _filters(offered: dict[str, Choices]) -> TrainerFilters:
    narrowed = {name: chosen(request.args.get(name), choices) for name, choices in offered.items()}
    return TrainerFilters(name=request.args.get("name", "")[:120].strip(), **narrowed)
