"""Rows that stand alone: certificates without a decision, decisions without a certificate, lost parents."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import CaseFile, Certification, Credential, Event, Involvement, Message
from certify.models.scheme import SchemeVersion
from certify.scheme.words import CertificationState as S
from certify.workflows.engine import workflows

_GRANTED = tuple(state.value for state in (S.CERTIFIED, S.SUSPENDED, S.WITHDRAWN, S.RETIRED))


def findings(connection: Connection) -> Iterator[Finding]:
    """Each kind of row that something else must go with, and does not."""
    for table, wrong, asked in _questions():
        for (id,) in read(connection, asked):
            yield Finding(table, id, wrong)


def _questions() -> Iterator[tuple[str, str, Select[Any]]]:
    yield "message", "its case does not exist", _without_parent(Message.id, Message.case_id, CaseFile.id)
    yield (
        "involvement",
        "its certification does not exist",
        _without_parent(Involvement.id, Involvement.certification_id, Certification.id),
    )
    for workflow in workflows():
        row: Any = workflow.row
        yield workflow.name, "its case does not exist", _without_parent(row.id, row.case_id, CaseFile.id)
    yield (
        "certification",
        "its scheme version does not exist",
        _without_parent(Certification.id, Certification.scheme_version, SchemeVersion.name),
    )
    yield (
        "credential",
        "no event tells of its issue",
        select(Credential.id).where(~_event("credential", "issue")),
    )
    yield (
        "credential",
        "no grant or recognition of its certification is in the log",
        select(Credential.id).where(~_event("certification", "grant", "recognise")),
    )
    issued = select(Credential.id).where(Credential.certification_id == Certification.id).exists()
    yield (
        "certification",
        "it was granted, and there is no certificate",
        select(Certification.id).where(or_(*(Certification.state == state for state in _GRANTED)), ~issued),
    )


def _without_parent(id: Any, parent: Any, of: Any) -> Select[Any]:
    return select(id).where(parent.is_not(None), ~select(of).where(of == parent).exists())


def _event(kind: str, *moves: str) -> ColumnElement[bool]:
    """Whether an event of one of the moves stands for the credential, or for its certification."""
    subject = Credential.id if kind == "credential" else Credential.certification_id
    told = and_(
        Event.subject_kind == kind,
        Event.subject_id == subject,
        or_(*(Event.move == move for move in moves)),
    )
    return select(Event.id).where(told).exists()
