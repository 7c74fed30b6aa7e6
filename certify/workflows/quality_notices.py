"""What a quality observation came to: who is told, in the commit that hands it in."""

from certify.scheme.words import AssessmentKind, RoleName
from certify.workflows.engine import Question
from certify.workflows.grants import holders
from certify.workflows.telling import tell


def tell_result(question: Question) -> None:
    """What a quality observation came to: the trainer, and of a finding the reviewers and deciders too."""
    assessment, session = question.thing, question.session
    if assessment.kind is not AssessmentKind.QA or assessment.activity is None:
        return
    assert session is not None
    case = assessment.certification
    told = {case.holder_id: "quality_finding" if assessment.falls_short else "quality_passed"}
    if assessment.falls_short:
        roles = (RoleName.QA_REVIEWER, RoleName.MASTER_TRAINER)
        found = session.scalars(holders(roles, question.on, module=case.module, country=case.country))
        told = {**dict.fromkeys((one.id for one in found), "finding_opened"), **told}
    tell(
        question,
        told,
        {
            "assessment": assessment.id,
            "certification": case.id,
            "holder": case.holder.name,
            "module": case.module,
            "held_on": assessment.activity.held_on.isoformat(),
        },
    )
