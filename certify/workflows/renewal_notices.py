"""Who is told of a renewal's moves: as for the moves of its certification, in the same commit."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from certify.models import Renewal
from certify.scheme.words import RenewalState as R
from certify.scheme.words import RoleName
from certify.workflows.certification_notices import in_role, owe_to
from certify.workflows.engine import Question
from certify.workflows.renewal_dossier import ASKED_TO

Tell = Callable[[Question], None]


def tell_holder(kind: str) -> Tell:
    """The trainer is told."""
    return lambda question: _owe(question, kind, [question.thing.certification.holder_id])


def tell_reviewers(question: Question) -> None:
    """Every QA reviewer in scope whom no relation keeps from reviewing."""
    _tell_or_have_named(question, "renewal_filed", RoleName.QA_REVIEWER)


def tell_deciders(question: Question) -> None:
    """Every Master Trainer who could decide: in scope, with no relation in the way, not the last observer."""
    _tell_or_have_named(question, "renewal_reviewed", RoleName.MASTER_TRAINER)


def tell_who_was_asked(question: Question) -> None:
    """Whoever was to review or to decide has nothing to do about it any more."""
    asked = {R.FILED: RoleName.QA_REVIEWER, R.REVIEWED: RoleName.MASTER_TRAINER}.get(R(question.before))
    if asked is not None:
        _owe(question, "renewal_taken_back", _free(question, asked))


def _free(question: Question, role: RoleName) -> list[str]:
    return [one for one in in_role(question, role) if question.dossier.is_free(one, ASKED_TO[role])]


def _tell_or_have_named(question: Question, kind: str, role: RoleName) -> None:
    """Where nobody can act on it, the coordinators of the country have somebody named."""
    free = _free(question, role)
    if free:
        _owe(question, kind, free)
    else:
        _owe(question, "renewal_unserved", in_role(question, RoleName.COORDINATOR), role=role.value)


def tell_assigned(question: Question) -> None:
    """Whoever was given the observation of the late route, and the trainer who is observed."""
    mine = [
        one
        for one in question.thing.certification.assessments
        if one.assessor_id == question.facts["person"] and one.created_at == question.at
    ]
    held_on = question.dossier.activity(question.facts["activity"]).held_on.isoformat()
    for one in mine[-1:]:
        _owe(question, "renewal_observer", [one.assessor_id], assessment=one.id, held_on=held_on)
        _owe(question, "renewal_observer_named", [one.certification.holder_id], held_on=held_on)


def _owe(question: Question, kind: str, ids: Iterable[str], **more: str) -> None:
    """With the renewal's certification as the thing: the words are about that."""
    case, renewal = replace(question, thing=question.thing.certification), question.thing
    owe_to(case, kind, ids, renewal=renewal.id, **_days(renewal), **more)


def _days(renewal: Renewal) -> dict[str, str]:
    """The last day of the certificate, and what a grant put in its place."""
    told = {"ends_on": renewal.credential.valid_until.isoformat()}
    if renewal.successor is not None:
        told["number"] = renewal.successor.number
        told["first_on"] = renewal.successor.valid_from.isoformat()
        told["last_on"] = renewal.successor.valid_until.isoformat()
    return told
