"""Roles are given by two people: who may propose, who may confirm, when one ends (DESIGN.md, Policy)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from certify.models import Certification, ExpertLicence, IssuingBody, Organisation, Person, RoleGrant
from certify.models.store import rows_of
from certify.policy import Actor, Grant
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState, LicenceState, RoleName
from certify.workflows.engine import Refusal, Refused
from certify.workflows.notices import owe

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


def _stands(since: Any) -> ColumnElement[bool]:
    """A role given with a licence goes with it, and with the certification that the licence rests on."""
    licensed = (
        select(ExpertLicence.id)
        .join(Certification, Certification.id == ExpertLicence.certification_id)
        .where(
            ExpertLicence.id == RoleGrant.licence_id,
            ExpertLicence.state == LicenceState.GRANTED,
            Certification.state == CertificationState.CERTIFIED,
            Certification.valid_until >= since,
        )
    )
    return or_(RoleGrant.licence_id.is_(None), licensed.exists())


_GRANTS = (  # as the policy's Grant has them
    select(
        RoleGrant.role,
        RoleGrant.module,
        RoleGrant.country,
        RoleGrant.from_on,
        RoleGrant.until_on,
        RoleGrant.issuer_id,
        RoleGrant.organisation_id,
    )
    .where(
        RoleGrant.person_id == bindparam("person"),
        RoleGrant.confirmed_at.is_not(None),
        RoleGrant.ended_at.is_(None),
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= bindparam("since")),
        _stands(bindparam("since")),
    )
    .order_by(RoleGrant.proposed_at, RoleGrant.id)
)


def grants_of(session: Session, person_id: str, on: date) -> tuple[Grant, ...]:
    """A person's confirmed roles in force on a day or later, as values for the policy.

    The day before still counts: somewhere west of Greenwich it is not over, and the policy asks
    each grant again with the case's own day.
    """
    return tuple(
        Grant(*row) for row in rows_of(session, _GRANTS, person=person_id, since=on - timedelta(days=1))
    )


def in_force(on: date) -> ColumnElement[bool]:
    """Grants that two people gave, that nobody ended, whose days include this one and whose licence, if they
    came with one, stands: as SQL."""
    return and_(
        RoleGrant.confirmed_at.is_not(None),
        RoleGrant.ended_at.is_(None),
        RoleGrant.from_on <= on,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= on),
        _stands(on),
    )


def holders(
    roles: Collection[RoleName], on: date, *, module: str | None = None, country: str | None = None
) -> Select[Person]:
    """Who holds one of the roles on a day for a module and country (None asks about any), by name."""
    held = select(RoleGrant.person_id).where(RoleGrant.role.in_(sorted(roles)), in_force(on))
    if module is not None:
        held = held.where(or_(RoleGrant.module.is_(None), RoleGrant.module == module))
    if country is not None:
        held = held.where(or_(RoleGrant.country.is_(None), RoleGrant.country == country))
    return (
        select(Person)
        .where(Person.id.in_(held), Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )


def value_of(row: RoleGrant) -> Grant:
    """A grant as the policy knows it."""
    return Grant(
        role=row.role,
        module=row.module,
        country=row.country,
        from_on=row.from_on,
        until_on=row.until_on,
        issuer=row.issuer_id,
        organisation=row.organisation_id,
    )


def propose(session: Session, actor: Actor, proposal: Proposal, at: datetime) -> RoleGrant:
    """Propose a role; it gives no right until a second person confirms it. Raises Refused."""
    _stop(
        _about_the_person(actor, proposal.person),
        _about_the_role(proposal),
        _about_the_proposer(actor, proposal, _day(proposal, at)),
        _about_a_double(session, proposal),
    )
    grant = RoleGrant(
        person=proposal.person,
        role=proposal.role,
        module=proposal.module,
        country=proposal.country,
        from_on=proposal.from_on,
        until_on=proposal.until_on,
        issuer_id=proposal.issuer.id if proposal.issuer else None,
        organisation_id=proposal.organisation.id if proposal.organisation else None,
        proposed_by_id=actor.id,
        proposed_at=at,
    )
    session.add(grant)
    session.flush()
    _tell_confirmers(session, grant, actor, at)
    return grant


def confirmation_refusals(session: Session, actor: Actor, grant: RoleGrant, at: datetime) -> list[Refusal]:
    """Why this person cannot confirm the proposal now; the button and the answer to it read the same."""
    return [
        *_about_the_state(grant),
        *_about_the_person(actor, grant.person),
        *_about_two_people(session, actor, grant, _day(grant, at)),
    ]


def awaited(grant: RoleGrant, at: datetime) -> tuple[str, ...]:
    """Who can be the second person of a proposal, by role; reads the grants of the proposer's row."""
    on, proposer = _day(grant, at), grant.proposed_by
    held = () if proposer.disabled_at is not None else proposer.grants
    given = tuple(value_of(row) for row in held if row.confirmed_at and not row.ended_at)
    return _wanted(grant.role, _parts(given, grant.module, grant.country, on))


