"""Supervision: the candidates of an Expert Trainer, how far each is and what waits for the supervisor."""

from flask import Blueprint, render_template, request

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen
from certify.models import db
from certify.presentation import say, word
from certify.presentation.listing import listing
from certify.queries.limits import MARKS
from certify.queries.stalls import Patience
from certify.queries.supervision import ON_THE_WAY, Filters, sorting, supervision_page
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
    kept = {**filters.given, "view": "done" if done else None}
    here = listing(sorting(done=done), "supervision.index", kept)
    page = supervision_page(
        session,
        auth.current_actor(),
        at,
        Patience(edition, at),
        filters,
        done=done,
        sort=here.sort,
        cursor=here.cursor,
    )
    return render_template(
        "supervision/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        done=done,
        filters=filters,
        states=states,
        marks=marks,
        tones=MARKS,
        edition=edition,
    )
