"""Keeping a certification up: its page, the log of deliveries, the code of conduct, and QA's list."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.choices import chosen, module_choices
from certify.forms.maintenance import SignForm
from certify.models import Certification, db
from certify.presentation import day, say, word
from certify.presentation.listing import listing
from certify.presentation.recorded import tell_recorded
from certify.presentation.spreadsheets import spreadsheet
from certify.queries import maintenance as queries
from certify.queries import quality
from certify.queries.maintenance import LogFilters
from certify.scheme.rules.delivering import DELIVERED
from certify.scheme.sentences import say as said
from certify.scheme.standing import standing
from certify.workflows.conduct import conduct_of, sign
from certify.workflows.dossier import certified_record

bp = Blueprint("maintenance", __name__)

COUNTS = {
    "counted": (_("Counted"), "good"),
    "waiting": (_("Waits to be confirmed"), "calm"),
    "flagged": (_("Flagged, not counted"), "warn"),
}


@bp.get("/certifications/<id>/maintenance")
@auth.action("certification.see")
def show(id: str) -> str:
    """What a renewal asks for, as it stands today, and what to do next."""
    case = auth.find(Certification, id, "certification.see")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    keeping = queries.keeping_of(session, case, at)
    proofs = queries.proof_labels(session, keeping.requirements)
    return render_template(
        "maintenance/show.html",
        case=case,
        keeping=keeping,
        standing=standing(certified_record(session, case), at),
        evidence={
            id: (f"{word(one.kind)}, {day(one.held_on)}", url_for("activities.show", id=id))
            for id, one in proofs.items()
            if auth.may("activity.see", one)
        },
        observed=quality.observations_of(session, case, actor, auth.day_of(case)),
        is_mine=case.holder_id == actor.id,
        is_kept=case.state in queries.GRANTED,
        may_observe=case.state == "certified" and _observes(case),
        reads_conflicts=case.holder_id == actor.id or auth.may("case.messages", case),
    )


@bp.get("/certifications/<id>/deliveries")
@auth.action("certification.see")
def log(id: str) -> str:
    """The sessions and visits since the certification, each counted or flagged with the reason."""
    case = auth.find(Certification, id, "certification.see")
    filters = _filters()
    entries = queries.log_of(db.session(), case, auth.current_actor(), clock().now(), filters)
    return _log(entries, filters, case=case, here=url_for("maintenance.log", id=id, **filters.given))


@bp.get("/certifications/<id>/deliveries.csv")
@auth.action("certification.see")
def log_file(id: str) -> ResponseReturnValue:
    """The same, to take along."""
    case = auth.find(Certification, id, "certification.see")
    entries = queries.log_of(db.session(), case, auth.current_actor(), clock().now(), _filters())
    head = (gettext("Day"), gettext("Activity"), gettext("Where"), gettext("Counts"), gettext("Reasons"))
    rows = [
        (
            one.delivery.on,
            word(one.delivery.kind),
            one.place,
            COUNTS[one.standing][0],
            " ".join(say(flag.reason) for flag in one.delivery.flags),
        )
        for one in entries
    ]
    return spreadsheet("deliveries", head, rows)


@bp.get("/my-path/deliveries")
@auth.signed_in
def own_log() -> str:
    """My deliveries in all my modules, and those that no certification of mine covers."""
    filters = _filters()
    entries = queries.own_log(db.session(), auth.current_actor(), clock().now(), filters)
    return _log(entries, filters, case=None, here=url_for("maintenance.own_log", **filters.given))


@bp.route("/certifications/<id>/code-of-conduct", methods=["GET", "POST"])
@auth.action("certification.see")
@auth.asks("activity.create")
def conduct(id: str) -> ResponseReturnValue:
    """The text, what was signed and when; the holder signs it again."""
    case = auth.find(Certification, id, "certification.see")
    session, form = db.session(), SignForm()
    if request.method == "POST":
        auth.require("activity.create", case)
    if form.validate_on_submit():
        with attempt(form) as writing:
            sign(writing, case, auth.current_actor(), clock().now())
        if form.status == 200:
            tell_recorded(said("Code of conduct, signed"))
            return redirect(url_for("maintenance.conduct", id=id), 303)
    keeping = queries.keeping_of(session, case, clock().now())
    page = render_template(
        "maintenance/conduct.html",
        case=case,
        form=form,
        keeping=keeping,
        text=conduct_of(keeping.edition),
        signings=queries.signings_of(session, case),
        is_mine=case.holder_id == auth.current_actor().id,
        is_kept=case.state in queries.GRANTED,
        today=auth.day_of(case),
    )
    return page, form.status


@bp.get("/quality")
@auth.action("quality.list")
def trainers() -> str:
    """Certified trainers for QA: without an observation in this validity, or with an open finding."""
    auth.require("quality.list")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    modules = module_choices(session, at.date())
    filters = quality.Filters(
        needs=chosen(request.args.get("needs"), [(quality.UNOBSERVED, ""), (quality.FINDING, "")]),
        module=chosen(request.args.get("module"), modules),
    )
    here = listing(quality.SORTING, "maintenance.trainers", filters.given)
    page = quality.quality_page(session, actor, at, filters, sort=here.sort, cursor=here.cursor)
    ids = [one.id for one in page.items]
    return render_template(
        "maintenance/trainers.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        modules=modules,
        observed=quality.last_observed(session, ids),
        findings=quality.findings_among(session, ids),
        practising=queries.practising_among(session, page.items, at),
    )


def _filters() -> LogFilters:
    return LogFilters(
        kind=chosen(request.args.get("kind"), [(kind, "") for kind in DELIVERED]),
        counts=chosen(request.args.get("counts"), [(each, "") for each in COUNTS]),
    )


def _log(
    entries: tuple[queries.Entry, ...], filters: LogFilters, *, case: Certification | None, here: str
) -> str:
    page = queries.page_of(entries, request.args.get("cursor"))
    ask = "&" if "?" in here else "?"
    return render_template(
        "maintenance/log.html",
        case=case,
        is_mine=case is not None and case.holder_id == auth.current_actor().id,
        page=page,
        total=len(entries),
        filters=filters,
        kinds=[(kind, word(kind)) for kind in DELIVERED],
        counts=COUNTS,
        next_url=f"{here}{ask}cursor={page.next}" if page.next else None,
        first_url=here if request.args.get("cursor") else "",
    )


def _observes(case: Certification) -> bool:
    return auth.may("quality.list", case)
