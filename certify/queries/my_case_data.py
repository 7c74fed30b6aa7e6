"""Everything that is kept about one of somebody's certifications; of its assessments no hidden scores."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Certification, ExpertLicence, Renewal
from certify.policy import Actor
from certify.queries.history import history_of
from certify.queries.licences import licences_on
from certify.queries.reviews import reviews_of
from certify.scheme.evidence import Counted
from certify.workflows.assessment_sight import may_see_scores
from certify.workflows.certification import requirements_of
from certify.workflows.dossier import day_of
from certify.workflows.result_sight import for_reader

EVERYTHING = 10_000  # of one list: more than a life of work, and still bounded


def everything_of(
    session: Session,
    case: Certification,
    actor: Actor,
    at: datetime,
    verdicts: Mapping[str, list[tuple[Certification, Counted]]],
) -> dict[str, Any]:
    """The certification as plain values; `verdicts`: for which cases each activity of the holder counts."""
    on = day_of(case, at)
    counted = [(id, one) for id, told in verdicts.items() for held, one in told if held.id == case.id]
    return {
        "module": case.module,
        "country": case.country,
        "state": case.state,
        "since": case.state_since,
        "scheme_version": case.scheme_version,
        "application": _application(case),
        "admitted_on": case.admitted_on,
        "self_assessment": case.self_assessment,
        "valid_from": case.valid_from,
        "valid_until": case.valid_until,
        "recognised": {"source": case.recognised_source, "number": case.recognised_number}
        if case.recognised_source
        else None,
        "certificates": [
            {"number": one.number, "state": one.state, "from": one.valid_from, "until": one.valid_until}
            for one in case.certificates
        ],
        "licences": [_licence(one) for one in licences_on(session, case)],
        "reviews": [
            {"what": one.ground, "state": one.state, "at": one.opened_at, "reason": one.reason}
            for one in reviews_of(session, case)
        ],
        "renewals": [_renewal(one) for one in case.renewals],
        "decision": {"at": case.decided_at, "reasons": case.reasons} if case.decided_at else None,
        "requirements": [
            {"id": one.id, "text": one.text, "status": one.status, "reasons": list(one.reasons)}
            for one in for_reader(requirements_of(session, case, at), case, actor, on)
        ],
        "activities": [_activity(id, one) for id, one in counted],
        "observations_of_you": list(_observations(case, actor, at)),
        "waivers": [{"requirement": one.requirement, "reason": one.reason} for one in case.waivers],
        "history": [
            {"at": one.at, "what": one.sentence}
            for one in history_of(session, case, limit=EVERYTHING).entries
        ],
    }


def _licence(one: ExpertLicence) -> dict[str, Any]:
    return {
        "state": one.state,
        "since": one.state_since,
        "reason": one.reason,
        "examined_on": one.examined_on,
        "examination_percent": one.examination_percent,
        "reasons": one.reasons,
        "number": one.credential.number if one.credential else None,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
    }


def _renewal(one: Renewal) -> dict[str, Any]:
    return {
        "certificate": one.credential.number,
        "state": one.state,
        "opened_at": one.opened_at,
        "filed_at": one.filed_at,
        "reviewed_at": one.reviewed_at,
        "outcome": one.outcome,
        "decided_at": one.decided_at,
        "reasons": one.reasons,
    }


def _application(case: Certification) -> dict[str, Any]:
    names = (
        "specialisation", "sectors", "languages", "employer", "professional_years", "sme_years",
        "access_needs", "submitted_at",
    )  # fmt: skip
    return {name: getattr(case, name) for name in names}


def _activity(id: str, one: Counted) -> dict[str, Any]:
    return {
        "activity": id,
        "counted": one.counted,
        "reasons": [{"requirement": each.requirement, "reason": each.reason} for each in one.reasons],
    }


def _observations(case: Certification, actor: Actor, at: datetime) -> Iterable[dict[str, Any]]:
    """Sheets about the person; scores and comments once they may be seen, private notes never."""
    on = day_of(case, at)
    for one in case.assessments:
        told = {"kind": one.kind, "state": one.state, "assigned_at": one.created_at}
        if may_see_scores(one, actor, on):
            told |= {"scores": one.agreed_scores or one.scores, "comments": one.comments}
        yield told
