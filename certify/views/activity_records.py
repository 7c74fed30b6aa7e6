"""Recording an activity of each kind, in a cohort or in a trainer's log, and correcting it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.activities import ActivityForm, activity_form
from certify.forms.attempt import attempt, same_version
from certify.forms.uncounted import warn_uncounted, why_uncounted
from certify.models import Activity, Certification, Cohort, db
from certify.presentation.recorded import tell_recorded
from certify.queries import activities, choices
from certify.scheme.sentences import say as said
from certify.scheme.words import ActivityKind
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity, edit_activity, may_edit, not_editable
from certify.workflows.activity_fields import LOG_KINDS
from certify.workflows.activity_store import fields_of

bp = Blueprint("activity_records", __name__)

Page = str | Response | tuple[str, int]


@bp.route("/cohorts/<id>/activities/new/<kind>", methods=["GET", "POST"])
@auth.action("activity.create")
def new_in_cohort(id: str, kind: str) -> Page:
    """Record something that happened, or is planned, in a cohort."""
    cohort = auth.find(Cohort, id, "activity.create")
    wanted = _kind(kind)
    if wanted is ActivityKind.TOT_EVENT or wanted in LOG_KINDS:
        raise NotFound
    form = _form(wanted, cohort=cohort, enterprise=request.args.get("enterprise"))
    created = _created(form, wanted, cohort=cohort, module=cohort.module, country=cohort.country)
    if created:
        return redirect(url_for("activities.show", id=created), 303)
    return render_template("activities/new.html", form=form, kind=wanted, cohort=cohort), form.status


@bp.route("/certifications/<id>/activities/new/<kind>", methods=["GET", "POST"])
@auth.action("activity.create")
def new_in_log(id: str, kind: str) -> Page:
    """Record a refresher or the signing of the code of conduct of a certified trainer."""
    certification = auth.find(Certification, id, "activity.create")
    wanted = _kind(kind)
    if wanted not in LOG_KINDS:
        raise NotFound
    form = _form(wanted)
    created = _created(
        form,
        wanted,
        certification=certification,
        module=certification.module,
        country=certification.country,
    )
    if created:
        return redirect(url_for("activities.show", id=created), 303)
    page = render_template("activities/new.html", form=form, kind=wanted, certification=certification)
    return page, form.status


@bp.route("/activities/<id>/edit", methods=["GET", "POST"])
@auth.action("activity.see")
@auth.asks("activity.edit", "tot_event.edit")
def edit(id: str) -> Page:
    """Correct what was entered, before submission or when it was returned."""
    activity = auth.find(Activity, id, "activity.see")
    auth.require(activities.editing_action(activity), activity)
    if request.method == "GET" and not may_edit(activity, auth.current_actor(), auth.day_of(activity)):
        return _closed(activity)
    form = _form(activity.kind, activity=activity)
    if form.validate_on_submit() and _edited(form, activity):
        return redirect(url_for("activities.show", id=id), 303)
    return render_template("activities/edit.html", form=form, activity=activity), form.status


def _closed(activity: Activity) -> str:
    """What was submitted is read, not typed in: why, and whoever may send it back first."""
    offers = engine.offers(activity, auth.current_actor(), clock().now())
    return render_template(
        "activities/closed.html",
        activity=activity,
        reason=not_editable(activity),
        offers=[offer for offer in offers if offer.move.name == "return"],
        **activities.told_of(activity),
    )


def _kind(word: str) -> ActivityKind:
    try:
        return ActivityKind(word)
    except ValueError as unknown:
        raise NotFound from unknown


def _form(
    kind: ActivityKind,
    *,
    cohort: Cohort | None = None,
    activity: Activity | None = None,
    enterprise: str | None = None,
) -> ActivityForm:
    """The kind's form, with the people and enterprises that its cohort (or country) offers."""
    cohort = cohort or (activity.cohort if activity else None)
    people = [(person.id, person.name) for person in cohort.trainers] if cohort else []
    if kind is ActivityKind.TOT_EVENT and activity is not None:
        people = choices.facilitators(db.session(), activity)
    values: dict[str, Any] = fields_of(activity) if activity else {"enterprise": enterprise}
    return activity_form(
        kind,
        people=people,
        enterprises=[(one.id, one.name) for one in cohort.enterprises] if cohort else [],
        values=values,
        version=activity.version if activity else None,
    )


def _created(form: ActivityForm, kind: ActivityKind, **where: Any) -> str | None:
    """Record what was entered; the new activity's id, or None when the form has to be shown (again)."""
    if not form.validate_on_submit():
        return None
    with attempt(form) as session:
        actor, at = auth.current_actor(), clock().now()
        activity = create_activity(session, actor, at, kind=kind, fields=form.entered(), **where)
        warn_uncounted(session, form, activity, actor, at, auth.day_of(activity))
        created = activity.id
    if form.status != 200:
        return None
    _tell_saved(activity)
    return created


def _edited(form: ActivityForm, activity: Activity) -> bool:
    with attempt(form) as session:
        same_version(session, activity, form)
        actor, at, on = auth.current_actor(), clock().now(), auth.day_of(activity)
        known = why_uncounted(session, activity, actor, at, on)
        edit_activity(session, activity, actor, at, form.entered())
        warn_uncounted(session, form, activity, actor, at, on, known=known)
    if form.status == 200:
        _tell_saved(activity)
    return form.status == 200


def _tell_saved(activity: Activity) -> None:
    tell_recorded(said("{kind}, {day}", kind=activity.kind, day=activity.held_on))
