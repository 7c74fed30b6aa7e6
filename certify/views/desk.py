"""What waits for me: the first page of everybody who is signed in."""

from flask import Blueprint, abort, render_template, request, url_for

from certify import auth
from certify.extensions import clock
from certify.models import db
from certify.presentation.reader import today
from certify.queries.auditing import beginning
from certify.queries.certifications import cases_of
from certify.queries.contacts import contacts_desk
from certify.queries.desk import BY_NAME, MOST, most_urgent, tasks_of, waiting
from certify.queries.figures import told
from certify.queries.lateness import lateness
from certify.queries.standing_in import held_desks
from certify.queries.tasks import Asking
from certify.scheme.words import RoleName
from certify.workflows.standings import standings_in

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@auth.signed_in
def show() -> str:
    """All queues together, the most urgent first; or one queue, page by page."""
    actor, at = auth.current_actor(), clock().now()
    asking = Asking(db.session(), actor, at)
    name = request.args.get("queue", "")
    if name and name not in BY_NAME:
        abort(404)
    queues, cases = waiting(asking), cases_of(db.session(), actor.id)
    if name:
        page = tasks_of(asking, BY_NAME[name], cursor=request.args.get("cursor"))
        tasks, following = page.items, page.next
    else:
        tasks, following = most_urgent(asking, queues), None
    return render_template(
        "desk/show.html",
        queues=queues,
        chosen=name,
        tasks=[task for task in tasks if not task.blocked],
        blocked=[task for task in tasks if task.blocked],
        total=told(sum(each.count for each in queues), MOST),
        next_url=following and url_for("desk.show", queue=name, cursor=following),
        cases=cases,
        standings=standings_in(db.session(), cases, at),
        audit=None if name else beginning(asking),
        contact=None if name else contacts_desk(db.session(), actor),
        may_begin=not actor.grants and not actor.contact_of,
        today=today(at),
        held=() if name else held_desks(db.session(), actor, at),
        lateness=lateness(db.session(), at.date()) if asking.reach.holds(RoleName.COORDINATOR) else None,
    )
