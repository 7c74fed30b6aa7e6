"""Sets the stage: the edition, accounts, organisations, delegations, enterprises and roles."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from certify.demo import people, places
from certify.demo.people import Office, Somebody
from certify.demo.stage import Stage
from certify.models import Enterprise, EnterpriseContact, IssuingBody
from certify.policy import Actor
from certify.scheme.catalogue import shipped
from certify.scheme.types import Edition
from certify.scheme.words import ConsentLevel
from certify.workflows import account_holders, accounts, organisations, role_rules, roles
from certify.workflows.editions import publish

BEGINNING = 1700  # days ago


def publish_editions(session: Session, now: datetime, before: datetime) -> Edition:
    """The shipped edition, and for the years before it the same rules under an earlier name."""
    shipped_one = shipped("score-2026")
    earlier = replace(
        shipped_one,
        name="score-demo-before",
        title="The rules as the demonstration's earlier years had them",
        effective_on=before.date(),
        transition_end_on=shipped_one.effective_on,
    )
    publish(session, earlier, before)
    publish(session, shipped_one, now)
    return shipped_one


def fill(stage: Stage, password_hash: str) -> None:
    """Everybody and everything that is there before the first application."""
    at = stage.at(BEGINNING)
    _administrators(stage, password_hash, at)
    _places(stage, at)
    _accounts(stage, password_hash, at)
    _issuing(stage, at)
    _offices(stage, at)
    _enterprises(stage, at)
    _succession(stage)


def _administrators(stage: Stage, password_hash: str, at: datetime) -> None:
    for somebody, role in people.FIRST:
        person = accounts.first_administrator(
            stage.session, somebody.name, somebody.email, at, country=somebody.country, role=role
        )
        stage.people[somebody.key] = person.id
        _complete(stage, somebody, password_hash, at)


def _accounts(stage: Stage, password_hash: str, at: datetime) -> None:
    sarah = stage.actor("sarah")
    for somebody in people.PEOPLE:
        employer = stage.organisation(somebody.works_for) if somebody.works_for else None
        person = accounts.invite(
            stage.session,
            sarah,
            at,
            name=somebody.name,
            email=somebody.email,
            country=somebody.country,
            organisation=employer,
        )
        stage.people[somebody.key] = person.id
        _complete(stage, somebody, password_hash, at)


def _complete(stage: Stage, somebody: Somebody, password_hash: str, at: datetime) -> None:
    """What each one filled in when taking the account up."""
    person = stage.person(somebody.key)
    person.sex, person.language = somebody.sex, somebody.language
    account_holders.set_password(stage.session, person, password_hash, at)


def _places(stage: Stage, at: datetime) -> None:
    for provider in places.PROVIDERS:
        stage.organisations[provider.key] = organisations.found(
            stage.session,
            at,
            name=provider.name,
            kind=provider.kind,
            country=provider.country,
            agreement_from_on=at.date(),
            agreement_until_on=None,
        ).id


def _issuing(stage: Stage, at: datetime) -> None:
    owner = stage.actor("claire", fresh=True)
    for one in places.BODIES:
        body = organisations.open_body(
            stage.session,
            owner,
            at,
            code=f"score-{one.key}",
            legal_name=one.legal_name,
            country=one.country,
            zone=one.zone,
        )
        stage.bodies[one.key] = body.id
        for country, modules, instrument in one.delegations:
            organisations.delegate(
                stage.session,
                owner,
                body,
                at,
                country=country,
                modules=modules,
                from_on=at.date(),
                until_on=None,
                instrument=instrument,
                may_recognise=True,
            )


def _succession(stage: Stage) -> None:
    """A body that was closed: what it issued stays good, and its certificates say who answers for it now."""
    before, after, days = places.SUCCEEDED
    at = stage.at(days)
    organisations.succeed(
        stage.session,
        stage.actor("claire"),
        stage.session.get_one(IssuingBody, stage.bodies[before]),
        at,
        successor_id=stage.bodies[after],
        from_on=at.date(),
    )


def _offices(stage: Stage, at: datetime) -> None:
    """Each role by two people: proposed by an administrator, confirmed by the second of the two."""
    sarah, claire = stage.actor("sarah", fresh=True), stage.actor("claire", fresh=True)
    for office in people.OFFICES:
        _give(stage, office, sarah, claire, at)
    for office in people.OFFICES:
        stage.actor(office.key, fresh=True)


def _give(stage: Stage, office: Office, first: Actor, second: Actor, at: datetime) -> None:
    for module in office.modules or (None,):
        proposal = role_rules.Proposal(
            person=stage.person(office.key),
            role=office.role,
            module=module,
            country=office.country,
            from_on=at.date(),
            issuer=stage.body(office.issuer) if office.issuer else None,
            organisation=stage.organisation(office.provider) if office.provider else None,
        )
        grant = roles.propose(stage.session, first, proposal, at)
        roles.confirm(stage.session, second, grant, at)


def _enterprises(stage: Stage, at: datetime) -> None:
    for factory in places.FACTORIES:
        enterprise = Enterprise(
            name=factory.name,
            country=factory.country,
            sector=factory.sector,
            size=factory.size,
            consent=ConsentLevel.NAMED,
            created_at=at,
            created_by_id=stage.people["lananh"],
        )
        stage.session.add(enterprise)
        stage.session.flush()
        stage.enterprises[factory.key] = enterprise.id
        _contact(stage, factory, enterprise, at)


def _contact(stage: Stage, factory: places.Factory, enterprise: Enterprise, at: datetime) -> None:
    """Most contacts have no account and answer the mailed link; one has."""
    person = stage.person(factory.contact) if factory.contact in stage.people else None
    contact = EnterpriseContact(
        enterprise_id=enterprise.id,
        name=person.name if person else factory.contact,
        email=person.email if person else f"contact@{factory.key}.example",
        language=factory.language,
        person_id=person.id if person else None,
        created_at=at,
    )
    stage.session.add(contact)
    stage.session.flush()
    stage.contacts[factory.key] = Actor(
        id=person.id if person else "", name=contact.name, contact_of=frozenset({enterprise.id})
    )
