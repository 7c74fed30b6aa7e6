"""What the pages of an application read: its steps and what they lack, files, employers, coordinators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from certify.models import Certification, Organisation, Person, RoleGrant, StoredFile
from certify.policy import Actor
from certify.queries.sight import reached_countries
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import RoleName
from certify.workflows.application_guards import APPLICATION_FIELDS
from certify.workflows.drafts import draft_of
from certify.workflows.grants import holders, in_force

CV, PAPER = "cv", "evidence"


@dataclass(frozen=True)
class Step:
    """One short page of the application, and the fields that it asks for."""

    name: str
    label: Sentence
    fields: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields without which it cannot be submitted."""
        return tuple(name for name in self.fields if name in APPLICATION_FIELDS)


STEPS = (
    Step("background", say("Your background"), ("specialisation", "access_needs")),
    Step("experience", say("Your experience"), ("professional_years", "sme_years")),
    Step("work", say("Languages, sectors and employer"), ("languages", "sectors", "employer")),
    Step("files", say("CV and other papers")),
    Step("declarations", say("Conflicts and consents")),
)
BY_NAME = {step.name: step for step in STEPS}


@dataclass(frozen=True)
class Progress:
    """How far a step has come: done, begun or to do."""

    step: Step
    status: str


def progress_of(session: Session, certification: Certification) -> tuple[Progress, ...]:
    """Every step with how far it has come."""
    given = declared_in(session, certification)
    return tuple(Progress(step, _status(certification, step, given)) for step in STEPS)


def declared_in(session: Session, certification: Certification) -> Mapping[str, Any]:
    """The conflicts and consents that the holder stated so far."""
    kept = draft_of(session, certification, "submit", certification.holder_id)
    return kept.facts if kept is not None else {}


def _status(certification: Certification, step: Step, declared: Mapping[str, Any]) -> str:
    if step.name == "declarations":
        return "done" if declared.get("consents") else "to_do"
    if step.name == "files":
        return "done" if cv_of(certification) else "begun" if papers_of(certification) else "to_do"
    filled = {name for name in step.fields if getattr(certification, name) not in (None, "", [])}
    if filled.issuperset(step.needed):
        return "done"
    return "begun" if filled else "to_do"


def after(step: Step) -> Step | None:
    """The step that follows; None after the last."""
    following = STEPS[STEPS.index(step) + 1 :]
    return following[0] if following else None


def before(step: Step) -> Step | None:
    """The step that comes first; None before the first."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def cv_of(certification: Certification) -> StoredFile | None:
    """The CV that stands, if one was uploaded."""
    kept = _kept(certification, CV)
    return kept[-1] if kept else None


def papers_of(certification: Certification) -> tuple[StoredFile, ...]:
    """Certificates, references and whatever else the applicant added."""
    return tuple(_kept(certification, PAPER))


def _kept(certification: Certification, kind: str) -> list[StoredFile]:
    return [one for one in certification.files if one.kind == kind and one.removed_at is None]


def employers_in(session: Session, country: str) -> tuple[str, ...]:
    """The names of the organisations of a country, to choose an employer from."""
    return tuple(
        session.scalars(
            select(Organisation.name)
            .where(Organisation.country == country)
            .order_by(Organisation.name)
            .limit(500)
        )
    )


def own_organisations(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """The organisations for which the actor may nominate today, by name."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(actor.provides_for(on=on)))
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def nominating_countries(actor: Actor, on: date) -> frozenset[str] | None:
    """The countries for which the actor provides that day; None where that is everywhere."""
    return reached_countries(actor, frozenset({RoleName.PROVIDER}), on)


def home_among(countries: frozenset[str] | None, person: Person | None) -> str:
    """The country to begin with: the only one there is, or the person's own."""
    if countries is not None and len(countries) == 1:
        return next(iter(countries))
    return person.country if person and (countries is None or person.country in countries) else ""


def is_served(session: Session, module: str, country: str, on: date) -> bool:
    """Whether a national coordinator would read an application for the module in the country that day."""
    coordinators = holders([RoleName.COORDINATOR], on, module=module, country=country)
    return bool(session.scalar(select(exists(coordinators.with_only_columns(Person.id)))))


def served_countries(session: Session, on: date) -> frozenset[str] | None:
    """The countries with a national coordinator in office; None where one serves the whole world."""
    found = set(
        session.scalars(
            select(RoleGrant.country)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.role == RoleName.COORDINATOR, in_force(on), Person.disabled_at.is_(None))
            .distinct()
        )
    )
    return None if None in found else frozenset(country for country in found if country)
