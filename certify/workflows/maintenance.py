"""The keeping of certifications, read from the tables as the plain values that maintenance is judged by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from certify.models import Activity, Assessment, Certification, Cohort, CohortTrainer, Event
from certify.models.store import once_while_reading
from certify.scheme.dates import day_in
from certify.scheme.evidence import Counted, Cycle, Pause, Reason
from certify.scheme.maintenance import Maintenance, Proof, QaObservation, Refresher
from certify.scheme.rules.counting import UNCONFIRMED
from certify.scheme.rules.delivering import Scope, delivered_on, deliveries, judged
from certify.scheme.rules.quality import shortfalls
from certify.scheme.sentences import say
from certify.scheme.standing import CertifiedRecord, StandingChange, StandingKind
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, AssessmentKind, AssessmentState
from certify.workflows import evidence as read
from certify.workflows.activity_fields import LOG_KINDS
from certify.workflows.case_terms import edition_of, record_of
from certify.workflows.delivery import cycles_of_all
from certify.workflows.standings import changes_of

IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)


def maintenance_of(session: Session, certification: Certification, at: datetime) -> Maintenance:
    """How one certification was kept, as known at an instant."""
    return _kept_of(session, certification, at).maintenance


def verdicts_of(session: Session, certification: Certification, at: datetime) -> tuple[Counted, ...]:
    """What happened after the decision: which activity counts and why the others do not."""
    return _kept_of(session, certification, at).verdicts


def maintenances_of(
    session: Session, certifications: Sequence[Certification], at: datetime
) -> Mapping[str, Maintenance]:
    """The same of many, by id, in a fixed number of queries; those never granted have no periods.

    Hand in rows with their credentials and issuer loaded.
    """
    return {id: kept.maintenance for id, kept in _read(session, certifications, at).items()}


@dataclass(frozen=True)
class _Kept:
    """One certification with the rows of its maintenance."""

    session: Session
    case: Certification
    at: datetime
    record: CertifiedRecord
    scope: Scope
    cycles: Sequence[Cycle]
    entries: Sequence[Activity]
    observed: Sequence[Assessment]

    @cached_property
    def verdicts(self) -> tuple[Counted, ...]:
        return (*judged(self.cycles, self.scope), *(_entered(one) for one in self.entries))

    @cached_property
    def maintenance(self) -> Maintenance:
        log = deliveries(self.cycles, self.scope)
        cycles = [found for one in self.cycles if (found := delivered_on(one, log))]
        return Maintenance(
            module=self.case.module,
            country=self.case.country,
            periods=self.record.periods,
            deliveries=log,
            cycles=tuple(sorted(day for day, _ in cycles)),
            refreshers=tuple(
                Refresher(one.held_on, Decimal(str(one.facts["hours"])))
                for one in self._confirmed(ActivityKind.REFRESHER)
            ),
            signings=tuple(one.held_on for one in self._confirmed(ActivityKind.CODE_OF_CONDUCT)),
            qa=tuple(self._quality(one) for one in self.observed if one.activity is not None),
            suspended=_suspended(self.record),
            ended_on=_ended_on(self.record),
            known_from=self._recognised_on,
            proofs=(*(Proof("practice-per-year", *found) for found in cycles), *self._proofs),
        )

    @property
    def _recognised_on(self) -> date | None:
        decided_at = self.case.decided_at if self.case.recognised_source else None
        return day_in(decided_at, self.record.zone_at(decided_at)) if decided_at else None

    def _confirmed(self, kind: ActivityKind) -> list[Activity]:
        return [one for one in self.entries if one.kind is kind and one.state is ActivityState.CONFIRMED]

    @property
    def _proofs(self) -> Iterable[Proof]:
        for kind, requirement in (
            (ActivityKind.REFRESHER, "refresher"),
            (ActivityKind.CODE_OF_CONDUCT, "code-of-conduct"),
        ):
            for one in self._confirmed(kind):
                yield Proof(requirement, one.held_on, (one.id,))

    def _quality(self, assessment: Assessment) -> QaObservation:
        assert assessment.activity is not None
        reasons = shortfalls_of(assessment, edition_of(self.session, self.case, self.at))
        handed_in_at = assessment.submitted_at or assessment.created_at
        return QaObservation(assessment.id, assessment.activity.held_on, not reasons, handed_in_at, reasons)


def shortfalls_of(assessment: Assessment, edition: Edition) -> tuple[str, ...]:
    """Why a quality observation that is in falls short; () when it is passed."""
    activity, case = assessment.activity, assessment.certification
    assert activity is not None
    seen = read.observed(assessment)
    return shortfalls(
        edition, seen, activity.kind, on=activity.held_on, module=case.module, country=case.country
    )


def _kept_of(session: Session, certification: Certification, at: datetime) -> _Kept:
    return once_while_reading(
        session,
        ("maintenance", certification.id, at),
        lambda: _read(session, [certification], at)[certification.id],
    )


def _read(session: Session, cases: Sequence[Certification], at: datetime) -> dict[str, _Kept]:
    """Everything of all of them: a fixed number of queries."""
    ids = [one.id for one in cases]
    changes, decided = changes_of(session, ids), _decided(session, ids)
    cycles, countries = cycles_of_all(session, cases), _countries(session, cases)
    entries, observed = _entries(session, ids), _observed(session, ids)
    kept = {}
    for case in cases:
        until_now = tuple(one for one in changes.get(case.id, ()) if one.at <= at)
        record = record_of(session, case, until_now)
        scope = Scope(case.country, record, decided.get(case.id, {}), countries)
        kept[case.id] = _Kept(
            session, case, at, record, scope,
            cycles[case.id] if record.periods else (), entries[case.id], observed[case.id],
        )  # fmt: skip
    return kept


def _decided(session: Session, ids: Sequence[str]) -> dict[str, dict[str, bool]]:
    """What each grant looked at, and whether it counted: the last decision's snapshot."""
    granted = session.scalars(
        select(Event).where(Event.subject_id.in_(ids), Event.move == "grant").order_by(Event.seq)
    )
    return {
        event.subject_id: {one["activity"]: one["counted"] for one in event.facts.get("counted", ())}
        for event in granted
    }


