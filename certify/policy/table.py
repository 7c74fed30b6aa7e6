"""The table of rights: named predicates over an actor and a thing, read per case, never per account."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.scheme.words import CertificationState, RoleName

Holds = Callable[[Actor, Any, date], bool]


@dataclass(frozen=True)
class Predicate:
    """One named right: `role` is the word shown for those who fit it."""

    name: str
    role: str
    text: str
    holds: Holds


def _certification(thing: Any) -> Any:
    """The certification that a thing belongs to, or None: an assessment, file or log entry has one."""
    return thing if hasattr(thing, "holder_id") else getattr(thing, "certification", None)


def _case(thing: Any) -> Any:
    """Where module and country of a thing stand: its own, its certification's or its activity's."""
    if hasattr(thing, "country"):
        return thing
    return _certification(thing) or getattr(thing, "activity", None)


def _activity(thing: Any) -> Any:
    return thing if hasattr(thing, "held_on") and hasattr(thing, "people") else getattr(thing, "activity", None)


def _cohort(thing: Any) -> Any:
    if hasattr(thing, "trainers"):
        return thing
    activity = _activity(thing)
    return activity.cohort if activity is not None else None


def _role(role: RoleName) -> Holds:
    """In force for the module and country of the thing; without a thing, in force anywhere."""

    def holds(actor: Actor, thing: Any, on: date) -> bool:
        case = _case(thing)
        if thing is not None and case is None:
            return False
        return actor.holds(
            role, on=on, module=getattr(case, "module", None), country=getattr(case, "country", None)
        )

    return holds


_expert = _role(RoleName.EXPERT_TRAINER)
_master = _role(RoleName.MASTER_TRAINER)


def _holder(actor: Actor, thing: Any, on: date) -> bool:
    case = _certification(thing)
    return case is not None and case.holder_id == actor.id


def _assigned_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    case = _certification(thing)
    return case is not None and case.supervisor_id == actor.id


def _case_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    return _assigned_supervisor(actor, thing, on) and _expert(actor, _certification(thing), on)


def _observer(actor: Actor, thing: Any, on: date) -> bool:
    case = _certification(thing)
    return case is not None and actor.id in case.observer_ids


def _screener(actor: Actor, thing: Any, on: date) -> bool:
    case = _certification(thing)
    return case is not None and actor.id in case.screener_ids


def _practice_asker(actor: Actor, thing: Any, on: date) -> bool:
    """The Expert Trainer while assessing, the Master Trainer once recommended."""
    if thing.state == CertificationState.ASSESSMENT:
        return _case_supervisor(actor, thing, on)
    if thing.state == CertificationState.RECOMMENDED:
        return _master(actor, thing, on)
    return _case_supervisor(actor, thing, on) or _master(actor, thing, on)


def _nominator(actor: Actor, thing: Any, on: date) -> bool:
    return (
        getattr(thing, "nominating_organisation_id", None) in actor.organisations
        and thing.nominating_organisation_id is not None
        and actor.holds(RoleName.PROVIDER, on=on)
    )


def _own_provider(actor: Actor, thing: Any, on: date) -> bool:
    """The coordinator of the service provider that nominated or now employs the holder."""
    case = _certification(thing)
    if case is None or not actor.holds(RoleName.PROVIDER, on=on):
        return False
    return _nominator(actor, case, on) or any(
        affiliation.organisation_id in actor.organisations
        and affiliation.from_on <= on
        and (affiliation.until_on is None or on <= affiliation.until_on)
        for affiliation in case.holder.affiliations
    )


def _cohorts_provider(actor: Actor, thing: Any, on: date) -> bool:
    cohort = _cohort(thing)
    return (
        cohort is not None
        and cohort.organisation_id is not None
        and cohort.organisation_id in actor.organisations
        and actor.holds(RoleName.PROVIDER, on=on)
    )


def _tot_facilitator(actor: Actor, thing: Any, on: date) -> bool:
    """A facilitator of the ToT: of the event itself, or of the event that the holder is enrolled in."""
    if hasattr(thing, "facilitator_ids"):
        return actor.id in thing.facilitator_ids
    activity = _activity(thing)
    return (
        activity is not None
        and activity.kind == "tot_event"
        and any(one.person_id == actor.id for one in activity.people)
    )


def _tot_lead(actor: Actor, thing: Any, on: date) -> bool:
    activity = _activity(thing)
    if activity is None or activity.kind != "tot_event" or not activity.people:
        return False
    return bool(min(activity.people, key=lambda one: one.position).person_id == actor.id)


def _on_roster(actor: Actor, thing: Any, on: date) -> bool:
    activity = _activity(thing)
    return activity is not None and any(
        entry.certification.holder_id == actor.id for entry in activity.roster
    )


def _cohort_trainer(actor: Actor, thing: Any, on: date) -> bool:
    cohort = _cohort(thing)
    return cohort is not None and any(person.id == actor.id for person in cohort.trainers)


def _cohort_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    cohort = _cohort(thing)
    return cohort is not None and cohort.supervisor_id == actor.id and _expert(actor, cohort, on)


def _assessor(actor: Actor, thing: Any, on: date) -> bool:
    if getattr(thing, "assessor_id", None) != actor.id:
        return False
    return thing.kind == "screening" or _expert(actor, _certification(thing), on)


def _named_assessor(actor: Actor, thing: Any, on: date) -> bool:
    return getattr(thing, "assessor_id", None) == actor.id


def _observes_it(actor: Actor, thing: Any, on: date) -> bool:
    return any(
        assessment.assessor_id == actor.id and assessment.state != "void"
        for assessment in getattr(thing, "assessments", ())
    )


def _enterprise_contact(actor: Actor, thing: Any, on: date) -> bool:
    enterprise = getattr(thing, "enterprise_id", None) or (
        thing.id if hasattr(thing, "contacts") else None
    )
    return enterprise is not None and enterprise in actor.contact_of


def _person_id(thing: Any) -> Any:
    return getattr(thing, "person_id", None) or getattr(thing, "id", None)


def _themself(actor: Actor, thing: Any, on: date) -> bool:
    return thing is not None and _person_id(thing) == actor.id


def _made_it(actor: Actor, thing: Any, on: date) -> bool:
    return thing is not None and getattr(thing, "created_by_id", None) == actor.id


def _anyone(actor: Actor, thing: Any, on: date) -> bool:
    return bool(actor.id)


def _clock(actor: Actor, thing: Any, on: date) -> bool:
    return actor.is_clock


PREDICATES = {
    predicate.name: predicate
    for predicate in (
        Predicate("signed_in", "person", "anyone with an account", _anyone),
        Predicate("themself", "person", "the person themself", _themself),
        Predicate("made_it", "person", "whoever recorded it", _made_it),
        Predicate("holder", "candidate", "the candidate or trainer whose case it is", _holder),
        Predicate("on_roster", "candidate", "a candidate on the roster", _on_roster),
        Predicate("nominator", "provider", "the coordinator of the nominating provider", _nominator),
        Predicate("own_provider", "provider", "the holder's own service provider", _own_provider),
        Predicate("cohorts_provider", "provider", "the cohort's service provider", _cohorts_provider),
        Predicate("provider", "provider", "a service provider's coordinator", _role(RoleName.PROVIDER)),
        Predicate(
            "coordinates", "coordinator", "the coordinator of its country", _role(RoleName.COORDINATOR)
        ),
        Predicate("expert_trainer", "expert_trainer", "an Expert Trainer for module and country", _expert),
        Predicate(
            "assigned_supervisor", "expert_trainer", "the assigned supervisor", _assigned_supervisor
        ),
        Predicate(
            "case_supervisor",
            "expert_trainer",
            "the supervising Expert Trainer, status active",
            _case_supervisor,
        ),
        Predicate("observer", "expert_trainer", "an observer of the case", _observer),
        Predicate("observes_it", "expert_trainer", "an observer of this activity", _observes_it),
        Predicate("screener", "expert_trainer", "a member of the screening panel", _screener),
        Predicate(
            "practice_asker",
            "expert_trainer",
            "the supervising Expert Trainer from assessment, the Master Trainer from recommended",
            _practice_asker,
        ),
        Predicate("tot_facilitator", "expert_trainer", "a facilitator of the ToT", _tot_facilitator),
        Predicate("tot_lead", "expert_trainer", "the lead facilitator of the ToT", _tot_lead),
        Predicate("cohort_trainer", "candidate", "a trainer of the cohort", _cohort_trainer),
        Predicate(
            "cohort_supervisor", "expert_trainer", "the cohort's supervisor, status active", _cohort_supervisor
        ),
        Predicate("assessor", "expert_trainer", "the assessor, status active", _assessor),
        Predicate("named_assessor", "expert_trainer", "the named assessor", _named_assessor),
        Predicate("master_trainer", "master_trainer", "a Master Trainer for module and country", _master),
        Predicate("qa_reviewer", "qa_reviewer", "a QA reviewer of its country", _role(RoleName.QA_REVIEWER)),
        Predicate("enterprise_contact", "enterprise_contact", "the enterprise's contact", _enterprise_contact),
        Predicate("scheme_owner", "scheme_owner", "a scheme owner", _role(RoleName.SCHEME_OWNER)),
        Predicate("auditor", "auditor", "an auditor", _role(RoleName.AUDITOR)),
        Predicate("administrator", "administrator", "an administrator", _role(RoleName.ADMINISTRATOR)),
        Predicate("the_clock", "clock", "the clock", _clock),
    )
}

_CASE_READERS = (
    "holder", "own_provider", "nominator", "coordinates", "assigned_supervisor", "observer", "screener",
    "tot_facilitator", "master_trainer", "qa_reviewer", "auditor",
)  # fmt: skip
_COHORT_READERS = (
    "cohort_trainer", "cohort_supervisor", "cohorts_provider", "coordinates", "master_trainer",
    "qa_reviewer", "auditor", "made_it",
)  # fmt: skip
_STAFF = ("coordinates", "expert_trainer", "master_trainer", "qa_reviewer", "auditor")
_REGISTRARS = ("administrator", "coordinates", "scheme_owner", "auditor", "master_trainer")

ACTIONS: dict[str, tuple[str, ...]] = {
    "certification.see": _CASE_READERS,
    "certification.list": ("signed_in",),
    "certification.create": ("signed_in",),
    "certification.edit": ("holder",),
    "certification.nominate": ("provider",),
    "certification.recognise": ("master_trainer",),
    "case.history": _CASE_READERS,
    "activity.see": (
        *_COHORT_READERS, "tot_facilitator", "on_roster", "holder", "observes_it", "enterprise_contact",
    ),
    "activity.create": ("cohort_trainer", "cohort_supervisor", "holder"),
    "activity.edit": ("cohort_trainer", "cohort_supervisor", "tot_facilitator", "holder"),
    "tot_event.list": _STAFF,
    "tot_event.create": ("coordinates", "expert_trainer"),
    "tot_event.edit": ("coordinates", "tot_facilitator"),
    "cohort.see": _COHORT_READERS,
    "cohort.list": ("signed_in",),
    "cohort.create": ("signed_in",),
    "cohort.edit": ("cohort_trainer", "cohort_supervisor", "cohorts_provider", "coordinates"),
    "enterprise.see": (
        "coordinates", "expert_trainer", "master_trainer", "qa_reviewer", "auditor", "enterprise_contact",
        "made_it", "provider",
    ),
    "enterprise.list": ("signed_in",),
    "enterprise.create": ("signed_in",),
    "enterprise.edit": ("coordinates", "made_it"),
    "assessment.see": (
        "named_assessor", "assigned_supervisor", "holder", "coordinates", "master_trainer", "qa_reviewer",
        "auditor",
    ),
    "assessment.list": ("signed_in",),
    "assessment.edit": ("assessor",),
    "file.see": (*_CASE_READERS, "cohort_trainer", "cohort_supervisor", "cohorts_provider"),
    "file.upload": ("holder", "cohort_trainer", "cohort_supervisor", "tot_facilitator"),
    "person.list": _REGISTRARS,
    "person.see": (*_REGISTRARS, "themself"),
    "person.invite": ("administrator", "coordinates", "provider"),
    "person.edit": ("administrator",),
    "role.propose": ("administrator", "scheme_owner", "master_trainer"),
    "role.confirm": ("administrator", "scheme_owner", "master_trainer"),
    "role.end": ("administrator", "scheme_owner"),
    "organisation.list": (*_REGISTRARS, "provider"),
    "organisation.see": (*_REGISTRARS, "provider"),
    "organisation.create": ("administrator", "coordinates"),
    "organisation.edit": ("administrator", "coordinates"),
    "issuer.list": ("signed_in",),
    "issuer.see": ("signed_in",),
    "issuer.manage": ("scheme_owner",),
    "tie.declare": ("signed_in",),
}  # fmt: skip


def fits(actor: Actor, names: Iterable[str], thing: Any, on: date) -> bool:
    """Whether the actor fits any of the named predicates for the thing on that day."""
    return any(PREDICATES[name].holds(actor, thing, on) for name in names)


def may(actor: Actor, action: str, thing: Any, on: date) -> bool:
    """Whether the action is the actor's to do, as the table says. KeyError for an unknown action."""
    return fits(actor, ACTIONS[action], thing, on)
