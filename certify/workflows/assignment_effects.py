"""What assignments and waivers do: tasks handed out and over, requirements set aside."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Cohort, Waiver
from certify.scheme.words import Act, AssessmentKind, CertificationState, Relation
from certify.workflows.assessment import create_assessment
from certify.workflows.engine import Question, append_event, follow
from certify.workflows.involvement import record

ON_THE_WAY = (
    CertificationState.ADMITTED,
    CertificationState.TRAINING,
    CertificationState.CLASSROOM_DELIVERY,
    CertificationState.SUPERVISED_VISITS,
    CertificationState.ASSESSMENT,
    CertificationState.MORE_PRACTICE,
    CertificationState.RECOMMENDED,
    CertificationState.ON_HOLD,
)
Facts = Mapping[str, Any] | None


def waive(question: Question) -> Facts:
    """The requirement is set aside; who waived can no longer decide."""
    thing, session = question.thing, question.session
    assert session is not None
    session.add(
        Waiver(
            certification_id=thing.id,
            requirement=question.facts["requirement"],
            reason=question.facts["reason"],
            waived_by_id=question.actor.id,
            waived_at=question.at,
        )
    )
    record(session, question.actor.id, thing, Relation.WAIVED, question.facts["requirement"], question.at)
    return None


def assign_screener(question: Question) -> Facts:
    """A member of the panel gets a sheet."""
    sheet = assess(question, "screening", question.facts["person"], None)
    return {"assessment": sheet, **_mitigation(question, question.facts["person"], Act.SCREEN)}


def assign_supervisor(question: Question) -> Facts:
    """The supervisor of the case, and of the candidate's cohorts that have none."""
    return _supervise(question, question.facts["person"], None)


def _supervise(question: Question, person_id: str, before: str | None) -> Facts:
    thing, session = question.thing, question.session
    assert session is not None
    thing.supervisor_id = person_id
    record(session, person_id, thing, Relation.SUPERVISED, thing.id, question.at)
    followed = [one for one in question.dossier.cohorts if _follows(session, one, person_id, before)]
    for cohort in followed:
        cohort.supervisor_id = person_id
        append_event(
            session,
            case_id=cohort.case_id,
            actor=question.actor,
            at=question.at,
            subject=("cohort", cohort.id),
            move="edit",
            states=("open", "open"),
            facts={"supervisor": person_id},
        )
    return {"cohorts": [one.id for one in followed], **_mitigation(question, person_id, Act.SUPERVISE)}


def _follows(session: Session, cohort: Cohort, person_id: str, before: str | None) -> bool:
    """A cohort goes with its supervisor only when every candidate among its trainers does."""
    if cohort.supervisor_id not in (None, before):
        return False
    supervisors = session.scalars(
        select(Certification.supervisor_id).where(
            Certification.holder_id.in_([trainer.id for trainer in cohort.trainers]),
            Certification.module == cohort.module,
            Certification.state.in_(ON_THE_WAY),
        )
    )
    return set(supervisors) <= {person_id}


def assign_observer(question: Question) -> Facts:
    """An observer gets an observation of one event."""
    person = question.facts["person"]
    observation = assess(question, "observation", person, question.facts["activity"])
    return {"assessment": observation, **_mitigation(question, person, Act.OBSERVE)}


def assess(question: Question, kind: str, person_id: str, activity_id: str | None) -> str:
    """A sheet for somebody, and the relation that it makes; its id."""
    thing, session = question.thing, question.session
    assert session is not None
    made = create_assessment(
        session,
        question.actor,
        question.at,
        kind=AssessmentKind(kind),
        certification=thing,
        assessor_id=person_id,
        activity_id=activity_id,
    )
    relation = Relation.SCREENED if kind == "screening" else Relation.OBSERVED
    record(session, person_id, thing, relation, made.id, question.at)
    return made.id


def _mitigation(question: Question, person_id: str, act: Act) -> dict[str, Any]:
    """The relations that are allowed with a second observer, recorded with the assignment."""
    found = question.dossier.findings(person_id, act).mitigations
    return {"mitigate": [one.sentence for one in found]} if found else {}


def reassign(question: Question) -> Facts:
    """A task goes from one Expert Trainer to another; open observations are void and made anew."""
    role, old, new = (question.facts[key] for key in ("role", "from", "to"))
    if role == "supervisor":
        return _supervise(question, new, old)
    session = question.session
    assert session is not None
    made = []
    for assessment in question.thing.assessments:
        if assessment.assessor_id == old and assessment.state in ("assigned", "declared"):
            follow(session, assessment, "void", question.actor, question.at, reason=question.facts["reason"])
            made.append(assess(question, "observation", new, assessment.activity_id))
    return {"assessments": made, **_mitigation(question, new, Act.OBSERVE)}
