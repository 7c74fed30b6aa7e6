"""The keeping of certifications as pages show it: the five requirements, and the log of deliveries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Activity, Certification, Cohort, Event
from certify.policy import Actor, may
from certify.queries.paging import Narrowed, Page
from certify.scheme.evidence import RequirementResult
from certify.scheme.maintenance import Delivery, Maintenance
from certify.scheme.rules.maintenance import (
    code_of_conduct_due_on,
    practice_period,
    practising,
    renewal_requirements,
)
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, CertificationState
from certify.workflows.dossier import day_of, edition_of
from certify.workflows.maintenance import maintenance_of, maintenances_of

GRANTED = (CertificationState.CERTIFIED, CertificationState.SUSPENDED)
REPORTS = ("report_employer", "report_conflict")
A_PAGE = 25


@dataclass(frozen=True)
class Keeping:
    """One certification as its maintenance page shows it."""

    kept: Maintenance
    edition: Edition
    requirements: tuple[RequirementResult, ...]
    practising: bool
    period: tuple[date, date] | None
    conduct_due_on: date | None
    reports: tuple[Event, ...]

    @property
    def met(self) -> int:
        """How many requirements are met."""
        return sum(one.cleared for one in self.requirements)


@dataclass(frozen=True)
class Entry:
    """One session or visit of the log with what it is about."""

    delivery: Delivery
    activity: Activity
    may_see: bool

    @property
    def place(self) -> str:
        """The enterprise or the cohort."""
        if self.activity.enterprise is not None:
            return self.activity.enterprise.name
        return self.activity.cohort.name if self.activity.cohort is not None else ""

    @property
    def standing(self) -> str:
        """Counted, still waiting to be confirmed, or flagged with a reason."""
        if self.delivery.counted:
            return "counted"
        return "waiting" if _only_waits(self.delivery) else "flagged"


@dataclass(frozen=True)
class LogFilters(Narrowed):
    """What the log is narrowed by."""

    kind: str = ""
    counts: str = ""


def keeping_of(session: Session, case: Certification, at: datetime) -> Keeping:
    """How a certification is kept, requirement by requirement, on a day of its country."""
    kept, edition, on = maintenance_of(session, case, at), edition_of(session, case, at), day_of(case, at)
    return Keeping(
        kept=kept,
        edition=edition,
        requirements=renewal_requirements(edition, kept, on),
        practising=practising(kept, edition, on),
        period=practice_period(kept, edition, on),
        conduct_due_on=code_of_conduct_due_on(kept, edition, on),
        reports=_reports(session, case),
    )


def practising_among(session: Session, cases: Sequence[Certification], at: datetime) -> frozenset[str]:
    """Which of these certifications have a delivery in the last practice months, by id."""
    granted = [one for one in cases if one.valid_from is not None]
    kept = maintenances_of(session, granted, at) if granted else {}
    return frozenset(
        one.id for one in granted if practising(kept[one.id], edition_of(session, one, at), day_of(one, at))
    )


def log_of(
    session: Session, case: Certification, actor: Actor, at: datetime, filters: LogFilters
) -> tuple[Entry, ...]:
    """The deliveries since the certification, the latest first, as far as the filters let through."""
    kept = maintenance_of(session, case, at)
    return _narrowed(_entries(session, kept.deliveries, actor, day_of(case, at)), filters)


def own_log(session: Session, actor: Actor, at: datetime, filters: LogFilters) -> tuple[Entry, ...]:
    """The same of all the actor's modules; of two certifications for one, the one for which it counts."""
    found: dict[str, Delivery] = {}
    for kept in maintenances_of(session, _granted(session, actor.id), at).values():
        for one in kept.deliveries:
            if one.counted or one.activity not in found:
                found[one.activity] = one
    return _narrowed(_entries(session, tuple(found.values()), actor, at.date()), filters)


def page_of(entries: Sequence[Entry], cursor: str | None) -> Page[Entry]:
    """One page of a log; an unknown cursor begins anew."""
    places = [one.activity.id for one in entries]
    start = places.index(cursor) + 1 if cursor in places else 0
    shown = tuple(entries[start : start + A_PAGE])
    return Page(shown, shown[-1].activity.id if start + A_PAGE < len(entries) else None)


def signings_of(session: Session, case: Certification) -> tuple[Activity, ...]:
    """What the holder signed of the code of conduct, the latest first."""
    return tuple(
        session.scalars(
            select(Activity)
            .where(
                Activity.certification_id == case.id,
                Activity.kind == ActivityKind.CODE_OF_CONDUCT,
                Activity.state == ActivityState.CONFIRMED,
            )
            .order_by(Activity.held_on.desc(), Activity.id)
        )
    )


def proof_labels(session: Session, requirements: Iterable[RequirementResult]) -> Mapping[str, Activity]:
    """The activities that stand behind requirements, by id."""
    ids = {id for one in requirements for id in one.evidence}
    return {one.id: one for one in session.scalars(select(Activity).where(Activity.id.in_(ids)))}


def _reports(session: Session, case: Certification) -> tuple[Event, ...]:
    return tuple(
        session.scalars(
            select(Event)
            .where(Event.case_id == case.case_id, Event.subject_id == case.id, Event.move.in_(REPORTS))
            .order_by(Event.seq.desc())
            .limit(10)
        )
    )


def _entries(session: Session, log: Sequence[Delivery], actor: Actor, on: date) -> tuple[Entry, ...]:
    activities = session.scalars(
        select(Activity)
        .where(Activity.id.in_({one.activity for one in log}))
        .options(
            joinedload(Activity.cohort).selectinload(Cohort.trainers),
            joinedload(Activity.enterprise),
        )
    ).unique()
    known = {one.id: one for one in activities}
    return tuple(
        Entry(one, known[one.activity], may(actor, "activity.see", known[one.activity], on)) for one in log
    )


def _narrowed(entries: Iterable[Entry], filters: LogFilters) -> tuple[Entry, ...]:
    fitting = [
        one
        for one in entries
        if filters.kind in ("", one.delivery.kind) and filters.counts in ("", one.standing)
    ]
    return tuple(sorted(fitting, key=lambda one: (one.delivery.on, one.activity.id), reverse=True))


def _only_waits(delivery: Delivery) -> bool:
    """Nothing is wrong with it but that nobody confirmed it yet."""
    return len(delivery.flags) == 1 and delivery.state is not ActivityState.CONFIRMED


def _granted(session: Session, person: str) -> Sequence[Certification]:
    return session.scalars(
        select(Certification)
        .where(Certification.holder_id == person, Certification.valid_from.is_not(None))
        .options(selectinload(Certification.credentials), joinedload(Certification.issuer))
        .order_by(Certification.module, Certification.id)
    ).all()
