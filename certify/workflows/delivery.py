"""The evidence of delivery of several certifications at once, in a fixed number of queries."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from certify.models import Activity, Certification, Cohort, CohortTrainer, RosterEntry
from certify.scheme.evidence import Cycle, Evidence, Training
from certify.workflows import evidence as read


def deliveries_of(session: Session, cases: Sequence[Certification]) -> Mapping[str, Evidence]:
    """By the id of the case, as far as the counting of activities asks: no scores, no relations."""
    trainings, cycles = _trainings(session, cases), cycles_of_all(session, cases)
    return {
        case.id: Evidence(
            module=case.module,
            country=case.country,
            trainings=tuple(trainings[case.id]),
            cycles=tuple(cycles[case.id]),
            excluded=frozenset(one.activity_id for one in case.exclusions),
            waived=read.waivers_of(case),
            pauses=read.pauses_of(case),
            practice_asked_on=read.practice_asked_on(case),
        )
        for case in cases
    }


def _trainings(session: Session, cases: Sequence[Certification]) -> dict[str, list[Training]]:
    by_id = {case.id: case for case in cases}
    entries = session.scalars(
        select(RosterEntry)
        .join(Activity)
        .where(RosterEntry.certification_id.in_(by_id))
        .options(selectinload(RosterEntry.activity))
        .order_by(Activity.held_on, Activity.id)
    )
    found: dict[str, list[Training]] = {id: [] for id in by_id}
    for entry in entries:
        case = by_id[entry.certification_id]
        found[case.id].append(read.training_of(entry.activity, entry, case))
    return found


def cycles_of_all(session: Session, cases: Sequence[Certification]) -> dict[str, list[Cycle]]:
    """The cohorts of each holder in the module of the case, with what the holder took part in."""
    holders = {case.holder_id for case in cases}
    rows = session.execute(
        select(CohortTrainer.person_id, Cohort)
        .join(Cohort, Cohort.id == CohortTrainer.cohort_id)
        .where(CohortTrainer.person_id.in_(holders))
        .options(selectinload(Cohort.enterprises))
        .order_by(Cohort.created_at, Cohort.id)
    ).all()
    inside = Activity.cohort_id.in_({cohort.id for _, cohort in rows})
    happened = session.scalars(select(Activity).where(inside).order_by(Activity.held_on, Activity.id)).all()
    named = {(each.person_id, one.id) for one in happened for each in one.people}
    return {
        case.id: [
            read.cycle_of(
                cohort,
                cohort.enterprises,
                [
                    one
                    for one in happened
                    if one.kind not in read.WITH_TRAINERS or (case.holder_id, one.id) in named
                ],
            )
            for person, cohort in rows
            if (person, cohort.module) == (case.holder_id, case.module)
        ]
        for case in cases
    }
