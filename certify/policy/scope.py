"""Where a thing belongs: its certification, activity, cohort, module and country; and roles there."""

from collections.abc import Callable
from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.scheme.words import RoleName

Holds = Callable[[Actor, Any, date], bool]


def certification_of(thing: Any) -> Any:
    """The certification that a thing belongs to, or None: an assessment, file or log entry has one."""
    return thing if hasattr(thing, "holder_id") else getattr(thing, "certification", None)


def case_of(thing: Any) -> Any:
    """Where module and country of a thing stand: its own, its certification's or its activity's."""
    if hasattr(thing, "country"):
        return thing
    return certification_of(thing) or getattr(thing, "activity", None)


def activity_of(thing: Any) -> Any:
    """The activity that a thing is or belongs to, or None."""
    return (
        thing if hasattr(thing, "held_on") and hasattr(thing, "people") else getattr(thing, "activity", None)
    )


def cohort_of(thing: Any) -> Any:
    """The cohort that a thing is or belongs to, or None."""
    if hasattr(thing, "trainers"):
        return thing
    activity = activity_of(thing)
    return activity.cohort if activity is not None else None


def holds_role(role: RoleName) -> Holds:
    """In force for the module and country of the thing; without a thing, in force anywhere."""

    def holds(actor: Actor, thing: Any, on: date) -> bool:
        case = case_of(thing)
        if thing is not None and case is None:
            return False
        return actor.holds(
            role, on=on, module=getattr(case, "module", None), country=getattr(case, "country", None)
        )

    return holds


expert = holds_role(RoleName.EXPERT_TRAINER)
master = holds_role(RoleName.MASTER_TRAINER)
coordinates = holds_role(RoleName.COORDINATOR)
