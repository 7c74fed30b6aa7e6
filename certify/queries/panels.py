"""Screening panels: whose sheets are in, whose are missing, and what the coordinator does next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Assessment, Certification, PersonKey
from certify.policy import Actor
from certify.queries.board import reach_of
from certify.queries.paging import Page, read_page
from certify.queries.queues_of_office import screening_step, sheets_needed
from certify.queries.sorting import Sorting, by, by_name_of
from certify.queries.workload import reminder_days
from certify.scheme.sentences import Sentence
from certify.scheme.words import AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of, edition_of

PANELS = Sorting(
    Certification.id,
    {"name": by_name_of(PersonKey, Certification.holder_id), "waits": by(Certification.state_since)},
    "waits",
)
IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)


@dataclass(frozen=True)
class Sheet:
    """One panel member's sheet: in, or waited for since when and for too long."""

    name: str
    is_in: bool
    days: int
    overdue: bool


@dataclass(frozen=True)
class Panel:
    """An application with its panel: what is there, what is missing, what the coordinator does next."""

    case: Certification
    days: int
    sheets: tuple[Sheet, ...]
    needed: int
    reason: Sentence
    action: Sentence

    @property
    def named(self) -> int:
        """How many panel members are named."""
        return len(self.sheets)

    @property
    def received(self) -> int:
        """How many sheets are in."""
        return sum(sheet.is_in for sheet in self.sheets)

    @property
    def overdue(self) -> bool:
        """Whether a sheet is waited for longer than the edition reminds of it."""
        return any(sheet.overdue for sheet in self.sheets)


def panel_page(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Panel]:
    """Submitted applications with their panels, the longest waiting first."""
    asked = select(Certification).where(Certification.state == S.SUBMITTED, reach_of(actor, at.date()))
    if module:
        asked = asked.where(Certification.module == module)
    asked, order = PANELS.applied(asked, sort)
    page: Page[Certification] = read_page(
        session,
        asked.options(
            joinedload(Certification.holder),
            selectinload(Certification.assessments).joinedload(Assessment.assessor),
        ),
        order=order,
        cursor=cursor,
        allowed=lambda _case: True,
    )
    return Page(tuple(_panel(session, case, at) for case in page.items), page.next)


def _panel(session: Session, case: Certification, at: datetime) -> Panel:
    edition = edition_of(session, case, at)
    patience = timedelta(days=max(reminder_days(edition, "screening-due"), default=0))
    live = [
        one
        for one in case.assessments
        if one.kind is AssessmentKind.SCREENING and one.state is not AssessmentState.VOID
    ]
    needed = sheets_needed(edition, case)
    done = sum(one.state is AssessmentState.SUBMITTED for one in live)
    reason, action, _move = screening_step(needed, live=len(live), done=done)
    return Panel(
        case=case,
        days=(day_of(case, at) - day_of(case, case.state_since)).days,
        sheets=tuple(
            Sheet(
                one.assessor.name,
                one.state in IN,
                (at - one.created_at).days,
                one.state not in IN and at - one.created_at > patience,
            )
            for one in sorted(live, key=lambda one: one.assessor.name)
        ),
        needed=needed,
        reason=reason,
        action=action,
    )
