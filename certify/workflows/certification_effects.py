"""What the moves of a certification do besides changing its state."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from certify.models import (
    Affiliation,
    Certification,
    ConflictDeclaration,
    Decision,
    Exclusion,
    Waiver,
)
from certify.scheme.dates import valid_until
from certify.scheme.words import Act, AssessmentKind, CredentialState, Relation
from certify.workflows.activity import enrol_on_roster
from certify.workflows.assessment import create_assessment
from certify.workflows.certification_guards import issuers_in_force
from certify.workflows.credential import issue
from certify.workflows.engine import Question, follow, plain
from certify.workflows.involvement import record

Facts = Mapping[str, Any] | None


def confirm_nomination(question: Question) -> Facts:
    """The person takes the nomination up."""
    question.thing.nomination_confirmed_at = question.at
    return None


def submit(question: Question) -> Facts:
    """The application is in: conflicts are kept, the employer becomes an affiliation."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.submitted_at = question.at
    thing.to_complete = None
    for statement in question.facts.get("conflicts", ()):
        session.add(
            ConflictDeclaration(
                person_id=thing.holder_id,
                case_id=thing.case_id,
                thing_id=thing.id,
                statement=statement,
                declared_at=question.at,
            )
        )
    _affiliate(question)
    return None


def _affiliate(question: Question) -> None:
    """An employer that is a known organisation counts in the relations table from now on."""
    thing, session = question.thing, question.session
    assert session is not None
    organisation = question.dossier.organisation(thing.employer)
    if organisation is None or any(
        one.organisation_id == organisation.id and one.until_on is None for one in thing.holder.affiliations
    ):
        return
    session.add(
        Affiliation(person_id=thing.holder_id, organisation_id=organisation.id, from_on=question.on)
    )


def return_application(question: Question) -> Facts:
    """What is to be completed stands on the application."""
    question.thing.to_complete = question.facts["to_complete"]
    return None


def admit(question: Question) -> Facts:
    """The scheme version is pinned here, for the whole path."""
    question.thing.scheme_version = question.dossier.edition.name
    question.thing.admitted_on = question.on
    return None


def enrol(question: Question) -> Facts:
    """The candidate joins the roster; the facilitators are tied to the case from now on."""
    thing, session = question.thing, question.session
    assert session is not None
    event = question.dossier.activity(question.facts["activity"])
    enrol_on_roster(session, event, thing, question.at)
    thing.to_repeat = None
    for one in event.people:
        record(session, one.person_id, thing, Relation.FACILITATED, event.id, question.at)
    return None


def fail_training(question: Question) -> Facts:
    """What is to be repeated stands on the case."""
    question.thing.to_repeat = question.facts["to_repeat"]
    return None


def submit_for_assessment(question: Question) -> Facts:
    """The self-assessment is kept before any observer's score is seen."""
    question.thing.self_assessment = dict(question.facts["self_assessment"])
    return None


def recommend(question: Question) -> Facts:
    """The supervising Expert Trainer stands by the recommendation by name."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.narrative = question.facts["narrative"]
    thing.recommended_by_id = question.actor.id
    thing.recommended_at = question.at
    thing.questions = None
    record(session, question.actor.id, thing, Relation.RECOMMENDED, thing.id, question.at)
    return None


def ask_more_practice(question: Question) -> Facts:
    """What, by when, back to where; the asker may exclude activities from the evidence."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.practice_what = question.facts["what"]
    thing.practice_by_on = question.facts["by_on"]
    thing.practice_back_to = question.facts["back_to"]
    known = {one.activity_id for one in thing.exclusions}
    for activity in dict.fromkeys(question.facts.get("exclude", ())):
        if activity not in known:
            session.add(
                Exclusion(
                    certification_id=thing.id,
                    activity_id=activity,
                    excluded_by_id=question.actor.id,
                    excluded_at=question.at,
                )
            )
    _reopen(thing)
    return None


def return_assessment(question: Question) -> Facts:
    """The Master Trainer's questions go back to the assessor; a new round begins."""
    question.thing.questions = question.facts["questions"]
    _reopen(question.thing)
    return None


def _reopen(thing: Certification) -> None:
    """The recommendation no longer stands; the next one is decided in a round of its own."""
    thing.recommended_at = None
    thing.recommended_by_id = None
    thing.round += 1


def grant(question: Question) -> Facts:
    """The certificate: dates by the edition, a credential issued, the evidence kept as it was."""
    thing, session = question.thing, question.session
    assert session is not None
    months = int(question.dossier.edition.parameter("validity_months", module=thing.module).value)
    thing.valid_from = question.facts["effective_on"]
    thing.valid_until = valid_until(thing.valid_from, months)
    thing.issuer_id = issuers_in_force(question)[0]
    session.flush()
    session.refresh(thing, ["issuer"])
    snapshot = _snapshot(question)
    _decide(question, "granted")
    credential = issue(session, thing, question.actor, question.at)
    return {**snapshot, "credential": credential.number, "issuer": thing.issuer_id}


def refuse(question: Question) -> Facts:
    """The reasons cite requirements; the evidence is kept as it was."""
    snapshot = _snapshot(question)
    _decide(question, "refused")
    return snapshot


def _decide(question: Question, outcome: str) -> None:
    thing, session = question.thing, question.session
    assert session is not None
    thing.decided_by_id = question.actor.id
    thing.decided_at = question.at
    thing.reasons = list(question.facts.get("reasons", ()))
    session.add(
        Decision(
            certification_id=thing.id,
            round=thing.round,
            decided_by_id=question.actor.id,
            decided_at=question.at,
            outcome=outcome,
        )
    )
    record(session, question.actor.id, thing, Relation.DECIDED, thing.id, question.at)


