"""The baselines of all enterprises of a cohort, entered in one form."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.base import Form
from certify.forms.baselines import baselines_form
from certify.models import Cohort, db
from certify.queries.cohorts import without_baseline
from certify.workflows.activity_edit import create_activity
from certify.workflows.engine import perform

bp = Blueprint("baselines", __name__)


@bp.route("/cohorts/<id>/baselines", methods=["GET", "POST"])
@auth.action("activity.create")
def enter(id: str) -> str | Response | tuple[str, int]:
    """A line for each enterprise that has none yet; each is recorded for itself, failures are named."""
    cohort = auth.find(Cohort, id, "activity.create")
    open_ones = [(one.id, one.name) for one in without_baseline(db.session(), cohort)]
    form = baselines_form(open_ones)
    failed: list[tuple[str, Form]] = []
    if form.validate_on_submit():
        names = dict(open_ones)
        for facts in form.lines.data:
            each = _recorded(cohort, facts, submit=form.submit_too.data)
            if each.status != 200:
                failed.append((names[facts["enterprise"]], each))
                continue
            names.pop(facts["enterprise"])
        done = len(form.lines.data) - len(failed)
        if not failed:
            flash(ngettext("%(num)s baseline recorded.", "%(num)s baselines recorded.", done), "good")
            return redirect(url_for("cohorts.show", id=id), 303)
        if done:
            flash(ngettext("%(num)s baseline recorded.", "%(num)s baselines recorded.", done), "good")
        form.lines.keep(names)
    page = render_template(
        "cohorts/baselines.html", form=form, cohort=cohort, failed=failed, title=gettext("Baselines")
    )
    return page, 409 if failed else form.status


def _recorded(cohort: Cohort, facts: dict[str, Any], *, submit: bool) -> Form:
    """One baseline in a transaction of its own; the form says what stood against it."""
    each, actor, at = Form(), auth.current_actor(), clock().now()
    with attempt(each) as session:
        activity = create_activity(session, actor, at, kind="baseline", cohort=cohort, fields=facts)
        if submit:
            perform(activity, "submit", actor, at)
    return each
