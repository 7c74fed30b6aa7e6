"""What the moves of a renewal do: the filing pins its terms, the grant opens the next period."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from certify.models import IssuingBody, Renewal
from certify.scheme.rules.renewing import next_anchor
from certify.scheme.words import Act, AssessmentKind, Relation
from certify.workflows.assessment import create_assessment
from certify.workflows.certification_guards import issuers_in_force
from certify.workflows.credential import issue
from certify.workflows.engine import Question, plain
from certify.workflows.involvement import record

Facts = Mapping[str, Any] | None


def opened(question: Question) -> Facts:
    """Which certificate is to be renewed."""
    renewal = question.thing
    return {"credential": renewal.credential.number, "valid_until": renewal.credential.valid_until}


def filed(question: Question) -> Facts:
    """The edition in force today and the route by today hold until the decision, however long it takes."""
    renewal, dossier = question.thing, question.dossier
    route, edition = dossier.route, dossier.edition
    renewal.filed_at = question.at
    renewal.route = route.value
    renewal.scheme_version = edition.name
    return {"route": route.value, "scheme_version": edition.name}


def reviewed(question: Question) -> Facts:
    """Who reviewed, and what they found; the requirements are kept as they stood."""
    renewal = question.thing
    renewal.reviewed_at = question.at
    renewal.reviewed_by_id = question.actor.id
    renewal.outcome = question.facts["outcome"]
    return _snapshot(question)


def granted(question: Question) -> Facts:
    """The next period and its certificate, which takes the place of the old one when it starts."""
    renewal, session = question.thing, question.session
    assert session is not None
    snapshot = _snapshot(question)
    _next_period(question, session, renewal)
    _decide(question)
    case, old = renewal.certification, renewal.credential
    successor = issue(
        session, case, question.actor, question.at, supersedes=old, scheme_version=renewal.scheme_version
    )
    renewal.successor_id = successor.id
    return {
        **snapshot,
        "credential": successor.number,
        "supersedes": old.number,
        "valid_from": renewal.valid_from,
        "valid_until": renewal.valid_until,
        "issuer": case.issuer_id,
    }


def refused(question: Question) -> Facts:
    """The reasons cite requirements; the certificate stays what it is by its own days."""
    snapshot = _snapshot(question)
    _decide(question)
    return snapshot


def ended(question: Question) -> Facts:
    """Over, and decided by nobody: the certification has ended."""
    question.thing.decided_at = question.at
    return None


def observer_assigned(question: Question) -> Facts:
    """An observer gets an observation of an event after the end, as in the first path."""
    renewal, session, person = question.thing, question.session, question.facts["person"]
    assert session is not None
    made = create_assessment(
        session,
        question.actor,
        question.at,
        kind=AssessmentKind.OBSERVATION,
        certification=renewal.certification,
        assessor_id=person,
        activity_id=question.facts["activity"],
    )
    record(session, person, renewal.certification, Relation.OBSERVED, made.id, question.at)
    found = question.dossier.findings(person, Act.OBSERVE).mitigations
    return {"assessment": made.id, **({"mitigate": [one.sentence for one in found]} if found else {})}


def _next_period(question: Question, session: Session, renewal: Renewal) -> None:
    """The days by the clock of the body that issues; a certification is dated by its latest period."""
    case, dossier = renewal.certification, question.dossier
    issuer = session.get_one(IssuingBody, issuers_in_force(question)[0])
    decided_on = dossier.decided_on(issuer.zone)
    renewal.anchor_day = next_anchor(dossier.ends_on, decided_on, anchor_day=dossier.anchor_day)
    renewal.valid_from, renewal.valid_until = dossier.next_period(issuer.zone)
    case.valid_from, case.valid_until = renewal.valid_from, renewal.valid_until
    case.issuer = issuer
    session.flush()


def _decide(question: Question) -> None:
    renewal, session = question.thing, question.session
    assert session is not None
    renewal.decided_at = question.at
    renewal.decided_by_id = question.actor.id
    renewal.reasons = list(question.facts.get("reasons", ()))
    record(session, question.actor.id, renewal.certification, Relation.DECIDED, renewal.id, question.at)


def _snapshot(question: Question) -> dict[str, Any]:
    """The requirements as they stood."""
    return {"requirements": [plain(vars(one)) for one in question.dossier.results.values()]}
