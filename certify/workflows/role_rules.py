"""Who may propose a role, and who confirms it as the second person (DESIGN.md, Policy)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import IssuingBody, Organisation, Person, RoleGrant
from certify.policy import Actor, Grant
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import RoleName
from certify.workflows.engine import Refusal
from certify.workflows.grants import grants_of, value_of

OF_CONSEQUENCE = frozenset(
    {RoleName.EXPERT_TRAINER, RoleName.MASTER_TRAINER, RoleName.COORDINATOR, RoleName.ADMINISTRATOR}
)
NEEDS_MODULE = frozenset({RoleName.EXPERT_TRAINER, RoleName.MASTER_TRAINER})
NEEDS_COUNTRY = NEEDS_MODULE | {RoleName.COORDINATOR}


@dataclass(frozen=True)
class Proposal:
    """A role as it is proposed: for whom, for what, where and how long; module or country None: all."""

    person: Person
    role: RoleName
    module: str | None
    country: str | None
    from_on: date
    until_on: date | None = None
    issuer: IssuingBody | None = None
    organisation: Organisation | None = None


def proposal_refusals(session: Session, actor: Actor, proposal: Proposal, at: datetime) -> list[Refusal]:
    """Why this person cannot propose the role now."""
    return [
        *_about_the_person(actor, proposal.person),
        *_about_the_role(proposal),
        *_about_the_proposer(actor, proposal, day_of(proposal, at)),
        *against_a_double(session, proposal),
    ]


def confirmation_refusals(session: Session, actor: Actor, grant: RoleGrant, at: datetime) -> list[Refusal]:
    """Why this person cannot confirm the proposal now; the button and the answer to it read the same."""
    return [
        *_about_the_state(grant),
        *_about_the_person(actor, grant.person),
        *_about_two_people(session, actor, grant, day_of(grant, at)),
    ]


def awaited(grant: RoleGrant, at: datetime) -> tuple[str, ...]:
    """Who can be the second person of a proposal, by role; reads the grants of the proposer's row."""
    on, proposer = day_of(grant, at), grant.proposed_by
    held = () if proposer.disabled_at is not None else proposer.grants
    given = tuple(value_of(row) for row in held if row.confirmed_at and not row.ended_at)
    return _wanted(grant.role, _parts(given, grant.module, grant.country, on))


def awaits(grant: RoleGrant, actor: Actor, at: datetime) -> bool:
    """Whether this person can be the second one: `confirmation_refusals` of the rows that `awaited` reads."""
    mine = _parts(actor.grants, grant.module, grant.country, day_of(grant, at))
    return actor.id not in (grant.proposed_by_id, grant.person_id) and not mine.isdisjoint(awaited(grant, at))


def day_of(role: Proposal | RoleGrant, at: datetime) -> date:
    """The day that an instant falls on where the role is held; in UTC when that is everywhere."""
    return day_in(at, zone_of(role.country or ""))


def _about_the_person(actor: Actor, person: Person) -> list[Refusal]:
    refusals = []
    if actor.id == person.id:
        refusals.append(Refusal(None, say("Nobody has a hand in their own role."), ("administrator",)))
    if person.disabled_at is not None:
        refusals.append(
            Refusal(None, say("The account of {name} is disabled.", name=person.name), ("administrator",))
        )
    return refusals


def _about_the_role(proposal: Proposal) -> list[Refusal]:
    reasons = []
    if proposal.role in NEEDS_MODULE and proposal.module is None:
        reasons.append(say("Name the module: this role is given module by module."))
    if proposal.role in NEEDS_COUNTRY and proposal.country is None:
        reasons.append(say("Name the country: this role is given country by country."))
    if proposal.role is RoleName.MASTER_TRAINER and proposal.issuer is None:
        reasons.append(say("A Master Trainer's appointment names the issuing body."))
    if proposal.role is RoleName.PROVIDER and proposal.organisation is None:
        reasons.append(say("Name the organisation whose coordinator this person becomes."))
    if proposal.until_on is not None and proposal.until_on < proposal.from_on:
        reasons.append(say("The last day lies before the first."))
    return [Refusal(None, reason) for reason in reasons]


