"""People, their roles and where they work, as lists and pages show them."""

from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Affiliation,
    Assessment,
    Certification,
    IssuingBody,
    Organisation,
    OrganisationKey,
    Person,
    PersonKey,
    Relationship,
    RoleGrant,
)
from certify.policy import Actor, may
from certify.queries.finding import by_name, owners_page
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_country, by_name_of, by_words
from certify.scheme.words import OrganisationKind, RoleName
from certify.workflows.activity_people import ENTRY_STATES, GRANTED_STATES
from certify.workflows.grants import in_force

REGISTRARS = frozenset(
    {
        RoleName.ADMINISTRATOR,
        RoleName.COORDINATOR,
        RoleName.SCHEME_OWNER,
        RoleName.AUDITOR,
        RoleName.MASTER_TRAINER,
    }
)
READERS = REGISTRARS | {RoleName.PROVIDER}
Choices = list[tuple[str, str]]

PEOPLE = Sorting(
    PersonKey.owner_id,
    {"name": by(PersonKey.key), "country": by_country(PersonKey.country)},
    "name",
)
ORGANISATIONS = Sorting(
    OrganisationKey.owner_id,
    {
        "name": by(OrganisationKey.key),
        "kind": by_words(Organisation.kind, OrganisationKind),
        "country": by_country(OrganisationKey.country),
    },
    "name",
)
ROLES = Sorting(
    RoleGrant.id,
    {
        "name": by_name_of(PersonKey, RoleGrant.person_id),
        "role": by_words(RoleGrant.role, RoleName),
        "from": by(RoleGrant.from_on, latest_first=True),
    },
    "-from",
)


def people_page(
    session: Session,
    actor: Actor,
    on: date,
    *,
    search: str = "",
    country: str = "",
    role: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Person]:
    """The people whom the actor may see, by name; `search` is what names and addresses begin with."""
    statement = by_name(PersonKey, search).options(joinedload(PersonKey.owner).selectinload(Person.grants))
    # Who lists people finds themself by their own country; one more arm would cost the index its order.
    statement = statement.where(reached_by(actor, REGISTRARS, on, module=None, country=PersonKey.country))
    if country:
        statement = statement.where(PersonKey.country == country)
    if role:
        statement = statement.where(PersonKey.owner_id.in_(_with_role(RoleName(role), on)))
    statement, order = PEOPLE.applied(statement, sort)
    return owners_page(
        session,
        statement,
        order=order,
        cursor=cursor,
        allowed=lambda person: may(actor, "person.see", person, on),
    )


def roles_page(
    session: Session,
    actor: Actor,
    on: date,
    *,
    role: str = "",
    country: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[RoleGrant]:
    """Confirmed roles that have not ended, those that began last first unless they are sorted otherwise."""
    statement = _with_people().where(RoleGrant.confirmed_at.is_not(None), RoleGrant.ended_at.is_(None))
    if role:
        statement = statement.where(RoleGrant.role == RoleName(role))
    if country:
        statement = statement.where(RoleGrant.country == country)
    statement, order = ROLES.applied(statement, sort)
    return read_page(
        session,
        statement,
        order=order,
        cursor=cursor,
        allowed=lambda grant: may(actor, "role.list", grant, on),
    )


def proposals(session: Session, actor: Actor, on: date) -> list[RoleGrant]:
    """Roles that wait for their second person, the oldest first."""
    waiting = (
        _with_people()
        .options(joinedload(RoleGrant.proposed_by).selectinload(Person.grants))  # for roles.awaited
        .where(RoleGrant.confirmed_at.is_(None), RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.proposed_at, RoleGrant.id)
        .limit(100)
    )
    return [grant for grant in session.scalars(waiting) if may(actor, "role.list", grant, on)]


def organisations_page(
    session: Session,
    actor: Actor,
    on: date,
    *,
    search: str = "",
    kind: str = "",
    country: str = "",
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Organisation]:
    """The organisations that the actor may see, by name."""
    reached = reached_by(actor, READERS, on, module=None, country=OrganisationKey.country)
    statement = by_name(OrganisationKey, search).where(reached).options(joinedload(OrganisationKey.owner))
    statement = statement.join(OrganisationKey.owner)
    if kind:
        statement = statement.where(Organisation.kind == kind)
    if country:
        statement = statement.where(OrganisationKey.country == country)
    statement, order = ORGANISATIONS.applied(statement, sort)
    return owners_page(
        session,
        statement,
        order=order,
        cursor=cursor,
        limit=limit,
        allowed=lambda organisation: may(actor, "organisation.see", organisation, on),
    )


def bodies(session: Session) -> list[IssuingBody]:
    """Every issuing body with its delegations; there are a few dozen in the world."""
    rows = session.scalars(
        select(IssuingBody).options(selectinload(IssuingBody.delegations)).order_by(IssuingBody.code)
    )
    return list(rows)


def staff_of(session: Session, organisation: Organisation, on: date) -> list[Affiliation]:
    """Who works for an organisation on a day, by name."""
    rows = session.scalars(
        select(Affiliation)
        .join(Affiliation.person)
        .options(joinedload(Affiliation.person))
        .where(
            Affiliation.organisation_id == organisation.id,
            Affiliation.from_on <= on,
            or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
        )
        .order_by(Person.name, Person.id)
        .limit(200)
    )
    return list(rows)


def certifications_of(session: Session, actor: Actor, person: Person, on: date) -> list[Certification]:
    """The person's certifications that the actor may see."""
    rows = session.scalars(
        select(Certification).where(Certification.holder_id == person.id).order_by(Certification.module)
    )
    return [row for row in rows if may(actor, "certification.see", row, on)]


def tasks_left_by(session: Session, person: Person) -> tuple[int, int]:
    """How many open cases the person supervises, and how many sheets wait for them: left without anybody."""
    supervised = select(func.count()).where(
        Certification.supervisor_id == person.id,
        Certification.state.in_(sorted(ENTRY_STATES - GRANTED_STATES)),
    )
    sheets = select(func.count()).where(
        Assessment.assessor_id == person.id, Assessment.state.in_(["assigned", "declared"])
    )
    return session.scalar(supervised) or 0, session.scalar(sheets) or 0


def ties_of(session: Session, person: Person) -> list[Relationship]:
    """What the person declared about ties to others."""
    rows = session.scalars(
        select(Relationship)
        .options(joinedload(Relationship.other))
        .where(Relationship.declared_by_id == person.id)
        .order_by(Relationship.declared_at.desc(), Relationship.id)
    )
    return list(rows)


def issuer_choices(session: Session) -> Choices:
    """Issuing bodies to choose from."""
    return [(row.id, row.legal_name) for row in bodies(session)]


def _with_people() -> Select[RoleGrant]:
    return select(RoleGrant).options(
        joinedload(RoleGrant.person),
        joinedload(RoleGrant.proposed_by),
        joinedload(RoleGrant.confirmed_by),
        joinedload(RoleGrant.issuer),
        joinedload(RoleGrant.organisation),
    )


def _with_role(role: RoleName, on: date) -> Select[str]:
    return select(RoleGrant.person_id).where(RoleGrant.role == role, in_force(on))
