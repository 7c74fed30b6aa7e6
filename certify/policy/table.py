"""The table of rights: named predicates over an actor and a thing, read per case, never per account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from certify.policy import activities, cases, scope
from certify.policy.actions import ACTIONS
from certify.policy.actor import Actor
from certify.policy.scope import Holds
from certify.scheme.words import RoleName


@dataclass(frozen=True)
class Predicate:
    """One named right: `role` is the word shown for those who fit it."""

    name: str
    role: str
    text: str
    holds: Holds


PREDICATES = {
    predicate.name: predicate
    for predicate in (
        Predicate("signed_in", "person", "anyone with an account", cases.anyone),
        Predicate("themself", "person", "the person themself", cases.themself),
        Predicate("made_it", "person", "whoever recorded it", cases.made_it),
        Predicate(
            "delivers",
            "person",
            "a coordinator, provider or Expert Trainer, or somebody admitted, certified or suspended",
            cases.delivers,
        ),
        Predicate("holder", "candidate", "the candidate or trainer whose case it is", cases.holder),
        Predicate("on_roster", "candidate", "a candidate on the roster", activities.on_roster),
        Predicate("nominator", "provider", "the coordinator of the nominating provider", cases.nominator),
        Predicate("own_provider", "provider", "the holder's own service provider", cases.own_provider),
        Predicate(
            "cohorts_provider", "provider", "the cohort's service provider", activities.cohorts_provider
        ),
        Predicate("employer", "provider", "the service provider that the person works for", cases.employer),
        Predicate(
            "provider", "provider", "a service provider's coordinator", scope.holds_role(RoleName.PROVIDER)
        ),
        Predicate(
            "coordinates",
            "coordinator",
            "the coordinator of its country",
            scope.holds_role(RoleName.COORDINATOR),
        ),
        Predicate(
            "expert_trainer", "expert_trainer", "an Expert Trainer for module and country", scope.expert
        ),
        Predicate(
            "assigned_supervisor", "expert_trainer", "the assigned supervisor", cases.assigned_supervisor
        ),
        Predicate(
            "case_supervisor",
            "expert_trainer",
            "the supervising Expert Trainer, status active",
            cases.case_supervisor,
        ),
        Predicate("observer", "expert_trainer", "an observer of the case", cases.observer),
        Predicate("observes_it", "expert_trainer", "an observer of this activity", activities.observes_it),
        Predicate("screener", "expert_trainer", "a member of the screening panel", cases.screener),
        Predicate(
            "practice_asker",
            "expert_trainer",
            "the supervising Expert Trainer from assessment, the Master Trainer from recommended",
            cases.practice_asker,
        ),
        Predicate(
            "named_facilitator", "expert_trainer", "a facilitator of the ToT", activities.named_facilitator
        ),
        Predicate(
            "tot_facilitator",
            "expert_trainer",
            "a facilitator of the ToT, status active",
            activities.tot_facilitator,
        ),
        Predicate(
            "tot_lead",
            "expert_trainer",
            "the lead facilitator of the ToT, status active",
            activities.tot_lead,
        ),
        Predicate("cohort_trainer", "candidate", "a trainer of the cohort", activities.cohort_trainer),
        Predicate(
            "cohort_supervisor",
            "expert_trainer",
            "the cohort's supervisor, status active",
            activities.cohort_supervisor,
        ),
        Predicate("assessor", "expert_trainer", "the assessor, status active", cases.assessor),
        Predicate("named_assessor", "expert_trainer", "the named assessor", cases.named_assessor),
        Predicate(
            "fellow_observer",
            "expert_trainer",
            "the other observer of the event, once both sheets are in",
            cases.fellow_observer,
        ),
        Predicate(
            "master_trainer", "master_trainer", "a Master Trainer for module and country", scope.master
        ),
        Predicate(
            "qa_reviewer",
            "qa_reviewer",
            "a QA reviewer of its country",
            scope.holds_role(RoleName.QA_REVIEWER),
        ),
        Predicate(
            "enterprise_contact", "enterprise_contact", "the enterprise's contact", cases.enterprise_contact
        ),
        Predicate(
            "enterprise_trainer",
            "candidate",
            "a trainer of a cohort with the enterprise",
            activities.of_its_cohorts(activities.cohort_trainer),
        ),
        Predicate(
            "enterprise_supervisor",
            "expert_trainer",
            "the supervisor of a cohort with the enterprise, status active",
            activities.of_its_cohorts(activities.cohort_supervisor),
        ),
        Predicate(
            "enterprise_provider",
            "provider",
            "the service provider of a cohort with the enterprise",
            activities.of_its_cohorts(activities.cohorts_provider),
        ),
        Predicate("scheme_owner", "scheme_owner", "a scheme owner", scope.holds_role(RoleName.SCHEME_OWNER)),
        Predicate("auditor", "auditor", "an auditor", scope.holds_role(RoleName.AUDITOR)),
        Predicate(
            "administrator", "administrator", "an administrator", scope.holds_role(RoleName.ADMINISTRATOR)
        ),
        Predicate("case_holder", "candidate", "somebody with a case of their own", cases.case_holder),
        Predicate("the_clock", "clock", "the clock", cases.clock),
        Predicate(
            "tot_coordinator",
            "coordinator",
            "for a ToT event, the coordinator of its country",
            activities.of_kind("tot_event", scope.coordinates),
        ),
        Predicate(
            "visited_contact",
            "enterprise_contact",
            "for a visit, the enterprise's contact",
            activities.of_kind("visit", cases.enterprise_contact),
        ),
        Predicate(
            "refresher_reviewer",
            "qa_reviewer",
            "for a refresher, a QA reviewer of its country",
            activities.of_kind("refresher", scope.holds_role(RoleName.QA_REVIEWER)),
        ),
        Predicate(
            "conduct_signer",
            "candidate",
            "for the code of conduct, the trainer who signs it",
            activities.of_kind("code_of_conduct", cases.holder),
        ),
        Predicate(
            "unsupervised_cohort_coordinator",
            "coordinator",
            "for a cohort of certified trainers only, the coordinator",
            activities.unsupervised_cohort_coordinator,
        ),
    )
}


def fits(actor: Actor, names: Iterable[str], thing: Any, on: date) -> bool:
    """Whether the actor fits any of the named predicates for the thing on that day."""
    return any(PREDICATES[name].holds(actor, thing, on) for name in names)


def may(actor: Actor, action: str, thing: Any, on: date) -> bool:
    """Whether the action is the actor's to do, as the table says. KeyError for an unknown action."""
    return fits(actor, ACTIONS[action], thing, on)
