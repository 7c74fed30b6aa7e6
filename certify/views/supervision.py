"""Supervision: the candidates of an Expert Trainer, how far each is and what waits for the supervisor."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen
from certify.models import db
from certify.presentation import say, word
from certify.queries.stalls import MARKS, Patience
from certify.queries.supervision import ON_THE_WAY, Filters, supervision_page
from certify.workflows.editions import edition_in_force

bp = Blueprint("supervision", __name__)


@bp.get("/supervision")
@auth.action("supervision.list")
def index() -> str:
    """My candidates: on the way, or behind."""
    auth.require("supervision.list")
    session, at = db.session(), clock().now()
    done = request.args.get("view") == "done"
    states = [(str(state), word(state)) for state in ON_THE_WAY]
    marks = [(mark, say(text)) for mark, (text, _tone) in MARKS.items()]
    filters = Filters(
        name=request.args.get("name", "")[:120],
        state="" if done else chosen(request.args.get("state"), states),
        mark="" if done else chosen(request.args.get("mark"), marks),
    )
    edition = edition_in_force(session, at.date())
    page = supervision_page(
        session,
        auth.current_actor(),
        at,
        Patience(edition, at),
        filters,
        done=done,
        cursor=request.args.get("cursor"),
    )
    kept: dict[str, Any] = {**filters.given, "view": "done" if done else None}
    return render_template(
        "supervision/list.html",
        page=page,
        next_url=page.next and url_for("supervision.index", **kept, cursor=page.next),
        done=done,
        filters=filters,
        states=states,
        marks=marks,
        tones=MARKS,
        edition=edition,
    )
