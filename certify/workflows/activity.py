"""The life of an activity, of whatever kind: planned or held, submitted, confirmed or void."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Activity, Person
from certify.policy import Actor
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import ActivityKind, ActivityState, Relation
from certify.workflows import engine, involvement, notices
from certify.workflows.activity_clean import clean_fields
from certify.workflows.activity_edit import (
    ENTERED_BY,
    create_activity,
    edit_activity,
    enrol_on_roster,
    may_edit,
)
from certify.workflows.activity_fields import FIELDS, Field, FieldKind
from certify.workflows.activity_people import case_ids, concerned
from certify.workflows.activity_rules import (
    STATE_WORDS,
    ActivityDossier,
    candidates_have_a_supervisor,
    contact_is_no_trainer,
    enterprise_had_its_time,
    may_be_entered,
    reason_in_the_enterprises_place,
    was_held,
)
from certify.workflows.activity_store import fields_of
from certify.workflows.cohort import create_cohort, edit_cohort
from certify.workflows.editions import edition_in_force
from certify.workflows.engine import Move, Question
from certify.workflows.facts import Fact, FactKind

CONFIRMED_BY = (
    "tot_lead",
    "cohort_supervisor",
    "visited_contact",
    "unsupervised_cohort_coordinator",
    "refresher_reviewer",
    "conduct_signer",
)

_REASON = Fact("reason", FactKind.LONG_TEXT, say("Reason"), max_length=2000)
_REASON_IF_NEEDED = Fact(
    "reason",
    FactKind.LONG_TEXT,
    say("Reason"),
    hint=say("Needed when you confirm a visit in the enterprise's place."),
    required=False,
    max_length=2000,
)


def _entered(question: Question) -> dict[str, Any]:
    return {"kind": question.thing.kind, **fields_of(question.thing)}


def _submitted(question: Question) -> dict[str, Any]:
    activity: Activity = question.thing
    activity.submitted_by_id = question.actor.id or None
    activity.submitted_at = question.at
    activity.reason = None
    if activity.kind is ActivityKind.TOT_EVENT:
        _record_facilitators(question)
    return {"kind": activity.kind, "held_on": activity.held_on}


def _record_facilitators(question: Question) -> None:
    """From now on they are known to have trained everybody on the roster."""
    assert question.session is not None
    for certification in question.dossier.concerned:
        for one in question.thing.people:
            involvement.record(
                question.session,
                one.person_id,
                certification,
                Relation.FACILITATED,
                question.thing.id,
                question.at,
            )


def _ask_the_enterprise(question: Question) -> None:
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


def _confirmed(question: Question) -> dict[str, Any]:
    activity: Activity = question.thing
    activity.confirmed_by_id = question.actor.id or None
    activity.confirmed_by_name = question.actor.name
    activity.confirmed_at = question.at
    activity.reason = question.facts.get("reason")
    return {"confirmed_by": question.actor.name}


def _kept_reason(question: Question) -> None:
    question.thing.reason = question.facts["reason"]


def _returned(question: Question) -> dict[str, Any] | None:
    """Who answers a mailed link has no account to be named by."""
    _kept_reason(question)
    return None if question.actor.id else {"returned_by": question.actor.name}


def _tell_who_recorded(question: Question) -> None:
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


MOVES = engine.define(
    Move(
        name="create",
        label=say("Record"),
        sources=(ActivityState.NEW,),
        to=ActivityState.OPEN,
        who=ENTERED_BY,
        sentence="{actor} recorded the activity.",
        guards=(may_be_entered,),
        effect=_entered,
        note="while the certifications are admitted to assessment, in more practice, on hold, "
        "certified or suspended",
    ),
    Move(
        name="submit",
        label=say("Submit"),
        sources=(ActivityState.OPEN, ActivityState.RETURNED),
        to=ActivityState.SUBMITTED,
        who=ENTERED_BY,
        sentence="{actor} submitted the activity.",
        guards=(may_be_entered, was_held),
        effect=_submitted,
        tells=(_ask_the_enterprise,),
        note="once it was held; a visit's enterprise is asked to confirm it",
    ),
    Move(
        name="confirm",
        label=say("Confirm"),
        sources=(ActivityState.SUBMITTED,),
        to=ActivityState.CONFIRMED,
        who=CONFIRMED_BY,
        sentence="{actor} confirmed the activity.",
        facts=(_REASON_IF_NEEDED,),
        checks=(reason_in_the_enterprises_place,),
        guards=(candidates_have_a_supervisor, contact_is_no_trainer, enterprise_had_its_time),
        effect=_confirmed,
        note="no trainer of a visit as its enterprise's contact; in the enterprise's place only after "
        "`visit_confirmation_days`, with a reason",
    ),
    Move(
        name="return",
        label=say("Return"),
        sources=(ActivityState.SUBMITTED,),
        to=ActivityState.RETURNED,
        who=CONFIRMED_BY,
        sentence="{actor} returned the activity.",
        facts=(_REASON,),
        effect=_returned,
        tells=(_tell_who_recorded,),
    ),
    Move(
        name="void",
        label=say("Void"),
        sources=(
            ActivityState.OPEN,
            ActivityState.SUBMITTED,
            ActivityState.RETURNED,
            ActivityState.CONFIRMED,
        ),
        to=ActivityState.VOID,
        who=(*CONFIRMED_BY, "coordinates"),
        sentence="{actor} declared the activity void.",
        facts=(_REASON,),
        effect=_kept_reason,
        confirm=say("A void activity counts for nobody and cannot be brought back."),
    ),
)


def day_of(activity: Activity, at: datetime) -> date:
    """The day that an instant falls on where the activity is held."""
    return day_in(at, zone_of(activity.country))


def _dossier(
    session: Session, activity: Activity, _actor: Actor, at: datetime, _facts: Mapping[str, Any]
) -> ActivityDossier:
    return ActivityDossier(
        edition=edition_in_force(session, day_of(activity, at)),
        concerned=tuple(concerned(session, activity)),
    )


WORKFLOW = engine.Workflow(
    name="activity",
    row=Activity,
    states=tuple(ActivityState),
    moves=MOVES,
    sees="activity.see",
    dossier=_dossier,
    day=day_of,
    locks=lambda session, thing, _move: case_ids(session, thing),
    scheme_version=lambda activity: activity.certification.scheme_version if activity.certification else None,
    state_words=STATE_WORDS,
)

__all__ = [
    "FIELDS",
    "MOVES",
    "WORKFLOW",
    "Field",
    "FieldKind",
    "clean_fields",
    "create_activity",
    "create_cohort",
    "day_of",
    "edit_activity",
    "edit_cohort",
    "enrol_on_roster",
    "fields_of",
    "may_edit",
]
