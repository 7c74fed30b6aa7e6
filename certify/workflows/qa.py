"""Quality observations: who may be sent to watch which delivery of a certified trainer."""

from collections.abc import Iterator
from typing import Any

from certify.models import Certification
from certify.scheme.sentences import say
from certify.scheme.words import Act, AssessmentKind, AssessmentState, RoleName
from certify.scheme.words import CertificationState as S
from certify.workflows import assignment_effects as assignments
from certify.workflows import assignment_guards as assignment
from certify.workflows import certification_checks as checks
from certify.workflows.case_terms import certified_since
from certify.workflows.certification_notices import owe_to
from certify.workflows.engine import Move, Question, Refusal
from certify.workflows.facts import Fact, FactKind

REVIEWER = Fact("person", FactKind.PERSON, "QA reviewer")
DELIVERY = Fact("activity", FactKind.ACTIVITY, "Session or visit to observe")


def person_reviews_quality(question: Question) -> Iterator[Refusal]:
    """Whoever observes for quality is a QA reviewer of the country; one reviewer does not send another."""
    if "person" not in question.facts:
        return
    thing, person = question.thing, question.dossier.person(question.facts["person"])
    where = {"on": question.on, "module": thing.module, "country": thing.country}
    if person is None or not person.holds(RoleName.QA_REVIEWER, **where):
        name = person.name if person else question.facts["person"]
        yield Refusal(
            None, say("{name} is no QA reviewer for {module} in {country}.", name=name, module=thing.module,
                      country=thing.country), ("coordinator", "administrator"),
        )  # fmt: skip
    elif person.id != question.actor.id and not question.actor.holds(RoleName.COORDINATOR, **where):
        yield Refusal(None, say("Choose yourself; the coordinator names other reviewers."), ("coordinator",))


def held_under_the_certification(question: Question) -> Iterator[Refusal]:
    """A delivery of the certified trainer; what led to the certification was observed on the path."""
    happened = {one.id: one for cycle in question.dossier.evidence.cycles for one in cycle.happenings}
    found = happened.get(question.facts.get("activity", ""))
    since = certified_since(question.thing)
    if found is not None and since is not None and found.held_on < since:
        yield Refusal(
            None, say("Choose a delivery since {day}, when the certification began.", day=since), ()
        )


def observed_by(thing: Certification) -> frozenset[tuple[str, str]]:
    """Who observed, or is to observe, which delivery for quality."""
    return frozenset(
        (one.assessor_id, one.activity_id or "")
        for one in thing.assessments
        if one.kind is AssessmentKind.QA and one.state is not AssessmentState.VOID
    )


def observed_once(question: Question) -> Iterator[Refusal]:
    """Nobody gets the same delivery to observe twice."""
    person, activity = question.facts.get("person"), question.facts.get("activity")
    if (person, activity) in observed_by(question.thing):
        yield Refusal(None, say("This person observes this delivery already."), ())


def assign_qa(question: Question) -> dict[str, Any]:
    """The reviewer gets the checklist of the delivery's place."""
    person, activity = question.facts["person"], question.facts["activity"]
    return {"assessment": assignments.assess(question, "qa", person, activity)}


def tell_reviewer(question: Question) -> None:
    """Whoever was asked to observe; nobody tells themself."""
    event = question.dossier.activity(question.facts["activity"])
    given = [
        one.id
        for one in question.thing.assessments
        if one.kind is AssessmentKind.QA and one.created_at == question.at
    ]
    owe_to(
        question, "quality_assigned", [question.facts["person"]],
        assessment=given[-1], held_on=event.held_on.isoformat(),
    )  # fmt: skip


ASSIGN_QA = Move(
    "assign_qa", "Arrange a quality observation", (S.CERTIFIED,), None, ("coordinates", "qa_reviewer"),
    sentence="{actor} arranged a quality observation.",
    facts=(REVIEWER, DELIVERY),
    checks=(checks.known_person(), checks.known_activity),
    guards=(
        person_reviews_quality,
        assignment.person_is_impartial(Act.QA),
        assignment.activity_can_be_observed,
        held_under_the_certification,
        observed_once,
    ),
    effect=assign_qa,
    tells=(tell_reviewer,),
    note="relations table; a QA reviewer themself, or whom the coordinator names; creates the observation",
    listed=False,
)  # fmt: skip
