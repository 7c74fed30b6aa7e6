"""Confirming several activities at once, each with a result of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.base import Form
from certify.forms.together import ConfirmTogetherForm
from certify.models import Activity, db
from certify.queries.paging import PAGE
from certify.queries.tasks import Asking
from certify.queries.to_confirm import title_of, waiting_among, waiting_page
from certify.scheme.sentences import say
from certify.workflows.engine import Forbidden, NotVisible, Refusal, perform

bp = Blueprint("together", __name__)


@dataclass(frozen=True)
class Outcome:
    """What became of one activity."""

    id: str
    title: str
    refusals: tuple[Refusal, ...]
    errors: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Whether it is confirmed now."""
        return not self.refusals and not self.errors


@bp.route("/to-confirm", methods=["GET", "POST"])
@auth.signed_in
def confirm() -> str | Response | tuple[str, int]:
    """Choose among what waits for one's confirmation; what cannot be confirmed is named with its reason."""
    cohort = request.args.get("cohort", "")[:20]
    page = waiting_page(_asking(), cohort=cohort, cursor=request.args.get("cursor"))
    offered = {one.id: title_of(one) for one in page.items}
    sent = list(dict.fromkeys(request.form.getlist("activities")))[:PAGE]
    if request.method == "POST":  # what was on the page may have moved on since
        offered |= {one.id: title_of(one) for one in waiting_among(_asking(), sent)}
        offered |= {id: gettext("An activity that waits no longer") for id in sent if id not in offered}
    form = ConfirmTogetherForm(waiting=list(offered.items()))
    outcomes: list[Outcome] = []
    if form.validate_on_submit():
        outcomes = [_confirmed(id, offered[id], form.reason.data) for id in form.activities.data]
        if all(one.done for one in outcomes):
            told = ngettext("%(num)s activity confirmed.", "%(num)s activities confirmed.", len(outcomes))
            flash(told, "good")
            return redirect(_here(cohort), 303)
        page = waiting_page(_asking(), cohort=cohort)
    return _shown(form, page, outcomes, cohort), 409 if outcomes else form.status


def _confirmed(id: str, title: str, reason: str) -> Outcome:
    """One activity in a transaction of its own, so that another's refusal does not undo it."""
    each = Form()
    try:
        with attempt(each) as session:
            activity = session.get(Activity, id)
            if activity is None:
                raise NotVisible("activity.see")
            facts = {"reason": reason} if reason else {}
            perform(activity, "confirm", auth.current_actor(), clock().now(), **facts)
    except (Forbidden, NotVisible):
        each.refuse([Refusal(None, say("This is not yours to confirm, or waits no longer."))])
    return Outcome(id, title, each.refusals, tuple(str(one) for one in each.form_errors))


def _shown(form: Form, page: Any, outcomes: Iterable[Outcome], cohort: str) -> str:
    return render_template(
        "together/confirm.html",
        form=form,
        page=page,
        outcomes=outcomes,
        here=_here(cohort),
        next_url=page.next and _here(cohort, cursor=page.next),
        first_url=_here(cohort) if request.args.get("cursor") else "",
        today=clock().now().date(),
    )


def _here(cohort: str, **more: Any) -> str:
    given: dict[str, Any] = {"cohort": cohort} if cohort else {}
    return url_for("together.confirm", **given, **more)


def _asking() -> Asking:
    return Asking(db.session(), auth.current_actor(), clock().now())
