"""What waits around certificates: reviews, long suspensions, licences, other names."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam

from certify.models import Certification, ExpertLicence, NameChange, Review
from certify.models.base import Instant
from certify.queries.sight import Reach, fixed
from certify.queries.stalls import timed
from certify.queries.tasks import ME, Arms, Asking, Task, case_task, cases, in_reach
from certify.queries.tasks_about import about, task_about
from certify.scheme.sentences import say
from certify.scheme.words import (
    Act,
    LicenceState,
    NameChangeState,
    ReviewGround,
    ReviewState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import day_of
from certify.workflows.editions import edition_in_force


def to_look_at(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.MASTER_TRAINER)
    if here is None:
        return ()
    asked = about(Review, Review.ground).where(
        Certification.id == Review.certification_id, Certification.holder_id != ME, here
    )
    return [asked.where(Review.state == fixed(state)) for state in (ReviewState.ESCALATED, ReviewState.OPEN)]


_GROUNDS = {
    ReviewGround.PREREQUISITE_FELL: say("The module that this one rests on is no longer certified."),
    ReviewGround.SUSPENSION_LIMIT: say("The suspension has reached its limit."),
}


def lookers_task(asking: Asking, review: Any) -> Task:
    return task_about(
        asking, "reviews", review, _GROUNDS[review.ground], say("Look and close"), "reviews.show",
        act=Act.DECIDE,
    )  # fmt: skip


def licences(reach: Reach) -> Arms:
    """Accepted by the nominee, examined by a coordinator's word, decided by a Master Trainer."""
    found = [_licences(LicenceState.NOMINATED, Certification.holder_id == ME)]
    for role, state in (
        (RoleName.COORDINATOR, LicenceState.CONFIRMED),
        (RoleName.MASTER_TRAINER, LicenceState.EXAMINED),
    ):
        here = reach.of(role, module=ExpertLicence.module, country=ExpertLicence.country)
        if here is not None:
            found.append(_licences(state, here, Certification.holder_id != ME))
    return found


def _licences(state: LicenceState, *conditions: ColumnElement[bool]) -> Select[Any]:
    asked = about(ExpertLicence).where(Certification.id == ExpertLicence.certification_id)
    return asked.where(ExpertLicence.state == fixed(state), *conditions)


_LICENCE_STEPS = {
    LicenceState.NOMINATED: (say("You are nominated to train and assess others."), say("Read and answer")),
    LicenceState.CONFIRMED: (say("The nomination is accepted."), say("Record the examination")),
    LicenceState.EXAMINED: (say("Examined for the licence; a decision is next."), say("Read and decide")),
}


def licensers_task(asking: Asking, licence: Any) -> Task:
    reason, action = _LICENCE_STEPS[licence.state]
    act = Act.DECIDE if licence.state is LicenceState.EXAMINED else None
    return task_about(asking, "licences", licence, reason, action, "licences.show", act=act)


def long_suspended(reach: Reach) -> Arms:
    """From the edition's first reminder on until a review is opened at the limit."""
    here = in_reach(reach, RoleName.MASTER_TRAINER)
    if here is None:
        return ()
    since, last = (bindparam(name, type_=Instant()) for name in ("suspended_slow", "suspended_stalled"))
    near = (Certification.state_since <= since, Certification.state_since > last)
    return [cases(Certification.state == fixed(State.SUSPENDED), Certification.holder_id != ME, here, *near)]


def suspenders_task(asking: Asking, case: Any) -> Task:
    edition = edition_in_force(asking.session, asking.on)
    limits = timed(edition, State.SUSPENDED, asking.at, module=case.module, country=case.country)
    ends_on = limits.ends_on(day_of(case, case.state_since))
    reason = say("Suspended, and nears the limit; reinstate or withdraw.")
    return case_task("suspensions", case, reason, say("Open the case"), due_on=ends_on)


def names_asked(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.COORDINATOR)
    if here is None:
        return ()
    asked = about(NameChange, NameChange.name).where(Certification.id == NameChange.certification_id)
    return [asked.where(NameChange.state == fixed(NameChangeState.ASKED), here, NameChange.person_id != ME)]


def namers_task(asking: Asking, asked: Any) -> Task:
    reason = say("Asks to be known as {name}.", name=asked.name)
    return task_about(asking, "names", asked, reason, say("Look and answer"), "name_changes.show")
