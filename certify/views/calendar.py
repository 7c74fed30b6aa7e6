"""The calendar of a coordinator's countries, month by month."""

import re
from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import format_date

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen, country_choices, module_choices
from certify.models import db
from certify.presentation import reader, word
from certify.queries.board import ROLES
from certify.queries.calendar import KINDS, month_of
from certify.queries.sight import reached_countries
from certify.workflows.editions import edition_in_force

bp = Blueprint("calendar", __name__)

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@bp.get("/board/calendar")
@auth.action("board.see")
def show() -> str:
    """ToT days, workshops and visits of one month, day by day."""
    auth.require("board.see")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    today, edition = reader.today(at), edition_in_force(session, at.date())
    offered = {
        "module": module_choices(session, at.date()),
        "country": country_choices(reached_countries(actor, ROLES, at.date())),
        "kind": [(str(kind), word(kind)) for kind in KINDS],
    }
    filters = {name: chosen(request.args.get(name), choices) for name, choices in offered.items()}
    first = _first_of(request.args.get("month", ""), today)
    month = month_of(session, actor, at, edition, first=first, **filters)
    return render_template(
        "board/calendar.html",
        month=month,
        title=format_date(first, "LLLL y", rebase=False),
        labels={on: format_date(on, "EEEE d MMM", rebase=False) for on, _ in month.days},
        today=today,
        filters=filters,
        given={name: value for name, value in filters.items() if value},
        offered=offered,
    )


def _first_of(asked: str, today: date) -> date:
    found = _MONTH.fullmatch(asked)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
