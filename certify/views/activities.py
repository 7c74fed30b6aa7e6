"""Activities: the page of each, a ToT event's roster, the files."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from certify import auth, files
from certify.extensions import clock
from certify.forms import undo
from certify.forms.attempt import attempt
from certify.forms.files import UploadForm
from certify.forms.merging import marks_of
from certify.forms.roster import Marked, RosterForm, roster_form, roster_texts
from certify.models import Activity, db
from certify.models.store import lock_case
from certify.queries import activities, tot_room
from certify.queries.cohorts import verdicts_on
from certify.scheme.words import ActivityKind
from certify.workflows import engine
from certify.workflows.activity_edit import edit_activity, may_edit
from certify.workflows.activity_store import fields_of
from certify.workflows.attendance import marks_of_presence
from certify.workflows.editions import edition_in_force

bp = Blueprint("activities", __name__)

Page = str | Response | tuple[str, int]


@bp.get("/activities/<id>")
@auth.action("activity.see")
def show(id: str) -> str:
    """What happened, who was there, whether it counts, and what can be done next."""
    return _show(auth.find(Activity, id, "activity.see"))


@bp.post("/activities/<id>/roster")
@auth.action("activity.see")
@auth.asks("tot_event.edit")
def roster(id: str) -> Page:
    """Days × people, test and micro-teaching in one form; what cannot be read keeps the rest from nothing."""
    activity = auth.find(Activity, id, "activity.see")
    auth.require("tot_event.edit", activity)
    form = _roster(activity, sent=True)
    marked = form.mark_present(request.form.get("do", ""))
    form.validate()
    if not form.csrf_token.errors and _keep_roster(form, activity) and form.status == 200:
        if marked:
            _tell_marked(activity, marked)
        return redirect(url_for("activities.show", id=id, _anchor=None if marked else "roster-card"), 303)
    return _show(activity, roster=form), form.status


def _tell_marked(activity: Activity, marked: Marked) -> None:
    """One press writes many cells, so one press takes them back."""
    people = {id for ids in marked.values() for id in ids}
    told = ngettext("%(num)s person was marked present.", "%(num)s people were marked present.", len(people))
    page = url_for("activities.show", id=activity.id)
    undo.tell(told, marks_of_presence(activity, marked), by=auth.current_actor().id, page=page)


@bp.post("/activities/<id>/files")
@auth.action("file.upload")
def upload(id: str) -> Page:
    """Add a file: it is checked and kept first, then its row."""
    activity = auth.find(Activity, id, "file.upload")
    form = UploadForm()
    if form.validate():
        _attach(form, activity)
    if form.status == 200:
        return redirect(url_for("activities.show", id=id, _anchor="files"), 303)
    return _show(activity, upload=form), form.status


def _show(activity: Activity, *, roster: RosterForm | None = None, upload: UploadForm | None = None) -> str:
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    on = auth.day_of(activity)
    changeable = may_edit(activity, actor, on)
    is_event = activity.kind is ActivityKind.TOT_EVENT
    entries = activities.roster_of(session, activity, actor, on) if is_event else ()
    return render_template(
        "tot_events/show.html" if is_event else "activities/show.html",
        activity=activity,
        edition=edition_in_force(session, on),
        phase=activities.phase(activity, on),
        **activities.told_of(activity),
        today=on,
        entries=entries,
        results=tot_room.results_of(session, activity, entries, at) if is_event else (),
        verdicts=() if is_event else verdicts_on(session, activity, actor, at, on),
        observations=activities.observations_of(session, activity, actor, on),
        offers=engine.offers(activity, actor, at),
        files=[one for one in activities.kept_files(session, activity) if auth.may("file.see", one)],
        may_edit=changeable,
        roster=roster or (_roster(activity) if is_event and changeable and activity.roster else None),
        may_correct=auth.may(activities.editing_action(activity), activity),
        upload=upload or (UploadForm() if auth.may("file.upload", activity) else None),
        form=roster or upload,
    )


def _attach(form: UploadForm, activity: Activity) -> None:
    """Keep the bytes, then write the row; what is refused stands beside the field."""
    given = form.uploaded()
    if given is None:
        form.add_errors({"file": [gettext("Choose a file.")]})
        return
    try:
        kept = files.store(given, "evidence")
    except files.FileRefused as refused:
        form.add_errors({"file": [refused.sentence]})
        return
    person_id = auth.current_actor().id
    with attempt(form) as session:
        files.attach(session, kept, clock().now(), person_id=person_id, activity=activity)


def _roster(activity: Activity, *, sent: bool = False) -> RosterForm:
    names = [(entry.certification_id, entry.certification.holder.name) for entry in activity.roster]
    return roster_form(
        sorted(names, key=lambda named: (named[1], named[0])),
        days=activities.days_of(activity),
        today=auth.day_of(activity),
        roster=fields_of(activity).get("roster", []),
        sent=sent,
    )


def _keep_roster(form: RosterForm, activity: Activity) -> bool:
    """Keep every cell that can be read; false when a rule refused, and nothing was kept."""
    wrong = {cell.name: cell.text for cell in form.asked() if cell.errors}
    clashes = None
    with attempt(form) as session:
        lock_case(session, activity.case_id)
        session.refresh(activity)
        stored = roster_texts(form, fields_of(activity).get("roster", []))
        merged = form.meet(stored)
        if merged.texts != stored:
            fields = {"roster": form.roster.data}
            edit_activity(session, activity, auth.current_actor(), clock().now(), fields)
        clashes = merged.clashes
    if form.refusals or clashes is None:
        return False
    form.seen.data = marks_of(roster_texts(form, fields_of(activity).get("roster", [])))
    if wrong or clashes:
        form.insist(wrong, clashes)
    return True
