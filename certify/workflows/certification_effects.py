"""What the moves on the way to a recommendation do besides changing the state."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from certify.models import Affiliation, Certification, ConflictDeclaration, Exclusion, Person
from certify.scheme.words import Relation
from certify.workflows.activity_edit import enrol_on_roster
from certify.workflows.engine import Question
from certify.workflows.involvement import record

Facts = Mapping[str, Any] | None


def confirm_nomination(question: Question) -> Facts:
    """The person takes the nomination up; who works nowhere yet is with the provider from now on."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.nomination_confirmed_at = question.at
    provider = thing.nominating_organisation_id
    if provider and not _works_somewhere(thing.holder, question.on):
        session.add(Affiliation(person_id=thing.holder_id, organisation_id=provider, from_on=question.on))
    return None


def _works_somewhere(person: Person, on: date) -> bool:
    jobs = person.affiliations
    return any(one.from_on <= on and (one.until_on is None or on <= one.until_on) for one in jobs)


def submit(question: Question) -> Facts:
    """The application is in: conflicts are kept, the employer becomes an affiliation."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.submitted_at = question.at
    thing.to_complete = None
    for statement in question.facts.get("conflicts", ()):
        session.add(
            ConflictDeclaration(
                person_id=thing.holder_id,
                case_id=thing.case_id,
                thing_id=thing.id,
                statement=statement,
                declared_at=question.at,
            )
        )
    _affiliate(question)
    return None


def _affiliate(question: Question) -> None:
    """An employer that is a known organisation counts in the relations table from now on."""
    thing, session = question.thing, question.session
    assert session is not None
    organisation = question.dossier.organisation(thing.employer)
    if organisation is None or any(
        one.organisation_id == organisation.id and one.until_on is None for one in thing.holder.affiliations
    ):
        return
    session.add(Affiliation(person_id=thing.holder_id, organisation_id=organisation.id, from_on=question.on))


def return_application(question: Question) -> Facts:
    """What is to be completed stands on the application."""
    question.thing.to_complete = question.facts["to_complete"]
    return None


def decline(question: Question) -> Facts:
    """An application that screening did not carry."""
    question.thing.reasons = list(question.facts["reasons"])
    question.thing.decided_by_id = question.actor.id
    question.thing.decided_at = question.at
    return None


def admit(question: Question) -> Facts:
    """The scheme version is pinned here, for the whole path."""
    question.thing.scheme_version = question.dossier.edition.name
    question.thing.admitted_on = question.on
    return None


def enrol(question: Question) -> Facts:
    """The candidate joins the roster; the facilitators are tied to the case from now on."""
    thing, session = question.thing, question.session
    assert session is not None
    event = question.dossier.activity(question.facts["activity"])
    enrol_on_roster(session, event, thing)
    thing.tot_event_id = event.id
    thing.to_repeat = None
    for one in event.people:
        record(session, one.person_id, thing, Relation.FACILITATED, event.id, question.at)
    return None


def fail_training(question: Question) -> Facts:
    """What is to be repeated stands on the case; the failed event passes nobody any more."""
    question.thing.to_repeat = question.facts["to_repeat"]
    question.thing.tot_event_id = None
    return None


def submit_for_assessment(question: Question) -> Facts:
    """The self-assessment is kept before any observer's score is seen."""
    question.thing.self_assessment = dict(question.facts["self_assessment"])
    return None


def recommend(question: Question) -> Facts:
    """The supervising Expert Trainer stands by the recommendation by name."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.narrative = question.facts["narrative"]
    thing.recommended_by_id = question.actor.id
    thing.recommended_at = question.at
    thing.questions = None
    record(session, question.actor.id, thing, Relation.RECOMMENDED, thing.id, question.at)
    return None


def ask_more_practice(question: Question) -> Facts:
    """What, by when, back to where; the asker may exclude activities from the evidence."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.practice_what = question.facts["what"]
    thing.practice_by_on = question.facts["by_on"]
    thing.practice_back_to = question.facts["back_to"]
    thing.practice_asked_on = [*thing.practice_asked_on, question.on.isoformat()]
    known = {one.activity_id for one in thing.exclusions}
    for activity in dict.fromkeys(question.facts.get("exclude", ())):
        if activity not in known:
            session.add(
                Exclusion(
                    certification_id=thing.id,
                    activity_id=activity,
                    excluded_by_id=question.actor.id,
                    excluded_at=question.at,
                )
            )
    reopen(thing)
    return None


def return_assessment(question: Question) -> Facts:
    """The Master Trainer's questions go back to the assessor; a new round begins."""
    question.thing.questions = question.facts["questions"]
    reopen(question.thing)
    return None


def reopen(thing: Certification) -> None:
    """The recommendation no longer stands; the next one is decided in a round of its own."""
    thing.recommended_at = None
    thing.recommended_by_id = None
    thing.round += 1
