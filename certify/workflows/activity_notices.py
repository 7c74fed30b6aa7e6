"""Letters about an activity: to whoever is to confirm it, and to whoever recorded it."""

from certify.models import Activity, Person
from certify.scheme.words import ActivityKind
from certify.workflows import notices
from certify.workflows.engine import Question


def ask_the_enterprise(question: Question) -> None:
    activity: Activity = question.thing
    if activity.kind is not ActivityKind.VISIT or activity.enterprise is None:
        return
    assert question.session is not None
    for contact in activity.enterprise.contacts:
        notices.owe(
            question.session,
            key=f"confirm_visit:{activity.id}:{contact.id}:{question.at.isoformat()}",
            kind="confirm_visit",
            recipient=contact.person,
            name=contact.name,
            email=contact.email,
            language=contact.language,
            at=question.at,
            case_id=activity.case_id,
            params={
                "activity": activity.id,
                "enterprise": activity.enterprise.name,
                "held_on": activity.held_on.isoformat(),
                "trainers": ", ".join(one.person.name for one in activity.people),
            },
            link_purpose="confirm_visit",
            link_subject=activity.id,
        )


def ask_who_confirms(question: Question) -> None:
    """The supervisor, or a ToT's lead facilitator, hears once a day of a cohort or ToT that records wait.

    A visit waits for its enterprise; what certified trainers do stands on their coordinators' desks.
    """
    activity: Activity = question.thing
    person = _confirmer(activity)
    if person is None or person == question.actor.id:
        return
    assert question.session is not None
    for recipient in notices.recipients(question.session, [person]).values():
        notices.owe(
            question.session,
            key=f"activity_submitted:{activity.case_id}:{person}:{question.on.isoformat()}",
            kind="activity_submitted",
            recipient=recipient,
            at=question.at,
            case_id=activity.case_id,
            params={
                "by": question.actor.name,
                "module": activity.module,
                "held_on": activity.held_on.isoformat(),
            },
        )


def _confirmer(activity: Activity) -> str | None:
    if activity.kind is ActivityKind.TOT_EVENT:
        return min(activity.people, key=lambda one: one.position).person_id if activity.people else None
    if activity.kind is ActivityKind.VISIT or activity.cohort is None:
        return None
    return activity.cohort.supervisor_id


def tell_who_recorded(question: Question) -> None:
    activity: Activity = question.thing
    assert question.session is not None
    person = question.session.get_one(Person, activity.submitted_by_id or activity.created_by_id)
    notices.owe(
        question.session,
        key=f"activity_returned:{activity.id}:{question.seq}",
        kind="activity_returned",
        recipient=person,
        at=question.at,
        case_id=activity.case_id,
        params={
            "activity": activity.id,
            "held_on": activity.held_on.isoformat(),
            "reason": question.facts["reason"],
        },
    )
