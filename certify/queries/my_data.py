"""Everything that is kept about a person, as plain values to take along."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import Session

from certify.models import (
    ApiToken,
    Assessment,
    Certification,
    ConflictDeclaration,
    DuePoint,
    Message,
    MoveDraft,
    Person,
    SignIn,
    StoredFile,
)
from certify.policy import Actor
from certify.queries.certifications import cases_of
from certify.queries.my_activities import verdicts_of
from certify.queries.my_case_data import EVERYTHING, everything_of
from certify.queries.my_mailbox import mailbox_of
from certify.queries.name_changes import requests_of
from certify.queries.people import ties_of
from certify.reminders.texts import subject_of
from certify.scheme.words import CertificationState
from certify.workflows.credential_mail import mails_sent_by


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
        "certifications": [everything_of(session, case, actor, at, verdicts) for case in cases],
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


def _all(session: Session, row: Any, *conditions: ColumnElement[bool], by: Any) -> Iterable[Any]:
    return session.scalars(select(row).where(*conditions).order_by(by, row.id).limit(EVERYTHING))


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
    rows = _all(
        session,
        ConflictDeclaration,
        ConflictDeclaration.person_id == person.id,
        by=ConflictDeclaration.declared_at,
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


def _tasks(session: Session, person: Person) -> list[dict[str, Any]]:
    """What one did as an assessor: that one did it, and when; the results are the candidates'."""
    rows = _all(session, Assessment, Assessment.assessor_id == person.id, by=Assessment.created_at)
    return [
        {"kind": one.kind, "state": one.state, "assigned_at": one.created_at, "done_at": one.submitted_at,
         "conflicts_declared": one.conflicts}
        for one in rows
    ]  # fmt: skip


def _files(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = _all(
        session,
        StoredFile,
        StoredFile.uploaded_by_id == person.id,
        StoredFile.removed_at.is_(None),
        by=StoredFile.uploaded_at,
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
    rows = _all(session, Message, Message.recipient_id == person.id, by=Message.created_at)
    return [
        {"at": one.created_at, "to": one.email, "subject": subject_of(one.kind, one.params),
         "sent_at": one.sent_at}
        for one in rows
    ]  # fmt: skip


def _messages_ahead(session: Session, person: Person) -> list[dict[str, Any]]:
    """What the clock will say to the person by name, unless it is settled before."""
    rows = _all(
        session,
        DuePoint,
        DuePoint.recipient_id == person.id,
        DuePoint.settled_at.is_(None),
        by=DuePoint.due_at,
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
    rows = _all(session, ApiToken, ApiToken.person_id == person.id, by=ApiToken.created_at)
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
