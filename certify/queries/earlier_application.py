"""What an applicant answered in an earlier application, to be taken over into a further one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.scheme.words import CertificationState

TAKEN_OVER = ("specialisation", "sectors", "languages", "employer", "professional_years", "sme_years")
LOOKED_AT = 5  # of somebody's earlier cases, the latest first


@dataclass(frozen=True)
class Earlier:
    """An earlier case of the same person, and what its application says."""

    case: Certification
    answers: Mapping[str, Any]

    def missing_in(self, draft: Certification) -> dict[str, Any]:
        """The answers that the draft has none of its own for."""
        return {name: value for name, value in self.answers.items() if _is_empty(getattr(draft, name))}

    def same_in(self, draft: Certification, names: tuple[str, ...]) -> list[str]:
        """Which of these fields the draft answers alike."""
        return [name for name in names if name in self.answers and getattr(draft, name) == self.answers[name]]


def earlier_application(session: Session, draft: Certification) -> Earlier | None:
    """The holder's latest other application that was handed in and answers anything."""
    others = (
        select(Certification)
        .where(Certification.holder_id == draft.holder_id, Certification.id != draft.id)
        .where(Certification.state != CertificationState.DRAFT)
        .order_by(Certification.state_since.desc(), Certification.id)
        .limit(LOOKED_AT)
    )
    for one in session.scalars(others):
        answers = {name: getattr(one, name) for name in TAKEN_OVER if not _is_empty(getattr(one, name))}
        if answers:
            return Earlier(one, answers)
    return None


def _is_empty(value: Any) -> bool:
    return value in (None, "", [])
