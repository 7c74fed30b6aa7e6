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
from certify.forms.stale import lock_unchanged
from certify.forms.together import ConfirmTogetherForm
from certify.models import Activity, db
from certify.queries.paging import PAGE
from certify.queries.tasks import Asking
from certify.queries.to_confirm import (
    count_waiting,
    grouped,
    title_of,
    waiting_among,
    waiting_page,
    why_no_longer,
)
from certify.scheme.sentences import say
from certify.workflows.activity_rules import speaks_for_the_enterprise
from certify.workflows.engine import Forbidden, NotVisible, Refusal, perform

bp = Blueprint("together", __name__)


@dataclass(frozen=True)
class Outcome:
    """What became of one activity."""

    id: str
    title: str
    refusals: tuple[Refusal, ...]
    errors: tuple[str, ...]
    settled: bool = False  # by somebody, while the page was open

    @property
    def done(self) -> bool:
        """Whether it is confirmed now."""
        return not self.refusals and not self.errors


@bp.route("/to-confirm", methods=["GET", "POST"])
@auth.signed_in
def confirm() -> str | Response | tuple[str, int]:
    """Choose among what waits for one's confirmation; what cannot be confirmed is named with its reason."""
    cohort, cursor = request.args.get("cohort", "")[:20], request.args.get("cursor")
    page = waiting_page(_asking(), cohort=cohort, cursor=cursor)
    offered = {one.id: title_of(one) for one in page.items}
    sent = list(dict.fromkeys(request.form.getlist("activities")))[:PAGE]
    if request.method == "POST":  # what was on the page may have moved on since
        offered |= {one.id: title_of(one) for one in waiting_among(_asking(), sent)}
        offered |= {id: _title(id) for id in sent if id not in offered}
    form = ConfirmTogetherForm(waiting=list(offered.items()))
    outcomes: list[Outcome] = []
    if form.validate_on_submit():
        outcomes = [_confirmed(id, offered[id], form.reason.data) for id in form.activities.data]
        if all(one.done for one in outcomes):
            told = ngettext("%(num)s activity confirmed.", "%(num)s activities confirmed.", len(outcomes))
            flash(told, "good")
            return redirect(_here(cohort), 303)
        page = waiting_page(_asking(), cohort=cohort, cursor=cursor)
    template = "together/all.html" if "all" in request.args and page.items else "together/confirm.html"
    return _shown(template, form, page, outcomes, cohort), 409 if outcomes else form.status


def _confirmed(id: str, title: str, reason: str) -> Outcome:
    """One activity in a transaction of its own, so that another's refusal does not undo it."""
    each = Form()
    try:
        with attempt(each) as session:
            activity = session.get(Activity, id)
            if activity is None or not auth.may("activity.see", activity):
                raise NotVisible("activity.see")
            lock_unchanged(session, activity, "confirm", field=f"version-{id}")
            facts = {"reason": reason} if reason else {}
            perform(activity, "confirm", auth.current_actor(), clock().now(), **facts)
    except (Forbidden, NotVisible):
        each.refuse([Refusal(None, say("This is not yours to confirm, or waits no longer."))])
    settled = _meanwhile(id) if each.refusals else ()
    return Outcome(id, title, settled or each.refusals, tuple(map(str, each.form_errors)), bool(settled))


def _visible(id: str) -> Activity | None:
    """The activity, if the reader may look at it."""
    activity = db.session.get(Activity, id)
    return activity if activity is not None and auth.may("activity.see", activity) else None


def _title(id: str) -> str:
    """What a row was about that does not wait for the reader any more."""
    activity = _visible(id)
    return title_of(activity) if activity else gettext("An activity that waits no longer")


def _meanwhile(id: str) -> tuple[Refusal, ...]:
    """Who settled the activity while the page was open."""
    activity = _visible(id)
    told = activity and why_no_longer(db.session(), activity, auth.current_actor())
    return (Refusal(None, told),) if told else ()


def _shown(template: str, form: Form, page: Any, outcomes: Iterable[Outcome], cohort: str) -> str:
    cursor = request.args.get("cursor")
    here = _here(cohort, cursor=cursor) if cursor else _here(cohort)
    return render_template(
        template,
        form=form,
        page=page,
        groups=grouped(page.items),
        asks_reason=any(speaks_for_the_enterprise(one, auth.current_actor()) for one in page.items),
        total=count_waiting(_asking(), cohort),
        outcomes=outcomes,
        failed={one.id: one for one in outcomes if not one.done},
        here=here,
        all_url=_here(cohort, all=1, **({"cursor": cursor} if cursor else {})),
        cohort=cohort,
        next_url=page.next and _here(cohort, cursor=page.next),
        first_url=_here(cohort) if cursor else "",
    )


def _here(cohort: str, **more: Any) -> str:
    given: dict[str, Any] = {"cohort": cohort} if cohort else {}
    return url_for("together.confirm", **given, **more)


def _asking() -> Asking:
    return Asking(db.session(), auth.current_actor(), clock().now())
