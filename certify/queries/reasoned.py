"""Why the certificates of a case are worth what they are, the newest first."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials.reasoning import Line, reasoning
from certify.credentials.verdict import VerdictDocument
from certify.models import Certification, Credential
from certify.queries.register import records_of


class Reasoned(NamedTuple):
    """One certificate: the answer, and every question on the way to it."""

    answer: VerdictDocument
    lines: tuple[Line, ...]


def reasoned(session: Session, case: Certification, at: datetime, on: date | None = None) -> list[Reasoned]:
    """Each certificate of the case, asked about now or the end of a day in its own zone."""
    asked = (
        select(Credential.number)
        .where(Credential.certification_id == case.id)
        .order_by(Credential.valid_from.desc(), Credential.id.desc())
    )
    numbers = session.scalars(asked).all()
    records = records_of(session, numbers)
    return [Reasoned(*reasoning(records[number], at, on)) for number in numbers]
