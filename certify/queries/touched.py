"""With which cases a person or an enterprise has to do: rather more than wait for them."""

from sqlalchemy import ColumnElement, false, or_, select, union

from certify.models import Assessment, Certification, Cohort, CohortEnterprise, CohortTrainer
from certify.models.activity import ActivityPerson
from certify.queries.holds import OPEN_SHEET


def in_any_way(id: str) -> ColumnElement[bool]:
    """As the holder, the supervisor, with an open sheet, in the ToT, or in a cohort of the holder's."""
    mine = select(Certification.id)
    led = select(ActivityPerson.activity_id).where(ActivityPerson.person_id == id)
    taken = select(CohortEnterprise.cohort_id).where(CohortEnterprise.enterprise_id == id)
    in_cohorts = (
        select(CohortTrainer.person_id)
        .join(Cohort, Cohort.id == CohortTrainer.cohort_id)
        .where(or_(Cohort.supervisor_id == id, Cohort.id.in_(taken)))
    )
    # Each is read by an index of its own, which no OR is.
    return Certification.id.in_(
        union(
            mine.where(Certification.holder_id == id),
            mine.where(Certification.supervisor_id == id),
            select(Assessment.certification_id).where(
                Assessment.assessor_id == id, Assessment.state.in_(OPEN_SHEET)
            ),
            mine.where(Certification.tot_event_id.in_(led)),
            mine.where(Certification.holder_id.in_(in_cohorts)),
        )
    )


def as_holder(id: str) -> ColumnElement[bool]:
    """What waits for nobody but the holder, or for whoever has a role."""
    return Certification.holder_id == id


def not_at_all(_id: str) -> ColumnElement[bool]:
    """What waits for whoever has a role alone."""
    return false()
