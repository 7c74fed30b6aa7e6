"""Everything that is kept about a person, as plain values to take along; nobody else's hidden scores."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from certify.models import (
    ApiToken,
    Assessment,
    Certification,
    ConflictDeclaration,
    DuePoint,
    ExpertLicence,
    Message,
    MoveDraft,
    Person,
    Renewal,
    SignIn,
    StoredFile,
)
from certify.policy import Actor
from certify.queries.certifications import cases_of
from certify.queries.history import history_of
from certify.queries.licences import licences_on
from certify.queries.my_activities import verdicts_of
from certify.queries.my_mailbox import mailbox_of
from certify.queries.name_changes import requests_of
from certify.queries.people import ties_of
from certify.queries.reviews import reviews_of
from certify.reminders.texts import subject_of
from certify.scheme.evidence import Counted
from certify.scheme.words import CertificationState
from certify.workflows.assessment_sight import may_see_scores
from certify.workflows.certification import requirements_of
from certify.workflows.credential_mail import mails_sent_by
from certify.workflows.dossier import day_of
from certify.workflows.result_sight import for_reader

EVERYTHING = 10_000  # of one list: more than a life of work, and still bounded


def everything_about(session: Session, person: Person, actor: Actor, at: datetime) -> dict[str, Any]:
    """One document of it all, in the order of the page that shows it."""
    cases = cases_of(session, person.id)
    verdicts = verdicts_of(session, cases, at)
    return {
        "as_of": at,
        "person": _person(person),
        "roles": [_role(one) for one in person.grants if one.confirmed_at is not None],
        "workplaces": [
            {
                "organisation": one.organisation.name,
                "position": one.position,
                "from": one.from_on,
                "until": one.until_on,
            }
            for one in person.affiliations
        ],
        "declared_ties": [
            {"to": one.other_email, "kind": one.kind, "from": one.from_on, "until": one.until_on,
             "note": one.note, "declared_at": one.declared_at}
            for one in ties_of(session, person)
        ],
        "declared_conflicts": _conflicts(session, person),
        "certifications": [_case(session, case, actor, at, verdicts) for case in cases],
        "tasks_in_cases_of_others": _tasks(session, person),
        "files": _files(session, person),
        "unsent": _drafts(session, person, sent=False),
        "kept_of_applications": _drafts(session, person, sent=True),
        "name_changes": _name_changes(session, person),
        "messages": _messages(session, person),
        "messages_ahead": _messages_ahead(session, person),
        **mailbox_of(session, person),
        "mails_sent_on": _mails_sent_on(session, person),
        "signed_in_browsers": _browsers(session, person),
        "tokens_of_programs": _tokens(session, person),
    }  # fmt: skip


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "country": person.country,
        "time_zone": person.zone,
        "language": person.language,
        "sex": person.sex,
        "account_opened_at": person.created_at,
    }


def _role(grant: Any) -> dict[str, Any]:
    return {
        "role": grant.role,
        "module": grant.module,
        "country": grant.country,
        "from": grant.from_on,
        "until": grant.until_on,
        "ended_at": grant.ended_at,
    }


def _conflicts(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ConflictDeclaration)
        .where(ConflictDeclaration.person_id == person.id)
        .order_by(ConflictDeclaration.declared_at, ConflictDeclaration.id)
        .limit(EVERYTHING)
    )
    return [{"statement": one.statement, "declared_at": one.declared_at} for one in rows]


def _name_changes(session: Session, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "reason": one.reason,
            "state": one.state,
            "at": one.asked_at,
            "answer": one.answer,
            "answered_at": one.answered_at,
        }
        for one in requests_of(session, person.id)
    ]


def _case(
    session: Session,
    case: Certification,
    actor: Actor,
    at: datetime,
    verdicts: Any,
) -> dict[str, Any]:
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


def _tasks(session: Session, person: Person) -> list[dict[str, Any]]:
    """What one did as an assessor: that one did it, and when; the results are the candidates'."""
    rows = session.scalars(
        select(Assessment)
        .where(Assessment.assessor_id == person.id)
        .order_by(Assessment.created_at, Assessment.id)
        .limit(EVERYTHING)
    )
    return [
        {"kind": one.kind, "state": one.state, "assigned_at": one.created_at, "done_at": one.submitted_at,
         "conflicts_declared": one.conflicts}
        for one in rows
    ]  # fmt: skip


def _files(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(StoredFile)
        .where(StoredFile.uploaded_by_id == person.id, StoredFile.removed_at.is_(None))
        .order_by(StoredFile.uploaded_at, StoredFile.id)
        .limit(EVERYTHING)
    )
    return [
        {"name": one.name, "kind": one.kind, "size": one.size, "sha256": one.sha256,
         "uploaded_at": one.uploaded_at, "address": f"/files/{one.id}"}
        for one in rows
    ]  # fmt: skip


def _drafts(session: Session, person: Person, *, sent: bool) -> list[dict[str, Any]]:
    """What was typed for a move; `sent`: with an application that is in by now and may come back."""
    is_sent = and_(MoveDraft.move == "submit", Certification.state != CertificationState.DRAFT)
    rows = session.scalars(
        select(MoveDraft)
        .join(Certification, Certification.id == MoveDraft.certification_id)
        .where(MoveDraft.person_id == person.id, is_sent if sent else not_(is_sent))
        .limit(EVERYTHING)
    )
    return [{"for": one.move, "typed": one.facts, "saved_at": one.saved_at} for one in rows]


def _messages(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Message)
        .where(Message.recipient_id == person.id)
        .order_by(Message.created_at, Message.id)
        .limit(EVERYTHING)
    )
    return [
        {"at": one.created_at, "to": one.email, "subject": subject_of(one.kind, one.params),
         "sent_at": one.sent_at}
        for one in rows
    ]  # fmt: skip


def _messages_ahead(session: Session, person: Person) -> list[dict[str, Any]]:
    """What the clock will say to the person by name, unless it is settled before."""
    rows = session.scalars(
        select(DuePoint)
        .where(DuePoint.recipient_id == person.id, DuePoint.settled_at.is_(None))
        .order_by(DuePoint.due_at, DuePoint.id)
        .limit(EVERYTHING)
    )
    return [{"at": one.due_at, "subject": subject_of(one.kind, one.params)} for one in rows]


def _mails_sent_on(session: Session, person: Person) -> list[dict[str, Any]]:
    """The certificates that the person sent to others: to whom, with which words."""
    rows = session.scalars(mails_sent_by(person.id).limit(EVERYTHING))
    return [
        {"at": one.created_at, "to": one.email, "number": one.params.get("number"),
         "note": one.params.get("note"), "sent_at": one.sent_at}
        for one in rows
    ]  # fmt: skip


def _tokens(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person.id)
        .order_by(ApiToken.created_at, ApiToken.id)
        .limit(EVERYTHING)
    )
    return [
        {
            "name": one.name,
            "since": one.created_at,
            "last_used": one.last_used_at,
            "until": one.expires_at,
            "ended_at": one.revoked_at,
        }
        for one in rows
    ]


def _browsers(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.scalars(select(SignIn).where(SignIn.person_id == person.id).limit(EVERYTHING))
    return [
        {"since": one.created_at, "last_seen": one.seen_at, "address": one.address, "browser": one.user_agent}
        for one in rows
    ]
