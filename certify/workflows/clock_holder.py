"""The certifications of one person as they stand at an instant, read once for every question of the clock."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.scheme.evidence import Held
from certify.scheme.standing import StandingKind, standing
from certify.scheme.words import Standing
from certify.workflows.case_terms import record_of
from certify.workflows.standings import changes_of


class Holder:
    """All of them, those that were never granted too."""

    def __init__(self, session: Session, holder_id: str, at: datetime) -> None:
        self.session, self.at = session, at
        asked = select(Certification).where(Certification.holder_id == holder_id).order_by(Certification.id)
        self.cases = session.scalars(asked).all()
        granted = [one for one in self.cases if one.valid_from is not None]
        changes = changes_of(session, [one.id for one in granted])
        self.records = {one.id: record_of(session, one, changes.get(one.id, ())) for one in granted}
        self.held = tuple(
            Held(one.id, one.module, standing(self.records[one.id], at), one.valid_from, one.valid_until)
            for one in granted
        )

    def besides(self, case: Certification) -> tuple[Held, ...]:
        """What the holder has besides one certification."""
        return tuple(one for one in self.held if one.certification != case.id)

    def standing(self, case: Certification) -> Standing:
        """What one of them is worth."""
        return next((one.standing for one in self.held if one.certification == case.id), Standing.NONE)

    def suspended_since(self, case: Certification) -> datetime | None:
        """When the present suspension began."""
        if self.standing(case) is not Standing.SUSPENDED:
            return None
        return max(each.at for each in self.records[case.id].events if each.kind == StandingKind.SUSPEND)