def _snapshot(question: Question) -> dict[str, Any]:
    """Requirements and counting as they stood at the decision."""
    dossier = question.dossier
    return {
        "requirements": [plain(vars(one)) for one in dossier.results.values()],
        "counted": [
            {
                "activity": one.activity,
                "counted": one.counted,
                "reasons": [plain(vars(reason)) for reason in one.reasons],
            }
            for one in dossier.counted
        ],
    }


def decline(question: Question) -> Facts:
    """An application that screening did not carry."""
    question.thing.reasons = list(question.facts["reasons"])
    question.thing.decided_by_id = question.actor.id
    question.thing.decided_at = question.at
    return None


def end_credentials(question: Question) -> Facts:
    """Withdrawal and retirement revoke what was issued, in the same commit."""
    session = question.session
    assert session is not None
    ended = []
    for credential in question.thing.credentials:
        if credential.state is CredentialState.ISSUED:
            follow(
                session, credential, "revoke", question.actor, question.at, reason=question.move.label
            )
            ended.append(credential.number)
    return {"revoked": ended}


def hold(question: Question) -> Facts:
    """Where the case was, and since when its deadlines stand still."""
    question.thing.held_from_state = question.before
    question.thing.held_on = question.on
    return None


def resume(question: Question) -> Facts:
    """The days on hold move the candidate's deadlines."""
    _count_days_held(question)
    return None


def leave(question: Question) -> Facts:
    """The candidate goes; the way back stays open for a time."""
    _count_days_held(question)
    question.thing.left_on = question.on
    return None


def _count_days_held(question: Question) -> None:
    thing = question.thing
    if thing.held_on is not None:
        thing.days_held += (question.on - thing.held_on) // timedelta(days=1)
        thing.held_on = None
        thing.held_from_state = None


def rejoin(question: Question) -> Facts:
    """Back at admission; a ToT that is still valid is used again by enrolling in it."""
    question.thing.left_on = None
    return None


def recognise(question: Question) -> Facts:
    """A certificate of another body, with its dates and a number of ours; evidence is not held."""
    thing, session, facts = question.thing, question.session, question.facts
    assert session is not None
    thing.scheme_version = question.dossier.edition.name
    thing.valid_from = facts["valid_from"]
    thing.valid_until = facts["valid_until"]
    thing.recognised_source = facts["source"]
    thing.recognised_number = facts["number"]
    thing.issuer_id = issuers_in_force(question)[0]
    session.flush()
    session.refresh(thing, ["issuer"])
    _decide(question, "recognised")
    credential = issue(session, thing, question.actor, question.at)
    return {"credential": credential.number, "issuer": thing.issuer_id}


def waive(question: Question) -> Facts:
    """The requirement is set aside; who waived can no longer decide."""
    thing, session = question.thing, question.session
    assert session is not None
    session.add(
        Waiver(
            certification_id=thing.id,
            requirement=question.facts["requirement"],
            reason=question.facts["reason"],
            waived_by_id=question.actor.id,
            waived_at=question.at,
        )
    )
    record(session, question.actor.id, thing, Relation.WAIVED, question.facts["requirement"], question.at)
    return None


def assign_screener(question: Question) -> Facts:
    """A member of the panel gets a sheet."""
    sheet = _assess(question, "screening", question.facts["person"], None)
    return {"assessment": sheet, **_mitigation(question, question.facts["person"], Act.SCREEN)}


def assign_supervisor(question: Question) -> Facts:
    """The supervisor of the case, and of the candidate's cohorts that have none."""
    return _supervise(question, question.facts["person"], None)


def _supervise(question: Question, person_id: str, before: str | None) -> Facts:
    thing, session = question.thing, question.session
    assert session is not None
    thing.supervisor_id = person_id
    for cohort in question.dossier.cohorts:
        if cohort.supervisor_id in (None, before):
            cohort.supervisor_id = person_id
    record(session, person_id, thing, Relation.SUPERVISED, thing.id, question.at)
    return _mitigation(question, person_id, Act.SUPERVISE)


def assign_observer(question: Question) -> Facts:
    """An observer gets an observation of one event."""
    person = question.facts["person"]
    observation = _assess(question, "observation", person, question.facts["activity"])
    return {"assessment": observation, **_mitigation(question, person, Act.OBSERVE)}


def _assess(question: Question, kind: str, person_id: str, activity_id: str | None) -> str:
    thing, session = question.thing, question.session
    assert session is not None
    made = create_assessment(
        session,
        question.actor,
        question.at,
        kind=AssessmentKind(kind),
        certification=thing,
        assessor_id=person_id,
        activity_id=activity_id,
    )
    relation = Relation.SCREENED if kind == "screening" else Relation.OBSERVED
    record(session, person_id, thing, relation, made.id, question.at)
    return made.id


def _mitigation(question: Question, person_id: str, act: Act) -> dict[str, Any]:
    """The relations that are allowed with a second observer, recorded with the assignment."""
    found = question.dossier.findings(person_id, act).mitigations
    return {"mitigate": [one.sentence for one in found]} if found else {}


def reassign(question: Question) -> Facts:
    """A task goes from one Expert Trainer to another; open observations are void and made anew."""
    role, old, new = (question.facts[key] for key in ("role", "from", "to"))
    if role == "supervisor":
        return _supervise(question, new, old)
    session = question.session
    assert session is not None
    made = []
    for assessment in question.thing.assessments:
        if assessment.assessor_id == old and assessment.state in ("assigned", "declared"):
            follow(session, assessment, "void", question.actor, question.at, reason=question.facts["reason"])
            made.append(_assess(question, "observation", new, assessment.activity_id))
    return {"assessments": made, **_mitigation(question, new, Act.OBSERVE)}
