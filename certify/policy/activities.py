"""Rights over one kind of activity alone: one move table serves every kind, so the names tell them apart."""

from datetime import date
from typing import Any

from certify.policy.actor import Actor
from certify.policy.table import PREDICATES, Predicate, fits


def _of_kind(kind: str, name: str) -> Any:
    def holds(actor: Actor, thing: Any, on: date) -> bool:
        return thing.kind == kind and fits(actor, (name,), thing, on)

    return holds


def _unsupervised_cohort_coordinator(actor: Actor, thing: Any, on: date) -> bool:
    cohort = thing.cohort
    return cohort is not None and cohort.supervisor_id is None and fits(actor, ("coordinates",), thing, on)


ACTIVITY_PREDICATES = (
    Predicate(
        "tot_coordinator",
        "coordinator",
        "for a ToT event, the coordinator of its country",
        _of_kind("tot_event", "coordinates"),
    ),
    Predicate(
        "visited_contact",
        "enterprise_contact",
        "for a visit, the enterprise's contact",
        _of_kind("visit", "enterprise_contact"),
    ),
    Predicate(
        "refresher_reviewer",
        "qa_reviewer",
        "for a refresher, a QA reviewer of its country",
        _of_kind("refresher", "qa_reviewer"),
    ),
    Predicate(
        "conduct_signer",
        "candidate",
        "for the code of conduct, the trainer who signs it",
        _of_kind("code_of_conduct", "holder"),
    ),
    Predicate(
        "unsupervised_cohort_coordinator",
        "coordinator",
        "for a cohort of certified trainers only, the coordinator",
        _unsupervised_cohort_coordinator,
    ),
)

PREDICATES.update({predicate.name: predicate for predicate in ACTIVITY_PREDICATES})
