"""Those whose case has ended: why, and until or from when there is a way back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Certification, Event, PersonKey
from certify.policy import Actor
from certify.presentation.citations import Citation, citations
from certify.queries.board import reach_of
from certify.queries.paging import Page, read_page
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.scheme.dates import add_months
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of, edition_of

GONE = (S.LEFT, S.REFUSED, S.DECLINED, S.WITHDRAWN, S.RETIRED)
DEPARTURES = Sorting(
    Certification.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "state": by_progress(Certification.state, GONE),
        "since": by(Certification.state_since, latest_first=True),
    },
    "-since",
)


@dataclass(frozen=True)
class Departure:
    """Somebody whose case has ended: why, and until or from when there is a way back."""

    case: Certification
    reasons: tuple[Citation, ...]
    rejoin_until: date | None = None
    apply_from: date | None = None
    lapsed: bool = False  # the time to rejoin is over


def departure_page(
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
        Certification.state.in_([S(state)] if state in GONE else GONE), reach_of(actor, at.date())
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
