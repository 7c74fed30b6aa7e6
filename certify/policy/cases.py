"""Rights in a case: whose it is, who supervises, observes, screens, assesses or decides in it."""

from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.policy.scope import certification_of, expert, master
from certify.scheme.words import CertificationState, RoleName


def holder(actor: Actor, thing: Any, on: date) -> bool:
    case = certification_of(thing)
    return case is not None and case.holder_id == actor.id


def assigned_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    case = certification_of(thing)
    return case is not None and case.supervisor_id == actor.id


def case_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    return assigned_supervisor(actor, thing, on) and expert(actor, certification_of(thing), on)


def observer(actor: Actor, thing: Any, on: date) -> bool:
    case = certification_of(thing)
    return case is not None and actor.id in case.observer_ids


def screener(actor: Actor, thing: Any, on: date) -> bool:
    case = certification_of(thing)
    return case is not None and actor.id in case.screener_ids


def practice_asker(actor: Actor, thing: Any, on: date) -> bool:
    """The Expert Trainer while assessing, the Master Trainer once recommended."""
    if thing.state == CertificationState.ASSESSMENT:
        return case_supervisor(actor, thing, on)
    if thing.state == CertificationState.RECOMMENDED:
        return master(actor, thing, on)
    return case_supervisor(actor, thing, on) or master(actor, thing, on)


def nominator(actor: Actor, thing: Any, on: date) -> bool:
    return (
        getattr(thing, "nominating_organisation_id", None) in actor.organisations
        and thing.nominating_organisation_id is not None
        and actor.holds(RoleName.PROVIDER, on=on)
    )


def own_provider(actor: Actor, thing: Any, on: date) -> bool:
    """The coordinator of the service provider that nominated or now employs the holder."""
    case = certification_of(thing)
    if case is None or not actor.holds(RoleName.PROVIDER, on=on):
        return False
    return nominator(actor, case, on) or any(
        affiliation.organisation_id in actor.organisations
        and affiliation.from_on <= on
        and (affiliation.until_on is None or on <= affiliation.until_on)
        for affiliation in case.holder.affiliations
    )


def assessor(actor: Actor, thing: Any, on: date) -> bool:
    if getattr(thing, "assessor_id", None) != actor.id:
        return False
    return thing.kind == "screening" or expert(actor, certification_of(thing), on)


def named_assessor(actor: Actor, thing: Any, on: date) -> bool:
    return getattr(thing, "assessor_id", None) == actor.id


def enterprise_contact(actor: Actor, thing: Any, on: date) -> bool:
    enterprise = getattr(thing, "enterprise_id", None) or (thing.id if hasattr(thing, "contacts") else None)
    return enterprise is not None and enterprise in actor.contact_of


def person_id(thing: Any) -> Any:
    return getattr(thing, "person_id", None) or getattr(thing, "id", None)


def themself(actor: Actor, thing: Any, on: date) -> bool:
    return thing is not None and person_id(thing) == actor.id


def made_it(actor: Actor, thing: Any, on: date) -> bool:
    return thing is not None and getattr(thing, "created_by_id", None) == actor.id


def anyone(actor: Actor, thing: Any, on: date) -> bool:
    return bool(actor.id)


def clock(actor: Actor, thing: Any, on: date) -> bool:
    return actor.is_clock
