"""The coordinator's board: every case by state, with its age and whether it stalls."""

from flask import Blueprint, abort, render_template, request, url_for

from certify import auth
from certify.extensions import clock
from certify.forms.choices import Choices, chosen, country_choices, module_choices
from certify.models import db
from certify.queries.board import ENDED, LIVE, ROLES, Board, BoardFilters
from certify.queries.board_choices import providers_of, supervisors_of
from certify.queries.lateness import lateness
from certify.queries.limits import MARKS
from certify.queries.sight import reached_countries
from certify.queries.stalls import Patience
from certify.queries.trainer_counts import trainer_counts
from certify.scheme.words import CertificationState
from certify.workflows.editions import edition_in_force

bp = Blueprint("board", __name__)


@bp.get("/board")
@auth.action("board.see")
def show() -> str:
    """All states side by side; or one state, page by page."""
    auth.require("board.see")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    today, edition = at.date(), edition_in_force(session, at.date())
    offered: dict[str, Choices] = {
        "module": module_choices(session, today),
        "country": country_choices(reached_countries(actor, ROLES, today)),
        "supervisor": supervisors_of(session, actor, today),
        "provider": providers_of(session, actor, today),
        "stall": [(mark, text) for mark, (text, _) in MARKS.items()],
    }
    filters = BoardFilters(
        name=request.args.get("name", "")[:120].strip(),
        **{name: chosen(request.args.get(name), choices) for name, choices in offered.items()},
    )
    board = Board(session, actor, at, patience=Patience(edition, at), filters=filters)
    asked = request.args.get("state", "")
    given = {"filters": filters, "offered": offered, "edition": edition, "marks": MARKS}
    if not asked:
        return render_template(
            "board/show.html",
            phases=board.phases(),
            ended=ENDED,
            lateness=lateness(session, today),
            trainers=trainer_counts(session, actor, at, edition),
            **given,
        )
    if asked not in {*LIVE, *ENDED}:
        abort(404)
    state = CertificationState(asked)
    page = board.page(state, cursor=request.args.get("cursor"))
    here = {"state": asked, **filters.given}
    return render_template(
        "board/state.html",
        state=state,
        column=board.counts.get(state) if state in LIVE else None,
        page=page,
        next_url=page.next and url_for("board.show", **{"cursor": page.next, **here}),
        first_url=url_for("board.show", **here) if request.args.get("cursor") else "",
        **given,
    )
