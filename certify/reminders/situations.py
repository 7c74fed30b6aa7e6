"""What the schedule of reminders is laid over: a case, or the visits of a cohort, read from the tables."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certify.models import Activity, Assessment, Certification, Cohort, Renewal
from certify.models.store import rows_of
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.rules.maintenance import code_of_conduct_due_on, practice_period
from certify.scheme.rules.practice import asks_for_practice
from certify.scheme.rules.reminding import Asked
from certify.scheme.rules.situation import Filed, Situation, Task, Upkeep
from certify.scheme.standing import Period
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import Dossier, day_of
from certify.workflows.maintenance import maintenance_of
from certify.workflows.renewal import filed_renewal

TO_HAND_IN = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)

_TASKS = (
    select(
        Assessment.id,
        Assessment.kind,
        Assessment.assessor_id,
        Assessment.created_at,
        Activity.last_on,
    )
    .outerjoin(Activity, (Activity.id == Assessment.activity_id) & (Activity.state != ActivityState.VOID))
    .where(
        Assessment.certification_id == bindparam("certification"),
        Assessment.state.in_(TO_HAND_IN),
    )
    .order_by(Assessment.created_at, Assessment.id)
)
_VISITS = (
    select(Activity.id, Activity.submitted_at)
    .where(
        Activity.cohort_id == bindparam("cohort"),
        Activity.kind == ActivityKind.VISIT,
        Activity.state == ActivityState.SUBMITTED,
    )
    .order_by(Activity.id)
)


def situation_of(session: Session, case: Certification, at: datetime) -> tuple[Edition, Situation]:
    """A case as the schedule of its edition asks about it; evidence is read as far as a rule wants it."""
    dossier = Dossier(session, case, at)
    tasks, filed = list(_tasks(session, case)), filed_renewal(session, case)
    situation = Situation(
        on=dossier.on,
        state=case.state,
        since=day_of(case, case.state_since),
        holder=case.holder_id,
        supervisor=case.supervisor_id,
        evidence=dossier.live,
        screenings=tuple(task for kind, task in tasks if kind is AssessmentKind.SCREENING),
        observations=tuple(task for kind, task in tasks if kind is AssessmentKind.OBSERVATION),
        practice_by_on=case.practice_by_on,
        upkeep=_upkeep(session, case, dossier, at, filed),
        renewal=Filed(filed.id, filed.state, day_of(case, filed.state_since)) if filed else None,
    )
    return dossier.edition, situation


def _tasks(session: Session, case: Certification) -> Iterator[tuple[AssessmentKind, Task]]:
    zone = zone_of(case.country)
    for row in rows_of(session, _TASKS, certification=case.id):
        given_on = day_in(row.created_at, zone)
        held_on = given_on if row.kind is AssessmentKind.SCREENING else row.last_on
        if held_on is not None:
            # An observer who is named after the event has the same days from then on.
            yield row.kind, Task(row.id, row.assessor_id, given_on, max(held_on, given_on))


def _upkeep(
    session: Session, case: Certification, dossier: Dossier, at: datetime, filed: Renewal | None
) -> Upkeep | None:
    if case.state is not S.CERTIFIED or case.valid_until is None:
        return None
    kept, edition, on = maintenance_of(session, case, at), dossier.edition, dossier.on
    period = practice_period(kept, edition, on)
    asked = period is not None and asks_for_practice(kept, edition, Period(*period))
    return Upkeep(
        granted_on=day_of(case, case.decided_at or case.state_since),
        valid_until=case.valid_until,
        renewal_filed=filed is not None,
        practice=period if asked else None,
        cycles=kept.cycles,
        code_due_on=code_of_conduct_due_on(kept, edition, on),
        later_from=min((one.valid_from for one in kept.periods if one.valid_from > on), default=None),
    )


def visits_of(session: Session, cohort: Cohort) -> tuple[Asked, ...]:
    """The visits of a cohort that wait for their enterprise's word."""
    zone = zone_of(cohort.country)
    return tuple(
        Asked(row.id, day_in(row.submitted_at, zone), cohort.supervisor_id)
        for row in rows_of(session, _VISITS, cohort=cohort.id)
        if row.submitted_at is not None
    )
