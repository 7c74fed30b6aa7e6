"""The auditor's page: the log across all cases, narrowed by person, day and move; nothing can be changed."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen
from certify.models import db
from certify.presentation import say
from certify.presentation.reader import person_zone
from certify.queries.audit import Asked, events_page, move_choices
from certify.scheme.dates import end_of, start_of

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@auth.action("event.list")
def show() -> str:
    """Who did what, in which case, when; the latest first."""
    auth.require("event.list")
    person, at = auth.current_person(), clock().now()
    zone = person_zone(person) if person else "UTC"
    moves = [(name, say(label)) for name, label in move_choices()]
    since, until = _day("since"), _day("until")
    filters = {
        "person": request.args.get("person", "").strip()[:120],
        "move": chosen(request.args.get("move"), moves),
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
    }
    asked = Asked(
        person=filters["person"],
        move=filters["move"],
        since=start_of(since, zone) if since else None,
        until=end_of(until, zone) if until else None,
    )
    page = events_page(db.session(), auth.current_actor(), at, asked, cursor=request.args.get("cursor"))
    given: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return render_template(
        "audit/show.html",
        page=page,
        next_url=page.next and url_for("audit.show", cursor=page.next, **given),
        first_url=url_for("audit.show", **given) if "cursor" in request.args else "",
        filters=filters,
        moves=moves,
    )


def _day(name: str) -> date | None:
    """A day in the address; an address may hold anything."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2200 else None
