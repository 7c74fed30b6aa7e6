"""Cohorts (ToE cycles): who takes which enterprises through a module, under whose supervision."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Cohort, Enterprise, Person
from certify.models.due import plan_anew
from certify.models.store import lock_case
from certify.policy import Actor, fits, may
from certify.scheme.dates import day_in
from certify.scheme.places import is_country, zone_of
from certify.scheme.sentences import say
from certify.workflows import engine
from certify.workflows.activity_people import certifications_of, cohort_certifications
from certify.workflows.cohort_checks import LONGEST_NAME, CohortWish, check, check_choosable, supervised
from certify.workflows.dossier import open_case
from certify.workflows.editions import edition_in_force
from certify.workflows.engine import Forbidden, NotVisible
from certify.workflows.facts import InvalidFacts

CREATED_BY = ("coordinates", "cohort_trainer", "cohort_supervisor", "cohorts_provider")
CHANGEABLE = ("variant", "name", "trainers", "supervisor", "enterprises")


def create_cohort(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str,
    country: str,
    variant: str | None = None,
    name: str = "",
    trainers: Iterable[str],
    supervisor: str | None = None,
    enterprises: Iterable[str] = (),
) -> Cohort:
    """Open a cohort with its case file; people and enterprises by id. Raises Forbidden, InvalidFacts.

    Rights come first: what is wrong with the others who are named is no stranger's to learn.
    """
    if not is_country(country):
        raise InvalidFacts({"country": [say("Choose one of the options.")]})
    wish = CohortWish(
        module, country, variant or None, name, tuple(trainers), supervisor or None, tuple(enterprises)
    )
    wish = supervised(session, wish)
    on = day_in(at, zone_of(country))
    cohort = Cohort(module=module, country=country, created_by_id=actor.id, created_at=at)
    _apply(session, cohort, wish)
    cohort.organisation_id = _provider(session, actor, cohort, on)
    if not fits(actor, CREATED_BY, cohort, on):
        raise Forbidden("cohort.create")
    check(session, wish, edition_in_force(session, on), present=None)
    check_choosable(session, actor, wish, on)
    cohort.case_id = open_case(session, "cohort", at).id
    session.add(cohort)
    session.flush()
    _record(session, cohort, actor, at, move="create", before=engine.NEW, facts=_facts(wish))
    return cohort


def edit_cohort(session: Session, cohort: Cohort, actor: Actor, at: datetime, **changes: Any) -> None:
    """Change some of `variant`, `name`, `trainers`, `supervisor`, `enterprises`; one event each time.

    Whoever or whatever has activities in the cohort stays in it. Raises NotVisible, Forbidden,
    InvalidFacts.
    """
    unknown: dict[str, list[str]] = {
        key: [say("There is no such field here.")] for key in changes if key not in CHANGEABLE
    }
    if unknown:
        raise InvalidFacts(unknown)
    changes = _tidied(changes)
    _lock(session, cohort, changes)
    on = day_in(at, zone_of(cohort.country))
    if not may(actor, "cohort.edit", cohort, on):
        raise (Forbidden if may(actor, "cohort.see", cohort, on) else NotVisible)("cohort.edit")
    before = _present(cohort)
    wish = supervised(session, CohortWish(**{**before.__dict__, **changes}))
    check(session, wish, edition_in_force(session, on), present=cohort)
    check_choosable(session, actor, wish, on)
    _apply(session, cohort, wish)
    session.flush()
    # Who stays is planned anew with the cohort itself.
    left = certifications_of(session, set(before.trainers) - set(wish.trainers), cohort.module)
    plan_anew(session, [one.case_id for one in left.values()])
    facts = {key: value for key, value in _facts(wish).items() if _facts(before)[key] != value}
    _record(session, cohort, actor, at, move="edit", before="open", facts=facts)


def as_changeable(cohort: Cohort) -> dict[str, Any]:
    """What `edit_cohort` can change, as it stands now; people and enterprises in the order of their ids."""
    return _facts(_present(cohort))


def _lock(session: Session, cohort: Cohort, changes: Mapping[str, Any]) -> None:
    """The cohort, then the certifications of who is in it or is to be: nobody decides on them meanwhile."""
    session.flush()
    concerned = cohort_certifications(session, cohort)
    joining = certifications_of(session, changes.get("trainers", ()), cohort.module).values()
    lock_case(session, cohort.case_id, *(one.case_id for one in (*concerned, *joining)))
    session.expire_all()


def _tidied(changes: Mapping[str, Any]) -> dict[str, Any]:
    tidied = dict(changes)
    for key in ("trainers", "enterprises"):
        if key in tidied:
            tidied[key] = tuple(tidied[key])
    for key in ("supervisor", "variant"):
        if key in tidied:
            tidied[key] = tidied[key] or None
    return tidied


def _present(cohort: Cohort) -> CohortWish:
    return CohortWish(
        module=cohort.module,
        country=cohort.country,
        variant=cohort.variant,
        name=cohort.name,
        trainers=tuple(person.id for person in cohort.trainers),
        supervisor=cohort.supervisor_id,
        enterprises=tuple(enterprise.id for enterprise in cohort.enterprises),
    )


def _apply(session: Session, cohort: Cohort, wish: CohortWish) -> None:
    cohort.variant = wish.variant
    cohort.supervisor_id = wish.supervisor
    cohort.trainers = list(session.scalars(select(Person).where(Person.id.in_(wish.trainers))))
    cohort.enterprises = list(session.scalars(select(Enterprise).where(Enterprise.id.in_(wish.enterprises))))
    names = ", ".join(sorted(person.name for person in cohort.trainers))
    cohort.name = wish.name.strip() or f"{wish.module} · {names}"[:LONGEST_NAME]


def _provider(session: Session, actor: Actor, cohort: Cohort, on: date) -> str | None:
    """The service provider whose cohort it is: among its trainers', the acting provider's first."""
    own = actor.provides_for(on=on, module=cohort.module, country=cohort.country)
    providers = list(_providers(session, cohort, on))
    return next((one for one in providers if one in own), next(iter(providers), None))


def _providers(session: Session, cohort: Cohort, on: date) -> Iterator[str]:
    """Where the trainers work on a day, and who nominated them."""
    people = sorted(cohort.trainers, key=lambda person: person.name)
    for person in people:
        for affiliation in person.affiliations:
            if affiliation.from_on <= on and (affiliation.until_on is None or on <= affiliation.until_on):
                yield affiliation.organisation_id
    for one in certifications_of(session, [person.id for person in people], cohort.module).values():
        if one.nominating_organisation_id is not None:
            yield one.nominating_organisation_id


def _facts(wish: CohortWish) -> dict[str, Any]:
    return {
        "name": wish.name,
        "variant": wish.variant,
        "trainers": sorted(wish.trainers),
        "supervisor": wish.supervisor,
        "enterprises": sorted(wish.enterprises),
    }


def _record(
    session: Session,
    cohort: Cohort,
    actor: Actor,
    at: datetime,
    *,
    move: str,
    before: str,
    facts: Mapping[str, Any],
) -> None:
    """A cohort has no moves: it is open from its creation on, and its log says what changed."""
    engine.append_event(
        session,
        case_id=cohort.case_id,
        actor=actor,
        at=at,
        subject=("cohort", cohort.id),
        move=move,
        states=(before, "open"),
        facts=facts,
    )
