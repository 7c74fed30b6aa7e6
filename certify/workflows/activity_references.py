"""What an activity's fields point at must exist, belong to it, and be allowed to take part."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, Cohort, Person
from certify.scheme.rules.case import number
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, CertificationState
from certify.workflows.activity_fields import WITH_DAYS
from certify.workflows.activity_people import expert_on
from certify.workflows.case_terms import certified_since
from certify.workflows.co_facilitators import co_facilitators

Errors = dict[str, list[str]]


def roster_certifications(session: Session, cleaned: dict[str, Any]) -> dict[str, Certification]:
    """The certifications that the roster names, by id; unknown ones are left out."""
    ids = [row["certification"] for row in cleaned.get("roster", ())]
    return {row.id: row for row in session.scalars(select(Certification).where(Certification.id.in_(ids)))}


def reference_errors(
    session: Session,
    activity: Activity,
    cleaned: dict[str, Any],
    roster: dict[str, Certification],
    edition: Edition,
) -> Errors:
    """Errors by field; fills in all of the cohort's trainers where none are named."""
    errors: Errors = {}
    if activity.kind in WITH_DAYS:
        errors |= _span_errors(activity, cleaned, edition)
    if activity.kind is ActivityKind.TOT_EVENT:
        errors |= _facilitator_errors(session, activity, cleaned)
        errors |= _roster_errors(activity, cleaned, roster)
    elif activity.kind is ActivityKind.REFRESHER:
        errors |= _refresher_errors(activity, cleaned)
    elif activity.cohort is not None:
        errors |= _cohort_errors(activity.kind, activity.cohort, cleaned)
    return errors


def _refresher_errors(activity: Activity, cleaned: dict[str, Any]) -> Errors:
    """What was attended before the certification began keeps none of it up."""
    since = certified_since(activity.certification) if activity.certification else None
    if since is None or cleaned["held_on"] >= since:
        return {}
    return {"held_on": [say("Choose a day since {day}, when the certification began.", day=since)]}


def _span_errors(activity: Activity, cleaned: dict[str, Any], edition: Edition) -> Errors:
    days = [row["on"] for row in cleaned["days"]]
    most = int(
        number(
            edition,
            "days_span_max",
            module=activity.module,
            country=activity.country,
            variant=activity.cohort.variant if activity.cohort else None,
        )
    )
    span = (max(days) - min(days)).days + 1
    if span <= most:
        return {}
    return {
        "days": [say("The days span {span} days; this module allows {most} at most.", span=span, most=most)]
    }


def _facilitator_errors(session: Session, activity: Activity, cleaned: dict[str, Any]) -> Errors:
    people = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.id.in_(cleaned["facilitators"])))
    }
    if set(people) != set(cleaned["facilitators"]):
        return {"facilitators": [say("Choose one of the entries.")]}
    days = [row["on"] for row in cleaned["days"]]
    helping = _co_facilitators(session, activity, cleaned)
    return _listed(
        "facilitators",
        [
            say("{name} is not an Expert Trainer for this module and country on its days.", name=person.name)
            for person in people.values()
            if person.id not in helping
            and not expert_on(session, person.id, days, module=activity.module, country=activity.country)
        ],
    )


def _co_facilitators(session: Session, activity: Activity, cleaned: dict[str, Any]) -> set[str]:
    """Candidates for an Expert Trainer's licence beside the lead: that is how they learn it."""
    beside = set(cleaned["facilitators"][1:])
    if not beside:
        return set()
    asked = co_facilitators(activity.module, activity.country).where(Person.id.in_(beside))
    return {person.id for person in session.scalars(asked)}


def _roster_errors(activity: Activity, cleaned: dict[str, Any], roster: dict[str, Certification]) -> Errors:
    rows = cleaned.get("roster", [])
    sentences: list[str] = []
    if any(row["certification"] not in roster for row in rows):
        sentences.append(say("Choose one of the entries."))
    for one in roster.values():
        if one.module != activity.module:
            sentences.append(say("{name} is on the path to another module.", name=one.holder.name))
        if one.holder_id in cleaned["facilitators"]:
            sentences.append(say("{name} cannot facilitate the own training.", name=one.holder.name))
    for entry in activity.roster:
        if entry.certification_id not in roster and _is_training(entry.certification):
            sentences.append(
                say("{name} is enrolled and stays on the roster.", name=entry.certification.holder.name)
            )
    return _listed("roster", sentences)


def _is_training(certification: Certification) -> bool:
    return certification.state is CertificationState.TRAINING


def _cohort_errors(kind: ActivityKind, cohort: Cohort, cleaned: dict[str, Any]) -> Errors:
    errors: Errors = {}
    trainers = [person.id for person in cohort.trainers]
    enterprises = {enterprise.id for enterprise in cohort.enterprises}
    if kind in (ActivityKind.WORKSHOP, ActivityKind.VISIT):
        cleaned.setdefault("trainers", trainers)
        if not set(cleaned["trainers"]) <= set(trainers):
            errors["trainers"] = [say("Choose among the trainers of the cohort.")]
    if not set(cleaned.get("enterprises", ())) <= enterprises:
        errors["enterprises"] = [say("Choose among the enterprises of the cohort.")]
    if "enterprise" in cleaned and cleaned["enterprise"] not in enterprises:
        errors["enterprise"] = [say("Choose among the enterprises of the cohort.")]
    return errors


def _listed(field: str, sentences: list[str]) -> Errors:
    return {field: sentences} if sentences else {}
