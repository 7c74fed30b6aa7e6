"""What the clock will say in a case, as its pages tell it ahead: to whom, when, and what stops it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from certify.models import Certification, Cohort, CohortTrainer, Person
from certify.policy import Actor
from certify.reminders.points import Planned, planned_in_case, planned_in_cohort
from certify.reminders.texts import subject_of
from certify.scheme.rules.reminding import LOOK_AGAIN
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import RoleName

# What stops a reminder, as people say it.
STOPPED_BY = {
    "submitted": say("when the application is submitted"),
    "sheet_submitted": say("when the sheet is handed in"),
    "tot_held": say("when the training is held"),
    "classroom_held": say("when a classroom workshop is held"),
    "visits_complete": say("when every enterprise had its visits"),
    "visit_confirmed": say("when the enterprise has answered"),
    "report_submitted": say("when the report is submitted"),
    "observation_submitted": say("when the checklist is handed in"),
    "recommended": say("when you recommend or ask for more practice"),
    "decided": say("when the case is decided"),
    "practice_resumed": say("when practice is taken up"),
    "cycle_delivered": say("when a cycle is delivered"),
    "code_of_conduct_signed": say("when the code of conduct is signed"),
    "renewal_filed": say("when a renewal is filed"),
    "suspension_ended": say("when the suspension ends"),
    "renewal_reviewed": say("when the renewal is reviewed"),
    "renewal_decided": say("when the renewal is decided"),
}


@dataclass(frozen=True)
class Foreseen:
    """A message that will come unless it is settled before: to whom, when, about what, until when.

    `recipient` is the person, `role` the role whose holders are told; `name` the person's, None for a role.
    """

    kind: str
    subject: str
    about_on: date
    due_at: datetime
    recipient: str | None
    role: str | None
    name: str | None
    escalates: bool
    stopped_by: Sentence
    certification: str | None
    case_id: str

    def is_for(self, actor: Actor, on: date, *, module: str, country: str) -> bool:
        """Whether somebody will read it: by name, or by the role that they have that day."""
        if self.recipient is not None:
            return self.recipient == actor.id
        return self.role in set(RoleName) and actor.holds(
            RoleName(self.role or ""), on=on, module=module, country=country
        )


def foreseen(session: Session, case: Certification, at: datetime) -> tuple[Foreseen, ...]:
    """Every message of a case that lies ahead, its visits' too, as things stand; the next one first."""
    planned = list(planned_in_case(session, case, at))
    owners = {case.case_id: planned}
    for cohort in session.scalars(of_cohorts(Cohort).where(Certification.id == case.id).order_by(Cohort.id)):
        owners[cohort.case_id] = list(planned_in_cohort(session, cohort, at))
    ahead = [
        (one, case_id)
        for case_id, each in owners.items()
        for one in each
        if one.due_at > at and one.point.reminder != LOOK_AGAIN
    ]
    ids = {one.point.person for one, _ in ahead if one.point.person}
    people = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {row.id: row.name for row in people}
    found = (_foreseen(one, case_id, names) for one, case_id in ahead)
    return tuple(sorted(found, key=lambda one: (one.due_at, one.kind, one.recipient or one.role or "")))


def of_cohorts(*columns: Any) -> Select[Any]:
    """Of certifications and the cohorts of their module that their holders take part in as trainers."""
    return (
        select(*columns)
        .select_from(Certification)
        .join(CohortTrainer, CohortTrainer.person_id == Certification.holder_id)
        .join(Cohort, and_(Cohort.id == CohortTrainer.cohort_id, Cohort.module == Certification.module))
    )


def _foreseen(one: Planned, case_id: str, names: dict[str, str]) -> Foreseen:
    person = one.point.person
    return Foreseen(
        kind=one.kind,
        subject=subject_of(one.kind, one.params),
        about_on=one.point.about_on,
        due_at=one.due_at,
        recipient=person,
        role=one.point.role,
        name=names.get(person) if person else None,
        escalates=one.point.escalates,
        stopped_by=STOPPED_BY[one.point.stops_when],
        certification=one.certification_id,
        case_id=case_id,
    )
