"""Who and what can be chosen in the forms of cohorts and activities: (id, name), by name."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, Cohort, Enterprise, Person
from certify.policy import Actor, may
from certify.queries.enterprises import concerns, with_readers
from certify.scheme.words import CertificationState, RoleName
from certify.workflows.roles import holders

Choices = list[tuple[str, str]]

DELIVERING = (
    CertificationState.ADMITTED,
    CertificationState.TRAINING,
    CertificationState.CLASSROOM_DELIVERY,
    CertificationState.SUPERVISED_VISITS,
    CertificationState.ASSESSMENT,
    CertificationState.MORE_PRACTICE,
    CertificationState.RECOMMENDED,
    CertificationState.CERTIFIED,
    CertificationState.ON_HOLD,
)


def expert_trainers(session: Session, module: str, country: str, on: date) -> Choices:
    """Everybody who holds Expert Trainer status for the module and country on that day."""
    people = holders([RoleName.EXPERT_TRAINER], on, module=module, country=country)
    return _by_name(session.scalars(people).all())


def trainers(
    session: Session, actor: Actor, module: str, country: str, on: date, *, cohort: Cohort | None = None
) -> Choices:
    """Candidates and certified trainers of the module in the country whose case the actor may see.

    Whoever is in the cohort already can be chosen too, or saving it would drop them unseen.
    """
    certifications = session.scalars(
        select(Certification).where(
            Certification.module == module,
            Certification.country == country,
            Certification.state.in_(DELIVERING),
        )
    )
    seen = [each.holder for each in certifications if may(actor, "certification.see", each, on)]
    return _by_name([*seen, *(cohort.trainers if cohort else ())])


def enterprises(
    session: Session, actor: Actor, country: str, on: date, *, cohort: Cohort | None = None
) -> Choices:
    """The enterprises of the country that the actor may see, and those of the cohort."""
    asked = select(Enterprise).where(Enterprise.country == country, concerns(actor, on))
    rows = session.scalars(with_readers(asked))
    seen = [row for row in rows if may(actor, "enterprise.see", row, on)]
    return _by_name([*seen, *(cohort.enterprises if cohort else ())])


def _by_name(rows: Sequence[Person | Enterprise]) -> Choices:
    named = {row.id: row.name for row in rows}
    return sorted(named.items(), key=lambda choice: (choice[1], choice[0]))


__all__ = ["Choices", "enterprises", "expert_trainers", "trainers"]


def facilitators(session: Session, event: Activity) -> Choices:
    """Who can teach at a ToT event: Expert Trainers on its first day, and whoever does already."""
    known = [entry.person for entry in event.people]
    qualified = expert_trainers(session, event.module, event.country, event.held_on)
    return sorted(
        {**dict(qualified), **{person.id: person.name for person in known}}.items(),
        key=lambda choice: (choice[1], choice[0]),
    )
