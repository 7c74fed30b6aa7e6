"""Rights over what happened: facilitators, rosters, cohorts with their trainers and supervisors."""

from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.policy.scope import Holds, activity_of, certification_of, cohort_of, coordinates, expert


def cohorts_provider(actor: Actor, thing: Any, on: date) -> bool:
    """Acts that day for the service provider whose cohort it is."""
    cohort = cohort_of(thing)
    return cohort is not None and cohort.organisation_id in actor.provides_for(
        on=on, module=cohort.module, country=cohort.country
    )


def named_facilitator(actor: Actor, thing: Any, on: date) -> bool:
    """A facilitator of the ToT: of the event itself, or of the event that the holder is enrolled in.

    Named: enough to see it, also when the status has ended since.
    """
    activity = activity_of(thing)
    case = certification_of(thing) if activity is None else None
    if case is not None:
        return actor.id in case.facilitator_ids
    return (
        activity is not None
        and activity.kind == "tot_event"
        and any(one.person_id == actor.id for one in activity.people)
    )


def tot_facilitator(actor: Actor, thing: Any, on: date) -> bool:
    """Named, and an Expert Trainer for module and country that day: who may act."""
    return named_facilitator(actor, thing, on) and expert(actor, thing, on)


def tot_lead(actor: Actor, thing: Any, on: date) -> bool:
    """The first of the facilitators, status active: who confirms, also an own submission."""
    activity = activity_of(thing)
    if activity is None or activity.kind != "tot_event" or not activity.people:
        return False
    first = min(activity.people, key=lambda one: one.position)
    return bool(first.person_id == actor.id) and expert(actor, activity, on)


def on_roster(actor: Actor, thing: Any, on: date) -> bool:
    """A candidate who is enrolled in the ToT event."""
    activity = activity_of(thing)
    return activity is not None and any(
        entry.certification.holder_id == actor.id for entry in activity.roster
    )


def cohort_trainer(actor: Actor, thing: Any, on: date) -> bool:
    """One of those who take the enterprises through the module, candidate or certified."""
    cohort = cohort_of(thing)
    return cohort is not None and any(person.id == actor.id for person in cohort.trainers)


def cohort_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    """Supervises the cohort, and is an Expert Trainer for it that day."""
    cohort = cohort_of(thing)
    return cohort is not None and cohort.supervisor_id == actor.id and expert(actor, cohort, on)


def observes_it(actor: Actor, thing: Any, on: date) -> bool:
    """Has an observation of this very activity that was not voided."""
    return any(
        assessment.assessor_id == actor.id and assessment.state != "void"
        for assessment in getattr(thing, "assessments", ())
    )


def of_its_cohorts(right: Holds) -> Holds:
    """A right over any of the cohorts that an enterprise takes part in."""

    def holds(actor: Actor, thing: Any, on: date) -> bool:
        return any(right(actor, cohort, on) for cohort in thing.cohorts)

    return holds


def of_kind(kind: str, right: Holds) -> Holds:
    """A right over one kind of activity alone: one move table serves every kind."""

    def holds(actor: Actor, thing: Any, on: date) -> bool:
        return bool(thing.kind == kind) and right(actor, thing, on)

    return holds


def unsupervised_cohort_coordinator(actor: Actor, thing: Any, on: date) -> bool:
    """Stands in for the supervisor where all trainers are certified and none is named."""
    cohort = thing.cohort
    return cohort is not None and cohort.supervisor_id is None and coordinates(actor, thing, on)
