"""Roles are given by two people: one proposes, another one confirms; and each ends (DESIGN.md, Policy)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Person, RoleGrant
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.scheme.words import RoleName
from certify.workflows.engine import Refusal, Refused
from certify.workflows.grants import holders
from certify.workflows.notices import owe
from certify.workflows.role_rules import (
    Proposal,
    against_a_double,
    confirmation_refusals,
    day_of,
    proposal_refusals,
)


def propose(session: Session, actor: Actor, proposal: Proposal, at: datetime) -> RoleGrant:
    """Propose a role; it gives no right until a second person confirms it. Raises Refused."""
    _stop(proposal_refusals(session, actor, proposal, at))
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
            yield Refusal(None, say(words, who=session.get_one(Person, by).name, day=day_of(grant, at)))


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
    _stop(against_a_double(session, same))
    grant.ended_at = grant.ended_by_id = None


def _stop(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(refusals)


def _tell_confirmers(session: Session, grant: RoleGrant, proposer: Actor, at: datetime) -> None:
    # The queue of proposals shows it to Master Trainers.
    offices = (RoleName.ADMINISTRATOR, RoleName.SCHEME_OWNER)
    for person in session.scalars(holders(offices, day_of(grant, at))):
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
