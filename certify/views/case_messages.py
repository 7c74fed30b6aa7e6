"""What will be said in a case, to whom and when; and what did not get through."""

from flask import Blueprint, render_template

from certify import auth
from certify.extensions import clock
from certify.models import Certification, db
from certify.queries.to_come import ahead_in, not_through
from certify.reminders.texts import subject_of

bp = Blueprint("case_messages", __name__)


@bp.get("/certifications/<id>/messages")
@auth.action("certification.see")
@auth.asks("case.messages")
def index(id: str) -> str:
    """Everything for who coordinates the case; for everybody else what will come to them."""
    case = auth.find(Certification, id, "certification.see")
    session, actor = db.session(), auth.current_actor()
    all_of_them = auth.may("case.messages", case)
    return render_template(
        "certifications/messages.html",
        case=case,
        ahead=ahead_in(session, case, actor, clock().now(), all_of_them=all_of_them),
        all_of_them=all_of_them,
        not_through=not_through(session, case) if all_of_them else (),
        subject_of=lambda one: subject_of(one.kind, one.params),
        is_mine=case.holder_id == actor.id,
    )
