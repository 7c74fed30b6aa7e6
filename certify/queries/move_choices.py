"""What can be chosen in the form of a move: people with their relations, events, requirements, bodies."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, Certification, CohortTrainer, IssuingBody, Person, RosterEntry
from certify.policy import Actor
from certify.presentation import day, say, word
from certify.queries.candidates import candidates_for, labelled, to_observe
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, RoleName
from certify.workflows.case_terms import certified_since
from certify.workflows.certification_guards import issuers_in_force
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Move, Question
from certify.workflows.facts import FactKind
from certify.workflows.qa import observed_by
from certify.workflows.renewal_dossier import RenewalDossier

Choices = list[tuple[str, str]]


def choices_for(
    session: Session,
    certification: Certification,
    move: Move,
    actor: Actor,
    dossier: Dossier,
    *,
    at: datetime,
) -> dict[str, Choices]:
    """The choices of every fact of the move that is chosen from a list, by the fact's name."""
    found: dict[str, Choices] = {}
    for fact in move.facts:
        if fact.kind is FactKind.PERSON:
            found[fact.name] = _people(session, certification, move, fact.name, dossier)
        elif fact.kind is FactKind.ACTIVITY:
            found[fact.name] = _activities(session, certification, move, dossier)
            if move.name == "assign_qa":
                found[fact.name] = _not_observed(found, certification, actor, dossier)
        elif fact.kind is FactKind.ACTIVITIES:
            found[fact.name] = _evidence(session, dossier)
        elif fact.kind is FactKind.ISSUER:
            asked = Question(certification, dossier, move, actor, at, dossier.on, {}, session)
            found[fact.name] = issuers_of(session, asked)
        elif fact.kind is FactKind.REQUIREMENT:
            found[fact.name] = _waivable(dossier)
        elif fact.kind is FactKind.REASONS:
            found[fact.name] = _requirements(dossier.edition)
        elif fact.kind in (FactKind.SCORES, FactKind.TEXT_BY_ITEM):
            found[fact.name] = [(item.id, item.text) for item in dossier.edition.checklist]
    return found


def _people(
    session: Session, certification: Certification, move: Move, name: str, dossier: Dossier
) -> Choices:
    if name == "from":
        return _task_holders(session, certification)
    return [
        (one.id, labelled(one.name, one.findings))
        for one in candidates_for(session, certification, move, dossier)
    ]


def _task_holders(session: Session, certification: Certification) -> Choices:
    """The supervisor, and who has still to observe; a screener's sheet is not handed over."""
    observing = to_observe(certification)
    ids = {certification.supervisor_id, *observing} - {None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.name))
    return [
        (row.id, " · ".join([row.name, *_held(row.id == certification.supervisor_id, row.id in observing)]))
        for row in rows
    ]


def _held(supervises: bool, observes: bool) -> Iterator[str]:
    if supervises:
        yield gettext("supervises")
    if observes:
        yield gettext("has to observe")


def _activities(session: Session, certification: Certification, move: Move, dossier: Dossier) -> Choices:
    asked = (
        select(Activity)
        .order_by(Activity.held_on.desc(), Activity.id)
        .limit(200)
        .options(joinedload(Activity.enterprise), joinedload(Activity.cohort))
    )
    if move.name == "enrol":
        attended = select(RosterEntry.activity_id).where(RosterEntry.certification_id == certification.id)
        asked = asked.where(
            Activity.kind == ActivityKind.TOT_EVENT,
            Activity.module == certification.module,
            Activity.country == certification.country,
            Activity.state != ActivityState.VOID,
            or_(Activity.state != ActivityState.CONFIRMED, Activity.id.in_(attended)),
        )
        return [(one.id, _event(one)) for one in session.scalars(asked)]
    cohorts = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == certification.holder_id)
    asked = asked.where(
        Activity.cohort_id.in_(cohorts),
        Activity.module == certification.module,
        Activity.kind.in_((ActivityKind.WORKSHOP, ActivityKind.VISIT)),
        Activity.state != ActivityState.VOID,
    )
    if move.name == "assign_qa":
        asked = asked.where(Activity.held_on >= (certified_since(certification) or date.max))
    elif isinstance(dossier, RenewalDossier):
        asked = asked.where(Activity.held_on > dossier.ends_on)
    return [(one.id, _activity(one)) for one in session.scalars(asked)]


def _not_observed(
    found: Mapping[str, Choices], certification: Certification, actor: Actor, dossier: Dossier
) -> Choices:
    """The deliveries that somebody whom the actor may name has not observed yet."""
    module, country = certification.module, certification.country
    names_others = actor.holds(RoleName.COORDINATOR, on=dossier.on, module=module, country=country)
    people = {id for id, _ in found["person"]} if names_others else {actor.id}
    done = observed_by(certification)
    return [one for one in found["activity"] if any((person, one[0]) not in done for person in people)]


def _evidence(session: Session, dossier: Dossier) -> Choices:
    ids = [one.activity for one in dossier.counted if one.counted]
    rows = session.scalars(
        select(Activity)
        .where(Activity.id.in_(ids))
        .order_by(Activity.held_on)
        .options(joinedload(Activity.enterprise), joinedload(Activity.cohort))
    )
    return [(one.id, _activity(one)) for one in rows if one.kind is not ActivityKind.TOT_EVENT]


def _activity(one: Activity) -> str:
    where = one.enterprise.name if one.enterprise else (one.cohort.name if one.cohort else "")
    return " · ".join(filter(None, (word(one.kind), day(one.held_on), where)))


def _event(one: Activity) -> str:
    """A ToT event as a coordinator tells it from others: its days, and who facilitates it."""
    days = day(one.held_on) if one.held_on == one.last_on else f"{day(one.held_on)} – {day(one.last_on)}"
    leads = ", ".join(each.person.name for each in one.people)
    return " · ".join(filter(None, (word(one.kind), days, leads)))


def issuers_of(session: Session, asked: Question) -> Choices:
    """The issuing bodies that this Master Trainer decides for, with a delegation that covers the case."""
    rows = session.execute(
        select(IssuingBody.id, IssuingBody.legal_name)
        .where(IssuingBody.id.in_(issuers_in_force(asked)))
        .order_by(IssuingBody.legal_name)
    )
    return [(row.id, row.legal_name) for row in rows]


def _waivable(dossier: Dossier) -> Choices:
    waived = {one.requirement for one in dossier.evidence.waived}
    return [
        (one.id, say(one.text))
        for one in dossier.edition.requirements.values()
        if one.waivable and one.id not in waived
    ]


def _requirements(edition: Edition) -> Choices:
    return [(one.id, f"{one.id}: {say(one.text)}") for one in edition.requirements.values()]
