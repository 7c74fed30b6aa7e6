"""Lists of a coordinator's office: panels that screen, requirements that were waived, people who are gone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Assessment, Certification, Event, PersonKey, Waiver
from certify.policy import Actor
from certify.presentation.citations import Citation, citations
from certify.queries.board import ROLES
from certify.queries.paging import Page, read_page
from certify.queries.queues_of_office import screening_step, sheets_needed
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.queries.workload import reminder_days
from certify.scheme.dates import add_months
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence
from certify.scheme.types import Edition
from certify.scheme.words import AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of, edition_of

GONE = (S.LEFT, S.REFUSED, S.DECLINED, S.WITHDRAWN, S.RETIRED)
_HOLDER = by_name_of(PersonKey, Certification.holder_id)
PANELS = Sorting(Certification.id, {"name": _HOLDER, "waits": by(Certification.state_since)}, "waits")
WAIVERS = Sorting(
    Waiver.id,
    {
        "name": _HOLDER,
        "requirement": by(Waiver.requirement),
        "by": by_name_of(PersonKey, Waiver.waived_by_id),
        "day": by(Waiver.waived_at, latest_first=True),
    },
    "-day",
)
DEPARTURES = Sorting(
    Certification.id,
    {
        "name": _HOLDER,
        "state": by_progress(Certification.state, GONE),
        "since": by(Certification.state_since, latest_first=True),
    },
    "-since",
)
IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)


def reach_of(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """The cases of the countries that the actor coordinates, or audits."""
    return reached_by(actor, ROLES, at.date(), module=Certification.module, country=Certification.country)


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


def panels(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Panel]:
    """Submitted applications with their panels, the longest waiting first."""
    asked = select(Certification).where(Certification.state == S.SUBMITTED, reach_of(actor, at))
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


def waivers(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str = "",
    requirement: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Waiver]:
    """What was waived in the actor's countries, the latest first."""
    asked = select(Waiver).join(Waiver.certification).where(reach_of(actor, at))
    if module:
        asked = asked.where(Certification.module == module)
    if requirement:
        asked = asked.where(Waiver.requirement == requirement)
    asked, order = WAIVERS.applied(asked, sort)
    return read_page(
        session,
        asked.options(
            joinedload(Waiver.certification).joinedload(Certification.holder), joinedload(Waiver.waived_by)
        ),
        order=order,
        cursor=cursor,
        allowed=lambda _waiver: True,
    )


@dataclass(frozen=True)
class Departure:
    """Somebody whose case has ended: why, and until or from when there is a way back."""

    case: Certification
    reasons: tuple[Citation, ...]
    rejoin_until: date | None = None
    apply_from: date | None = None
    lapsed: bool = False  # the time to rejoin is over


def departures(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    state: str = "",
    module: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Departure]:
    """Who left, was declined or refused, or gave up or lost a certification, the latest first."""
    asked = select(Certification).where(
        Certification.state.in_([S(state)] if state in GONE else GONE), reach_of(actor, at)
    )
    if module:
        asked = asked.where(Certification.module == module)
    asked, order = DEPARTURES.applied(asked, sort)
    page: Page[Certification] = read_page(
        session,
        asked.options(joinedload(Certification.holder)),
        order=order,
        cursor=cursor,
        allowed=lambda _case: True,
    )
    said = _said(session, page.items)
    return Page(
        tuple(
            _departure(case, said.get(case.id, ()), edition_of(session, case, at), at) for case in page.items
        ),
        page.next,
    )


def _said(session: Session, cases: Iterable[Certification]) -> Mapping[str, tuple[Citation, ...]]:
    """What was said with leaving and withdrawing: it stands in the log alone."""
    rows = session.scalars(
        select(Event)
        .where(
            Event.subject_kind == "certification",
            Event.subject_id.in_([case.id for case in cases]),
            Event.move.in_(("leave", "withdraw")),
        )
        .order_by(Event.seq)
    )
    return {
        row.subject_id: tuple(
            Citation(str(row.facts[name])) for name in ("reason", "grounds") if row.facts.get(name)
        )
        for row in rows
    }


def _departure(case: Certification, said: tuple[Citation, ...], edition: Edition, at: datetime) -> Departure:
    cited: list[Any] = case.reasons if case.state in (S.REFUSED, S.DECLINED) else []
    reasons = (*citations(cited, edition), *said)
    if case.state is S.LEFT and case.left_on is not None:
        until = add_months(case.left_on, int(number(edition, "rejoin_months")))
        return Departure(case, reasons, rejoin_until=until, lapsed=until < day_of(case, at))
    if case.state is S.REFUSED and case.decided_at is not None:
        months = int(number(edition, "reapplication_months"))
        return Departure(case, reasons, apply_from=add_months(day_of(case, case.decided_at), months))
    return Departure(case, reasons)
