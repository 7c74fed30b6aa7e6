"""Whose certifications an activity concerns, and who held Expert Trainer status on its days."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, Cohort, ExpertLicence, RoleGrant
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.words import ActivityKind, CertificationState, LicenceState, RoleName

S = CertificationState
ENTRY_STATES = frozenset(
    {
        S.ADMITTED,
        S.TRAINING,
        S.CLASSROOM_DELIVERY,
        S.SUPERVISED_VISITS,
        S.ASSESSMENT,
        S.MORE_PRACTICE,
        S.ON_HOLD,
        S.CERTIFIED,
        S.SUSPENDED,
    }
)
CLOSED_STATES = frozenset({S.NEW, S.DECLINED, S.REFUSED, S.WITHDRAWN, S.RETIRED, S.LEFT})
GRANTED_STATES = frozenset({S.CERTIFIED, S.SUSPENDED})


def certifications_of(session: Session, person_ids: Iterable[str], module: str) -> dict[str, Certification]:
    """Each person's certification in a module, by person id: the open path before the granted one,
    that before a closed one; people without any are left out."""
    rows = session.scalars(
        select(Certification).where(
            Certification.holder_id.in_(list(person_ids)), Certification.module == module
        )
    )
    return {row.holder_id: row for row in sorted(rows, key=_preference)}  # the last one wins


def _preference(certification: Certification) -> tuple[bool, bool, float]:
    state = certification.state
    return (
        state not in CLOSED_STATES,
        state not in GRANTED_STATES,
        certification.state_since.timestamp(),
    )


def candidates_among(certifications: Iterable[Certification]) -> list[Certification]:
    """Those still on their path: neither granted nor ended."""
    return [one for one in certifications if one.state not in GRANTED_STATES | CLOSED_STATES]


def concerned(session: Session, activity: Activity) -> list[Certification]:
    """The certifications whose evidence it is: a roster's, a log's, or of the trainers who took part."""
    if activity.kind is ActivityKind.TOT_EVENT:
        return _roster(session, activity)
    if activity.certification is not None:
        return [activity.certification]
    if activity.cohort is None:
        return []
    took_part = [one.person_id for one in activity.people]
    trainers = took_part or [person.id for person in activity.cohort.trainers]
    return list(certifications_of(session, trainers, activity.module).values())


def _roster(session: Session, activity: Activity) -> list[Certification]:
    ids = [entry.certification_id for entry in activity.roster]
    return list(session.scalars(select(Certification).where(Certification.id.in_(ids))))


def case_ids(session: Session, activity: Activity) -> tuple[str, ...]:
    """The case files that a command on it locks: its own, and those of every trainer or candidate."""
    concerns = concerned(session, activity)
    if activity.cohort is not None:
        concerns = cohort_certifications(session, activity.cohort)
    return (activity.case_id, *sorted({one.case_id for one in concerns}))


def cohort_certifications(session: Session, cohort: Cohort) -> list[Certification]:
    """The certifications of a cohort's trainers in its module."""
    found = certifications_of(session, [person.id for person in cohort.trainers], cohort.module)
    return list(found.values())


def expert_on(session: Session, person_id: str, days: Iterable[date], *, module: str, country: str) -> bool:
    """Whether a person held Expert Trainer status for module and country on every one of these days."""
    grants = session.execute(
        select(RoleGrant, ExpertLicence, Certification)
        .outerjoin(ExpertLicence, ExpertLicence.id == RoleGrant.licence_id)
        .outerjoin(Certification, Certification.id == ExpertLicence.certification_id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == RoleName.EXPERT_TRAINER,
            RoleGrant.confirmed_at.is_not(None),
        )
    ).all()
    fitting = [
        (grant, licence, case)
        for grant, licence, case in grants
        if grant.module in (None, module) and grant.country in (None, country)
    ]
    return all(any(_covers(*each, day, country) for each in fitting) for day in days)


def _covers(
    grant: RoleGrant, licence: ExpertLicence | None, case: Certification | None, day: date, country: str
) -> bool:
    """Its days include this one; given with a licence it goes with that, and with what that rests on."""
    ends = [grant.ended_at] if grant.ended_at is not None else []
    if licence is not None and licence.state is not LicenceState.GRANTED:
        ends.append(licence.state_since)
    if case is not None and case.state is not S.CERTIFIED:
        ends.append(case.state_since)
    if any(day > day_in(ended_at, zone_of(country)) for ended_at in ends):
        return False
    if case is not None and case.valid_until is not None and day > case.valid_until:
        return False
    return grant.from_on <= day and (grant.until_on is None or day <= grant.until_on)
