"""The candidates that an Expert Trainer supervises: how far each is, and what waits for the supervisor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Activity,
    ActivityPerson,
    Assessment,
    Certification,
    Cohort,
    CohortTrainer,
    PersonKey,
    Waiver,
)
from certify.policy import Actor, may
from certify.queries.finding import found_ids
from certify.queries.paging import Narrowed, Page, read_page
from certify.queries.queues_of_activities import CONFIRMED_BY_SUPERVISOR
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.queries.stalls import Patience
from certify.scheme.evidence import Evidence
from certify.scheme.rules import visits_made
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind, ActivityState, AssessmentState
from certify.scheme.words import CertificationState as State
from certify.workflows.assessment_rules import AssessmentDossier, owes_own_sheet
from certify.workflows.delivery import deliveries_of
from certify.workflows.dossier import day_of, edition_of

ON_THE_WAY = (
    State.ADMITTED, State.TRAINING, State.CLASSROOM_DELIVERY, State.SUPERVISED_VISITS, State.ASSESSMENT,
    State.MORE_PRACTICE, State.RECOMMENDED, State.ON_HOLD,
)  # fmt: skip
UNFILLED = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
WITH_TRAINERS = (ActivityKind.WORKSHOP, ActivityKind.VISIT)


@dataclass(frozen=True)
class Filters(Narrowed):
    """What the list is narrowed by; they stay in the address. Empty means any."""

    name: str = ""
    state: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Errand:
    """Something that waits for the supervisor, and where it is done."""

    text: Sentence
    endpoint: str
    args: dict[str, str | None]


@dataclass(frozen=True)
class Supervised:
    """One candidate as the supervisor's list shows them."""

    case: Certification
    days: int  # in the present state
    mark: str
    last: Activity | None
    visits: int  # that count, as the case itself counts them
    needed: int  # over all enterprises of the cohort; 0 while there is no cohort
    errands: tuple[Errand, ...]


@dataclass(frozen=True)
class _Took:
    """One activity of a cohort in which a person took part."""

    person_id: str
    activity: Activity
    supervisor_id: str | None


_COLUMNS = {
    "name": by_name_of(PersonKey, Certification.holder_id),
    "state": by_progress(Certification.state, State),
    "since": by(Certification.state_since),
}


def sorting(*, done: bool) -> Sorting:
    """How the candidates on the way can be sorted, and those behind."""
    return Sorting(Certification.id, _COLUMNS, "-since" if done else "since")


def supervision_page(
    session: Session,
    actor: Actor,
    at: datetime,
    patience: Patience,
    filters: Filters,
    *,
    done: bool = False,
    sort: str = "",
    cursor: str | None = None,
) -> Page[Supervised]:
    """The candidates of a supervisor: on the way, the longest in their state first; or those behind."""
    states = Certification.state.in_(ON_THE_WAY)
    asked = select(Certification).where(Certification.supervisor_id == actor.id, ~states if done else states)
    asked, order = sorting(done=done).applied(_narrowed(asked, filters, patience), sort)
    page: Page[Certification] = read_page(
        session,
        asked.options(
            joinedload(Certification.holder),
            selectinload(Certification.assessments),
            selectinload(Certification.exclusions),
            selectinload(Certification.waivers).joinedload(Waiver.waived_by),
        ),
        order=order,
        cursor=cursor,
        allowed=lambda case: may(actor, "certification.see", case, day_of(case, at)),
    )
    took = _took(session, page.items)
    delivered = deliveries_of(session, page.items)
    rows = (
        _row(session, actor, at, case, patience.mark(case), took, delivered[case.id]) for case in page.items
    )
    return Page(tuple(rows), page.next)


def _narrowed(asked: Select[Any], filters: Filters, patience: Patience) -> Select[Any]:
    if filters.state:
        asked = asked.where(Certification.state == State(filters.state))
    if filters.mark:
        asked = asked.where(patience.marked(filters.mark))
    if filters.name.strip():
        asked = asked.where(Certification.holder_id.in_(found_ids(PersonKey, filters.name)))
    return asked


def _row(
    session: Session,
    actor: Actor,
    at: datetime,
    case: Certification,
    mark: str,
    took: Sequence[_Took],
    delivered: Evidence,
) -> Supervised:
    mine = [one for one in took if (one.person_id, one.activity.module) == (case.holder_id, case.module)]
    today = day_of(case, at)
    held = [one.activity for one in mine if one.activity.held_on <= today]
    visits, needed = visits_made(edition_of(session, case, at), delivered, today)
    return Supervised(
        case=case,
        days=(today - day_of(case, case.state_since)).days,
        mark=mark,
        last=max(held, key=lambda one: (one.held_on, one.id), default=None),
        visits=visits,
        needed=needed,
        errands=tuple(_errands(session, actor, at, case, mine)),
    )


def _errands(
    session: Session, actor: Actor, at: datetime, case: Certification, took: Iterable[_Took]
) -> Iterable[Errand]:
    if case.state is State.ASSESSMENT:
        yield Errand(say("Assess and recommend"), "approval.recommendation", {"id": case.id})
    for sheet in case.assessments:
        if sheet.assessor_id == actor.id and sheet.state in UNFILLED:
            yield Errand(say("Fill in your checklist"), "assessments.show", {"id": sheet.id})
    pair = _apart(session, actor, case, at)
    if pair is not None:
        yield Errand(say("Reconcile two observers"), "assessment_moves.reconcile", {"id": pair.id})
    waiting = [
        one.activity
        for one in took
        if one.activity.state is ActivityState.SUBMITTED
        and one.activity.kind in CONFIRMED_BY_SUPERVISOR
        and one.supervisor_id == actor.id
    ]
    if len(waiting) == 1:
        yield Errand(say("Confirm: {kind}", kind=waiting[0].kind), "activities.show", {"id": waiting[0].id})
    elif waiting:
        cohorts = {one.cohort_id for one in waiting}
        only = {"cohort": cohorts.pop()} if len(cohorts) == 1 else {}
        yield Errand(say("Confirm {n} records", n=len(waiting)), "together.confirm", only)


def _apart(session: Session, actor: Actor, case: Certification, at: datetime) -> Assessment | None:
    return next(
        (
            sheet
            for sheet in case.assessments
            if sheet.state is AssessmentState.SUBMITTED
            and sheet.activity_id is not None
            and not owes_own_sheet(sheet, actor.id)
            and AssessmentDossier(session, sheet, at).to_reconcile is not None
        ),
        None,
    )


def _took(session: Session, cases: Iterable[Certification]) -> tuple[_Took, ...]:
    """The activities of the candidates' cohorts; a workshop or visit names those who took part."""
    holders = [case.holder_id for case in cases]
    named = (
        select(ActivityPerson.activity_id)
        .where(ActivityPerson.activity_id == Activity.id, ActivityPerson.person_id == CohortTrainer.person_id)
        .exists()
    )
    rows = session.execute(
        select(CohortTrainer.person_id, Activity, Cohort.supervisor_id)
        .join(Cohort, Cohort.id == CohortTrainer.cohort_id)
        .join(Activity, Activity.cohort_id == Cohort.id)
        .where(
            CohortTrainer.person_id.in_(holders),
            Activity.state != ActivityState.VOID,
            or_(Activity.kind.not_in(WITH_TRAINERS), named),
        )
        .order_by(Activity.state_since, Activity.id)
        .options(joinedload(Activity.enterprise))
    )
    return tuple(_Took(*row) for row in rows.unique())
