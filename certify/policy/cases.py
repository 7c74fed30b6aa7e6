"""Rights in a case: whose it is, who supervises, observes, screens, assesses or decides in it."""

from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.policy.scope import certification_of, expert, holds_role, master
from certify.scheme.words import AssessmentKind, AssessmentState, CertificationState, RoleName

reviews_quality = holds_role(RoleName.QA_REVIEWER)
_HANDED_IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
_DELIVERING = (RoleName.COORDINATOR, RoleName.PROVIDER, RoleName.EXPERT_TRAINER)


def holder(actor: Actor, thing: Any, on: date) -> bool:
    case = certification_of(thing)
    return case is not None and case.holder_id == actor.id


def assigned_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    """Named in the case: enough to see it, also when the status has ended since."""
    case = certification_of(thing)
    return case is not None and case.supervisor_id == actor.id


def case_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    """Named in the case, and an Expert Trainer for it that day: who may act."""
    return assigned_supervisor(actor, thing, on) and expert(actor, certification_of(thing), on)


def observer(actor: Actor, thing: Any, on: date) -> bool:
    """Has an observation in the case that was not voided, done or not."""
    case = certification_of(thing)
    return case is not None and actor.id in case.observer_ids


def screener(actor: Actor, thing: Any, on: date) -> bool:
    """Has a screening sheet in the case that was not voided, done or not."""
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
    """Acts that day for the service provider that nominated the holder."""
    return getattr(thing, "nominating_organisation_id", None) in _providers(actor, thing, on)


def own_provider(actor: Actor, thing: Any, on: date) -> bool:
    """The coordinator of the service provider that nominated or now employs the holder.

    An unconfirmed nomination is not seen: it would tell whom an address belongs to.
    """
    case = certification_of(thing)
    if case is None or _is_unconfirmed(case) or not (providers := _providers(actor, case, on)):
        return False
    return nominator(actor, case, on) or _works_for(case.holder, providers, on)


def _works_for(person: Any, organisations: frozenset[str], on: date) -> bool:
    return any(
        affiliation.organisation_id in organisations
        and affiliation.from_on <= on
        and (affiliation.until_on is None or on <= affiliation.until_on)
        for affiliation in person.affiliations
    )


def employer(actor: Actor, thing: Any, on: date) -> bool:
    """Acts that day for the service provider that the person works for; without a person, for any."""
    providers = actor.provides_for(on=on)
    return bool(providers) and (thing is None or _works_for(thing, providers, on))


def _is_unconfirmed(case: Any) -> bool:
    return (
        case.state == CertificationState.DRAFT
        and case.nominated_by_id is not None
        and case.nomination_confirmed_at is None
    )


def _providers(actor: Actor, thing: Any, on: date) -> frozenset[str]:
    """The service providers that the actor acts for that day, for the thing's module and country."""
    return actor.provides_for(
        on=on, module=getattr(thing, "module", None), country=getattr(thing, "country", None)
    )


def assessor(actor: Actor, thing: Any, on: date) -> bool:
    """Whose sheet it is, and for an observation an Expert Trainer (for quality: a QA reviewer) that day."""
    if getattr(thing, "assessor_id", None) != actor.id:
        return False
    if thing.kind == AssessmentKind.QA:
        return reviews_quality(actor, certification_of(thing), on)
    return thing.kind == AssessmentKind.SCREENING or expert(actor, certification_of(thing), on)


def named_assessor(actor: Actor, thing: Any, on: date) -> bool:
    """Whose sheet it is: enough to read it, also when the status has ended since."""
    return getattr(thing, "assessor_id", None) == actor.id


def fellow_observer(actor: Actor, thing: Any, on: date) -> bool:
    """The other observer of the same event, once both sheets are in."""
    if thing.kind != AssessmentKind.OBSERVATION or thing.state not in _HANDED_IN:
        return False
    return any(
        other.assessor_id == actor.id
        and other.kind == thing.kind
        and other.activity_id == thing.activity_id
        and other.state in _HANDED_IN
        for other in thing.certification.assessments
    )


def enterprise_contact(actor: Actor, thing: Any, on: date) -> bool:
    """Answers for the enterprise, or for the one in which an activity took place."""
    enterprise = getattr(thing, "enterprise_id", None) or (thing.id if hasattr(thing, "contacts") else None)
    return enterprise is not None and enterprise in actor.contact_of


def person_id(thing: Any) -> Any:
    """Whom a thing is about: a role's or an affiliation's person, or the person's own row."""
    return getattr(thing, "person_id", None) or getattr(thing, "id", None)


def themself(actor: Actor, thing: Any, on: date) -> bool:
    return thing is not None and person_id(thing) == actor.id


def made_it(actor: Actor, thing: Any, on: date) -> bool:
    return thing is not None and getattr(thing, "created_by_id", None) == actor.id


def anyone(actor: Actor, thing: Any, on: date) -> bool:
    """Signed in: neither a visitor nor the clock."""
    return bool(actor.id)


def delivers(actor: Actor, thing: Any, on: date) -> bool:
    """Has to do with delivery: runs it by a role, somewhere, or is admitted or certified to deliver."""
    return actor.on_path or any(actor.holds(role, on=on) for role in _DELIVERING)


def case_holder(actor: Actor, thing: Any, on: date) -> bool:
    """Has a case of their own, open or closed."""
    return actor.has_case


def clock(actor: Actor, thing: Any, on: date) -> bool:
    return actor.is_clock