def _countries(session: Session, cases: Sequence[Certification]) -> dict[str, str]:
    """Where the cohorts of the holders are."""
    rows = session.execute(
        select(Cohort.id, Cohort.country)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(CohortTrainer.person_id.in_({one.holder_id for one in cases}))
    )
    return {row.id: row.country for row in rows}


def _entries(session: Session, ids: Sequence[str]) -> dict[str, list[Activity]]:
    """The refreshers and signings of each, oldest first; void ones are left out."""
    found: dict[str, list[Activity]] = {id: [] for id in ids}
    rows = session.scalars(
        select(Activity)
        .where(
            Activity.certification_id.in_(ids),
            Activity.kind.in_(LOG_KINDS),
            Activity.state != ActivityState.VOID,
        )
        .order_by(Activity.held_on, Activity.id)
    )
    for row in rows:
        found[row.certification_id or ""].append(row)
    return found


def _observed(session: Session, ids: Sequence[str]) -> dict[str, list[Assessment]]:
    """The quality observations of each that are in, in the order of the days observed."""
    found: dict[str, list[Assessment]] = {id: [] for id in ids}
    rows = session.scalars(
        select(Assessment)
        .join(Assessment.activity)
        .where(
            Assessment.certification_id.in_(ids),
            Assessment.kind == AssessmentKind.QA,
            Assessment.state.in_(IN),
        )
        .options(selectinload(Assessment.activity))
        .order_by(Activity.held_on, Assessment.submitted_at, Assessment.id)
    )
    for row in rows:
        found[row.certification_id].append(row)
    return found


def _entered(activity: Activity) -> Counted:
    """A refresher or signing counts when it is confirmed."""
    if activity.state is ActivityState.CONFIRMED:
        return Counted(activity.id, True, ())
    reason = Reason(None, UNCONFIRMED.get(activity.state, say("Not confirmed yet.")))
    return Counted(activity.id, False, (reason,))


def _suspended(record: CertifiedRecord) -> tuple[Pause, ...]:
    """The suspensions, in days where the certificate was issued."""
    pauses: list[Pause] = []
    for change in _in_order(record):
        day = day_in(change.at, record.zone_at(change.at))
        lasts = bool(pauses) and pauses[-1].until_on is None
        if change.kind == StandingKind.SUSPEND and not lasts:
            pauses.append(Pause(day, None))
        elif change.kind != StandingKind.SUSPEND and lasts:
            pauses[-1] = Pause(pauses[-1].from_on, day)
    return tuple(pauses)


def _ended_on(record: CertifiedRecord) -> date | None:
    ends = (StandingKind.WITHDRAW, StandingKind.RETIRE)
    ended = next((one.at for one in _in_order(record) if one.kind in ends), None)
    return day_in(ended, record.zone_at(ended)) if ended else None


def _in_order(record: CertifiedRecord) -> list[StandingChange]:
    return sorted(record.events, key=lambda one: one.at)
