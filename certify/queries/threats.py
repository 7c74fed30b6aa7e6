"""Threats to impartiality in a case that were allowed, and whether their mitigation is there."""

from dataclasses import dataclass

from certify.models import Certification
from certify.scheme.words import Act, AssessmentKind, AssessmentState, RequirementStatus
from certify.workflows.dossier import Dossier


@dataclass(frozen=True)
class Mitigation:
    """One relation that is allowed with a second, unrelated observer; `done` says whether there is one."""

    act: Act
    sentence: str
    done: bool


def mitigations_of(dossier: Dossier, certification: Certification) -> tuple[Mitigation, ...]:
    """Every `mitigate` relation of the supervisor, the observers and the recommender."""
    second = dossier.results.get("second-observer")
    done = second is not None and second.status is RequirementStatus.MET
    found = [
        Mitigation(act, finding.sentence, done)
        for person, act in _assessors(certification)
        for finding in dossier.findings(person, act).mitigations
    ]
    return tuple(dict.fromkeys(found))


def _assessors(certification: Certification) -> list[tuple[str, Act]]:
    acts = []
    if certification.supervisor_id is not None:
        acts += [(certification.supervisor_id, Act.SUPERVISE)]
    if certification.recommended_by_id is not None:
        acts += [(certification.recommended_by_id, Act.RECOMMEND)]
    return acts + [
        (one.assessor_id, Act.OBSERVE)
        for one in certification.assessments
        if one.kind is AssessmentKind.OBSERVATION and one.state is not AssessmentState.VOID
    ]