def _about_the_proposer(actor: Actor, proposal: Proposal, on: date) -> list[Refusal]:
    parts = _parts(actor.grants, proposal.module, proposal.country, on)
    if proposal.role in OF_CONSEQUENCE:
        if parts:
            return []
        sentence = say("This role is proposed by an administrator, a scheme owner or a Master Trainer.")
        return [Refusal(None, sentence, ("administrator", "scheme_owner", "master_trainer"))]
    if "administrator" in parts:
        return []
    return [Refusal(None, say("This role is proposed by an administrator."), ("administrator",))]


def against_a_double(session: Session, proposal: Proposal) -> list[Refusal]:
    """Nobody has the same role twice, nor is it proposed twice."""
    same = session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.person_id == proposal.person.id,
            RoleGrant.role == proposal.role,
            RoleGrant.module.is_not_distinct_from(proposal.module),
            RoleGrant.country.is_not_distinct_from(proposal.country),
            RoleGrant.organisation_id.is_not_distinct_from(
                proposal.organisation.id if proposal.organisation else None
            ),
            RoleGrant.issuer_id.is_not_distinct_from(proposal.issuer.id if proposal.issuer else None),
            RoleGrant.ended_at.is_(None),
            or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= proposal.from_on),
        )
    )
    if same is None:
        return []
    sentence = say("{name} has this role already, or it is proposed.", name=proposal.person.name)
    return [Refusal(None, sentence)]


def _about_the_state(grant: RoleGrant) -> list[Refusal]:
    if grant.ended_at is not None:
        return [Refusal(None, say("This proposal was put aside or has ended."))]
    if grant.confirmed_at is not None:
        return [Refusal(None, say("This role is confirmed already."))]
    return []


def _about_two_people(session: Session, actor: Actor, grant: RoleGrant, on: date) -> list[Refusal]:
    mine = _parts(actor.grants, grant.module, grant.country, on)
    if actor.id == grant.proposed_by_id:
        sentence = say("You proposed this role: somebody else has to confirm it.")
        return [Refusal(None, sentence, _wanted(grant.role, mine))]
    theirs = _parts(_grants_in_office(session, grant.proposed_by, on), grant.module, grant.country, on)
    if grant.role in OF_CONSEQUENCE:
        return _administrator_and_another(mine, theirs, grant)
    if "administrator" not in theirs:
        return [_proposer_out_of_office(grant)]
    if not mine & {"administrator", "scheme_owner"}:
        sentence = say("This role is confirmed by another administrator or a scheme owner.")
        return [Refusal(None, sentence, _wanted(grant.role, theirs))]
    return []


def _administrator_and_another(mine: set[str], theirs: set[str], grant: RoleGrant) -> list[Refusal]:
    scheme = {"scheme_owner", "master_trainer"}
    if not theirs:
        return [_proposer_out_of_office(grant)]
    if ("administrator" in theirs and mine & scheme) or ("administrator" in mine and theirs & scheme):
        return []
    if "administrator" in theirs:
        sentence = say("Proposed by an administrator: a scheme owner or a Master Trainer has to confirm it.")
        return [Refusal(None, sentence, ("scheme_owner", "master_trainer"))]
    return [Refusal(None, say("An administrator has to confirm this role."), ("administrator",))]


def _proposer_out_of_office(grant: RoleGrant) -> Refusal:
    sentence = say("{name}, who proposed it, may not propose it any more.", name=grant.proposed_by.name)
    return Refusal(None, sentence, ("administrator",))


def _grants_in_office(session: Session, person: Person, on: date) -> tuple[Grant, ...]:
    return () if person.disabled_at is not None else grants_of(session, person.id, on)


def _parts(grants: tuple[Grant, ...], module: str | None, country: str | None, on: date) -> set[str]:
    """Which of the three granting roles are in force; a Master Trainer's only where it reaches."""
    offices = {
        grant.role.value
        for grant in grants
        if grant.role in (RoleName.ADMINISTRATOR, RoleName.SCHEME_OWNER) and grant.covers(on=on)
    }
    decides_here = any(
        grant.role is RoleName.MASTER_TRAINER and grant.covers(on=on, module=module, country=country)
        for grant in grants
    )
    return offices | {RoleName.MASTER_TRAINER.value} if decides_here else offices


def _wanted(role: RoleName, proposers: set[str]) -> tuple[str, ...]:
    """Who can be the second person, after somebody with these offices proposed."""
    if role not in OF_CONSEQUENCE:
        return ("administrator", "scheme_owner")
    return ("scheme_owner", "master_trainer") if "administrator" in proposers else ("administrator",)
