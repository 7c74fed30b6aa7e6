"""Who and what can be chosen in the forms of cohorts and activities: (id, name), by name."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Certification,
    Cohort,
    Enterprise,
    EnterpriseKey,
    Organisation,
    OrganisationKey,
    Person,
    PersonKey,
)
from certify.models.search import WRITTEN
from certify.policy import Actor, may
from certify.queries import certifications
from certify.queries.enterprises import concerns, with_readers
from certify.queries.finding import found_ids
from certify.scheme.folding import fold
from certify.scheme.words import CertificationState, RoleName
from certify.workflows.co_facilitators import co_facilitators
from certify.workflows.grants import holders

Choices = list[tuple[str, str]]
MOST = 200  # that one list offers; beyond it, the first letters of the name narrow the list

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
    session: Session,
    actor: Actor,
    module: str,
    country: str,
    on: date,
    *,
    cohort: Cohort | None = None,
    find: str = "",
    keep: Collection[str] = (),
) -> Choices:
    """Candidates and certified trainers of the module in the country whose case the actor may see.

    The first MOST by name, of those whose name `find` finds, and those to `keep`. Whoever is in the
    cohort already can be chosen too, or saving it would drop them unseen.
    """
    asked = (
        select(Certification)
        .join(PersonKey, PersonKey.owner_id == Certification.holder_id)
        .where(
            Certification.module == module,
            Certification.country == country,
            Certification.state.in_(DELIVERING),
            certifications.concerns(actor, on),
            PersonKey.sort == WRITTEN,
            _wanted(Certification.holder_id, PersonKey, find, keep),
        )
        .order_by(*_chosen_first(Certification.holder_id, keep), PersonKey.key, Certification.id)
        .limit(MOST + len(keep))
    )
    rows = session.scalars(certifications.with_readers(asked)).unique()
    seen = [each.holder for each in rows if may(actor, "certification.see", each, on)]
    return _by_name([*seen, *(cohort.trainers if cohort else ())])


def enterprises(
    session: Session,
    actor: Actor,
    country: str,
    on: date,
    *,
    cohort: Cohort | None = None,
    find: str = "",
    keep: Collection[str] = (),
) -> Choices:
    """The enterprises of the country that the actor may see, and those of the cohort; MOST of them."""
    asked = (
        select(Enterprise)
        .join(EnterpriseKey, EnterpriseKey.owner_id == Enterprise.id)
        .where(
            EnterpriseKey.country == country,
            EnterpriseKey.sort == WRITTEN,
            concerns(actor, on),
            _wanted(Enterprise.id, EnterpriseKey, find, keep),
        )
        .order_by(*_chosen_first(Enterprise.id, keep), EnterpriseKey.key, Enterprise.id)
        .limit(MOST + len(keep))
    )
    rows = session.scalars(with_readers(asked))
    seen = [row for row in rows if may(actor, "enterprise.see", row, on)]
    return _by_name([*seen, *(cohort.enterprises if cohort else ())])


def organisations(
    session: Session, *, within: Collection[str] | None = None, find: str = "", keep: str = ""
) -> Choices:
    """Organisations to choose from, by name, MOST of them; only those of `within` when given."""
    asked = (
        select(Organisation)
        .join(OrganisationKey, OrganisationKey.owner_id == Organisation.id)
        .where(
            OrganisationKey.sort == WRITTEN,
            _wanted(Organisation.id, OrganisationKey, find, [keep]),
        )
        .order_by(Organisation.id != keep, OrganisationKey.key, Organisation.id)
        .limit(MOST + 1)
    )
    if within is not None:
        asked = asked.where(Organisation.id.in_(within))
    return [(row.id, row.name) for row in session.scalars(asked)]


def _wanted(column: Any, keys: Any, find: str, keep: Collection[str]) -> ColumnElement[bool]:
    """Whom a search finds and who was chosen already; everybody when nothing is searched for."""
    if not find.strip():
        return true()
    return or_(column.in_(found_ids(keys, find)), column.in_(list(keep)))


def _chosen_first(column: Any, keep: Collection[str]) -> list[Any]:
    """What was chosen is never cut off by the length of the list."""
    return [column.in_(list(keep)).desc()] if keep else []


def _by_name(rows: Sequence[Person | Enterprise]) -> Choices:
    named = {row.id: row.name for row in rows}
    return sorted(named.items(), key=_by_fold)


__all__ = ["MOST", "Choices", "enterprises", "expert_trainers", "organisations", "trainers"]


def teachers(session: Session, module: str, country: str, on: date) -> Choices:
    """Who can teach at a ToT on a day: Expert Trainers, and beside them the candidates for a licence."""
    learning = session.scalars(co_facilitators(module, country)).all()
    return sorted({*expert_trainers(session, module, country, on), *_by_name(learning)}, key=_by_fold)


def _by_fold(choice: tuple[str, str]) -> tuple[str, str]:
    return fold(choice[1]), choice[0]


def facilitators(session: Session, event: Activity) -> Choices:
    """Who can teach at a ToT event: Expert Trainers on its first day, and whoever does already."""
    known = [entry.person for entry in event.people]
    qualified = teachers(session, event.module, event.country, event.held_on)
    return sorted(
        {**dict(qualified), **{person.id: person.name for person in known}}.items(),
        key=lambda choice: (choice[1], choice[0]),
    )
