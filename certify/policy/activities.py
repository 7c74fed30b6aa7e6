"""Rights over what happened: facilitators, rosters, cohorts with their trainers and supervisors."""

from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.policy.scope import Holds, activity_of, cohort_of, coordinates, expert
from certify.scheme.words import RoleName


def cohorts_provider(actor: Actor, thing: Any, on: date) -> bool:
    cohort = cohort_of(thing)
    return (
        cohort is not None
        and cohort.organisation_id is not None
        and cohort.organisation_id in actor.organisations
        and actor.holds(RoleName.PROVIDER, on=on)
    )


def tot_facilitator(actor: Actor, thing: Any, on: date) -> bool:
    """A facilitator of the ToT: of the event itself, or of the event that the holder is enrolled in."""
    if hasattr(thing, "facilitator_ids"):
        return actor.id in thing.facilitator_ids
    activity = activity_of(thing)
    return (
        activity is not None
        and activity.kind == "tot_event"
        and any(one.person_id == actor.id for one in activity.people)
    )


def tot_lead(actor: Actor, thing: Any, on: date) -> bool:
    activity = activity_of(thing)
    if activity is None or activity.kind != "tot_event" or not activity.people:
        return False
    return bool(min(activity.people, key=lambda one: one.position).person_id == actor.id)


def on_roster(actor: Actor, thing: Any, on: date) -> bool:
    activity = activity_of(thing)
    return activity is not None and any(
        entry.certification.holder_id == actor.id for entry in activity.roster
    )


def cohort_trainer(actor: Actor, thing: Any, on: date) -> bool:
    cohort = cohort_of(thing)
    return cohort is not None and any(person.id == actor.id for person in cohort.trainers)


def cohort_supervisor(actor: Actor, thing: Any, on: date) -> bool:
    cohort = cohort_of(thing)
    return cohort is not None and cohort.supervisor_id == actor.id and expert(actor, cohort, on)


def observes_it(actor: Actor, thing: Any, on: date) -> bool:
    return any(
        assessment.assessor_id == actor.id and assessment.state != "void"
        for assessment in getattr(thing, "assessments", ())
    )


def of_kind(kind: str, right: Holds) -> Holds:
    """A right over one kind of activity alone: one move table serves every kind."""

    def holds(actor: Actor, thing: Any, on: date) -> bool:
        return bool(thing.kind == kind) and right(actor, thing, on)

    return holds


def unsupervised_cohort_coordinator(actor: Actor, thing: Any, on: date) -> bool:
    cohort = thing.cohort
    return cohort is not None and cohort.supervisor_id is None and coordinates(actor, thing, on)