def awaits(grant: RoleGrant, actor: Actor, at: datetime) -> bool:
    """Whether this person can be the second one: `confirmation_refusals` of the rows that `awaited` reads."""
    mine = _parts(actor.grants, grant.module, grant.country, _day(grant, at))
    return actor.id not in (grant.proposed_by_id, grant.person_id) and not mine.isdisjoint(awaited(grant, at))


def confirm(session: Session, actor: Actor, grant: RoleGrant, at: datetime) -> RoleGrant:
    """The second person's yes: the role is in force from its first day. Raises Refused."""
    _stop(confirmation_refusals(session, actor, grant, at))
    grant.confirmed_by_id = actor.id
    grant.confirmed_at = at
    owe(
        session,
        key=f"role_granted:{grant.id}",
        kind="role_granted",
        recipient=grant.person,
        at=at,
        params={"role": grant.role.value, "by": actor.name},
    )
    session.flush()
    return grant


def end(session: Session, actor: Actor, grant: RoleGrant, at: datetime) -> RoleGrant:
    """End a role at once, or put a proposal aside; what was done with it stays done. Raises Refused."""
    if grant.ended_at is not None:
        raise Refused([Refusal(None, say("This role has already ended."))])
    grant.ended_by_id = actor.id
    grant.ended_at = at
    if grant.confirmed_at is not None:
        owe(
            session,
            key=f"role_ended:{grant.id}",
            kind="role_ended",
            recipient=grant.person,
            at=at,
            params={"role": grant.role.value, "by": actor.name},
        )
    session.flush()
    return grant


def done_with(session: Session, grant: RoleGrant) -> Iterator[Refusal]:
    """Who decided what of a proposal, and when: for whoever comes after them."""
    for by, at, words in (
        (grant.confirmed_by_id, grant.confirmed_at, "{who} confirmed this role on {day}."),
        (grant.ended_by_id, grant.ended_at, "{who} ended this role on {day}."),
    ):
        if by is not None and at is not None:
            yield Refusal(None, say(words, who=session.get_one(Person, by).name, day=_day(grant, at)))


def take_up_again(session: Session, grant: RoleGrant) -> None:
    """A proposal that was put aside waits again, unless it was made anew meanwhile. Raises Refused."""
    if grant.confirmed_at is not None:
        raise Refused([Refusal(None, say("This role is confirmed already."))])
    same = Proposal(
        person=grant.person,
        role=grant.role,
        module=grant.module,
        country=grant.country,
        from_on=grant.from_on,
        until_on=grant.until_on,
        issuer=grant.issuer,
        organisation=grant.organisation,
    )
    _stop(_about_a_double(session, same))
    grant.ended_at = grant.ended_by_id = None


def _day(role: Proposal | RoleGrant, at: datetime) -> date:
    """The day that an instant falls on where the role is held; in UTC when that is everywhere."""
    return day_in(at, zone_of(role.country or ""))


def _stop(*reasons: list[Refusal]) -> None:
    refusals = [refusal for some in reasons for refusal in some]
    if refusals:
        raise Refused(refusals)


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


def _about_a_double(session: Session, proposal: Proposal) -> list[Refusal]:
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


def _tell_confirmers(session: Session, grant: RoleGrant, proposer: Actor, at: datetime) -> None:
    # The queue of proposals shows it to Master Trainers.
    offices = (RoleName.ADMINISTRATOR, RoleName.SCHEME_OWNER)
    for person in session.scalars(holders(offices, _day(grant, at))):
        if person.id in (proposer.id, grant.person_id):
            continue
        owe(
            session,
            key=f"role_proposed:{grant.id}:{person.id}",
            kind="role_proposed",
            recipient=person,
            at=at,
            params={
                "grant": grant.id,
                "person": grant.person.name,
                "role": grant.role.value,
                "by": proposer.name,
            },
        )
