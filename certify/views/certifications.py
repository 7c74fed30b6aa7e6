"""Cases: the list, one case whole, and its history."""

from flask import Blueprint, render_template, request, url_for

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen, country_choices, module_choices
from certify.models import Certification, db
from certify.presentation.advice import DONE_IN_COHORT
from certify.presentation.listing import listing
from certify.presentation.weights import STOPPING
from certify.queries.bundle import Line, lines_of, parts_in, scores_table
from certify.queries.certifications import Filters, certification_page, countries_seen, sorting
from certify.queries.forecast import foretold_path, holding_up
from certify.queries.history import history_of
from certify.queries.journey import next_of
from certify.queries.later import now_and_later
from certify.queries.licences import licences_on
from certify.queries.maintenance import practising_among
from certify.queries.mine import validity_of
from certify.queries.pauses import RESTED_ON_ENDED, RESUME_BEFORE, held_by_the_clock, resumes_by_itself
from certify.queries.renewals import renewal_standing
from certify.queries.reviews import reviews_of
from certify.scheme.standing import standing
from certify.scheme.words import CertificationState
from certify.workflows.certification import MOVES, counted_of, requirements_of
from certify.workflows.credential_correction import correctable
from certify.workflows.dossier import certified_record
from certify.workflows.engine import Move
from certify.workflows.result_sight import ReadersDossier, for_reader, offers_to
from certify.workflows.standings import standings_in

bp = Blueprint("certifications", __name__)

STATES = tuple(state for state in CertificationState if state is not CertificationState.NEW)
OWN_PAGES = {
    "submit": "application.submit",
    "submit_for_assessment": "self_assessment.fill_in",
    "recommend": "approval.recommendation",
    "grant": "approval.show",
}
FEW_EVENTS = 5


@bp.get("/certifications")
@auth.action("certification.list")
def index() -> str:
    """The cases that the reader may see, the latest moved first unless they are sorted."""
    auth.require("certification.list")
    at = clock().now()
    seen = countries_seen(db.session(), auth.current_actor(), at)
    modules = module_choices(db.session(), at.date())
    countries = [choice for choice in country_choices() if choice[0] in seen]
    filters = Filters(
        name=request.args.get("name", "")[:120].strip(),
        state=request.args.get("state", "") if request.args.get("state") in set(STATES) else "",
        module=chosen(request.args.get("module"), modules),
        country=chosen(request.args.get("country"), countries),
    )
    here = listing(sorting(filters), "certifications.index", filters.given)
    page = certification_page(
        db.session(), auth.current_actor(), at, filters, sort=here.sort, cursor=here.cursor
    )
    return render_template(
        "certifications/list.html",
        page=page,
        standings=standings_in(db.session(), page.items, at),
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        given=filters.given,
        states=STATES,
        modules=modules,
        countries=countries,
        may_begin=not auth.current_actor().grants,
        may_nominate=auth.may("certification.nominate"),
        may_recognise=auth.may("certification.recognise"),
    )


@bp.get("/certifications/<id>")
@auth.action("certification.see")
@auth.asks("certification.access_needs", "credential.correct", "file.original", "licence.nominate")
def show(id: str) -> str:
    """Where the case stands, what is next and who must act, by which evidence, and what may be done."""
    case = auth.find(Certification, id, "certification.see")
    session, actor, at, on = db.session(), auth.current_actor(), clock().now(), auth.day_of(case)
    dossier = ReadersDossier(session, case, at, actor)
    following = next_of(dossier, case, at)
    listed = for_reader(requirements_of(session, case, at), case, actor, on)
    asked_now, later = now_and_later(dossier.edition, case, listed)
    lines = lines_of(session, counted_of(session, case, at), actor, on)
    by_itself = resumes_by_itself(session, case, at)
    renewal = renewal_standing(session, case, at)
    return render_template(
        "certifications/show.html",
        case=case,
        ways=ways_of(lines),
        edition=dossier.edition,
        path=foretold_path(session, case, dossier),
        next=following,
        holds=() if by_itself else holding_up(session, case, following, at),
        validity=validity_of(session, case, dossier.edition, at),
        practising=case.id in practising_among(session, [case], at) if case.valid_from else None,
        requirements=listed,
        asked_now=asked_now,
        later=later,
        lines=lines,
        scores=scores_table(case, dossier.edition, actor, dossier.on),
        parts=parts_in(case, actor, on),
        standing=standing(certified_record(session, case), at),
        today=on,
        renewal=renewal,
        renews=renewal is not None and renewal.is_holders_turn and case.holder_id == actor.id,
        offers=sorted(
            (
                (offer, address_of(case, offer.move.name), weight_of(offer.move))
                for offer in offers_to(case, actor, at)
            ),
            key=lambda line: line[2] != "primary",
        ),
        resumes_by_itself=by_itself,
        resume_before=RESUME_BEFORE,
        rested=RESTED_ON_ENDED if held_by_the_clock(session, case) and not by_itself else "",
        history=history_of(session, case, limit=FEW_EVENTS),
        licences=licences_on(session, case) if case.valid_from else (),
        nominates=case.state is CertificationState.CERTIFIED and auth.may("licence.nominate", case),
        reviews=reviews_of(session, case) if case.valid_from else (),
        correctable=correctable(session, case, actor, at) if auth.may("credential.correct", case) else (),
        is_mine=case.holder_id == actor.id,
        scores_self=case.holder_id == actor.id and case.state in MOVES["submit_for_assessment"].sources,
    )


@bp.get("/certifications/<id>/history")
@auth.action("case.history")
def history(id: str) -> str:
    """Everything that happened in the case, the latest first, in plain sentences."""
    case = auth.find(Certification, id, "certification.see")
    auth.require("case.history", case)
    before = request.args.get("before", "")
    page = history_of(
        db.session(), case, before=int(before) if before.isdecimal() and len(before) < 10 else None
    )
    return render_template(
        "certifications/history.html",
        case=case,
        history=page,
        next_url=page.before and url_for("certifications.history", id=id, before=page.before),
    )


def ways_of(lines: tuple[Line, ...]) -> dict[str, str]:
    """Where a requirement of the cycle is worked on: in the cohort of the latest activity, or among all."""
    cohort = next((line.activity.cohort_id for line in reversed(lines) if line.activity.cohort_id), None)
    address = url_for("cohorts.show", id=cohort) if cohort else url_for("cohorts.index")
    return dict.fromkeys(DONE_IN_COHORT, address)


def weight_of(move: Move) -> str:
    """What carries the case on stands out; what stops it, or changes no state, does not."""
    return "primary" if move.targets and move.name not in STOPPING else "outline-secondary"


def address_of(case: Certification, move: str) -> str:
    """The page on which a move is made: its own, or that of every move."""
    if move in OWN_PAGES:
        return url_for(OWN_PAGES[move], id=case.id)
    return url_for("moves.make", id=case.id, move=move)
