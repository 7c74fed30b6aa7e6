"""Review tasks: what is to be looked at, one task with what can be done, and its closing."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import Forbidden as NotAllowed
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.making import made, shown
from certify.forms.moves import form_for
from certify.models import Review, db
from certify.policy import fits
from certify.presentation.listing import listing
from certify.queries.reviews import SORTING, closed_for, review_page
from certify.scheme.standing import standing
from certify.workflows.absences import places_offered
from certify.workflows.case_terms import certified_record
from certify.workflows.engine import offers
from certify.workflows.result_sight import offers_to
from certify.workflows.review import MOVES, OPEN_STATES, escalates_on

bp = Blueprint("reviews", __name__, url_prefix="/reviews")

STANDING_MOVES = ("suspend", "reinstate", "withdraw")


@bp.get("")
@auth.action("review.list")
def index() -> str:
    """The reviews that the reader may see, the longest waiting first."""
    auth.require("review.list")
    closed = request.args.get("closed") == "1"
    here = listing(SORTING, "reviews.index", {"closed": "1" if closed else ""})
    page = review_page(
        db.session(), auth.current_actor(), clock().now(), closed=closed, sort=here.sort, cursor=here.cursor
    )
    return render_template(
        "reviews/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        closed=closed,
    )


@bp.route("/<id>", methods=["GET", "POST"])
@auth.action("certification.see")
def show(id: str) -> Response | tuple[str, int]:
    """Why a certification is looked at, what can be done with it, and the form that closes the task."""
    review = auth.find(Review, id, "certification.see")
    session, actor, at, case = db.session(), auth.current_actor(), clock().now(), review.certification
    closes = fits(actor, MOVES["close"].who, review, auth.day_of(review))
    places = places_offered(session, actor, MOVES["close"], review, at) if closes else ()
    form = form_for(MOVES["close"], places=places)
    if request.method == "POST" and not closes:
        raise NotAllowed
    if made(form, review, actor, at):
        return redirect(url_for("reviews.show", id=id), 303)
    is_open = review.state in OPEN_STATES
    page = render_template(
        "reviews/show.html",
        **shown(form, review),
        review=review,
        case=case,
        closes=closes and is_open,
        refused=_refused(review) if closes and is_open and not form.refusals else (),
        standing=standing(certified_record(session, case), at),
        closed_for=closed_for(session, review) if review.closed_by else "",
        escalates_on=escalates_on(session, review, at) if is_open else None,
        moves=[one for one in offers_to(case, actor, at) if one.move.name in STANDING_MOVES],
    )
    return page, form.status


def _refused(review: Review) -> tuple[object, ...]:
    offered = offers(review, auth.current_actor(), clock().now())
    return next((one.refusals for one in offered if one.move.name == "close"), ())
