"""The auditor's page: the log across all cases, narrowed by person, day and move; nothing can be changed."""

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen
from certify.models import db
from certify.presentation import say
from certify.presentation.listing import listing
from certify.presentation.reader import person_zone
from certify.queries.audit import SORTING, Asked, Line, events_page, move_choices
from certify.queries.paging import Page
from certify.queries.verification import BadDay, asked_day
from certify.scheme.dates import end_of, start_of

bp = Blueprint("audit", __name__)
EMPTY: Page[Line] = Page((), None)


@bp.get("/audit")
@auth.action("event.list")
def show() -> tuple[str, int]:
    """Who did what, in which case, when; the latest first."""
    auth.require("event.list")
    person, at = auth.current_person(), clock().now()
    zone = person_zone(person) if person else "UTC"
    moves = [(name, say(label)) for name, label in move_choices()]
    since, until, errors = _days()
    filters = {
        "person": request.args.get("person", "").strip()[:120],
        "move": chosen(request.args.get("move"), moves),
        "since": request.args.get("since", "")[:20],
        "until": request.args.get("until", "")[:20],
    }
    asked = Asked(
        person=filters["person"],
        move=filters["move"],
        since=start_of(since, zone) if since else None,
        until=end_of(until, zone) if until else None,
    )
    here = listing(SORTING, "audit.show", filters)
    actor = auth.current_actor()
    page = (
        EMPTY if errors else events_page(db.session(), actor, at, asked, sort=here.sort, cursor=here.cursor)
    )
    shown = render_template(
        "audit/show.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        moves=moves,
        errors=errors,
    )
    return shown, 422 if errors else 200


def _days() -> tuple[date | None, date | None, dict[str, str]]:
    """From and until, and by field what is wrong with them; an address may hold anything."""
    days: dict[str, date | None] = {}
    errors: dict[str, str] = {}
    for name in ("since", "until"):
        try:
            days[name] = asked_day(request.args.get(name))
        except BadDay as wrong:
            errors[name] = say(wrong.args[0])
    since, until = days.get("since"), days.get("until")
    if since and until and until < since:
        errors["until"] = gettext("This day lies before the one in “From”.")
    return since, until, errors
