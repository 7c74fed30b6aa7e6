"""The life of an activity, of whatever kind: planned or held, submitted, confirmed or void."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Activity
from certify.policy import Actor
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import ActivityState
from certify.workflows import activity_effects as effects
from certify.workflows import engine
from certify.workflows.activity_edit import (
    ENTERED_BY,
)
from certify.workflows.activity_notices import ask_the_enterprise, ask_who_confirms, tell_who_recorded
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
from certify.workflows.editions import edition_in_force
from certify.workflows.engine import Move
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


MOVES = engine.define(
    Move(
        name="create",
        label=say("Record"),
        sources=(ActivityState.NEW,),
        to=ActivityState.OPEN,
        who=ENTERED_BY,
        sentence="{actor} recorded the activity.",
        guards=(may_be_entered,),
        effect=effects.entered,
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
        effect=effects.submitted,
        tells=(ask_the_enterprise, ask_who_confirms),
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
        effect=effects.confirmed,
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
        effect=effects.returned,
        tells=(tell_who_recorded,),
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
        effect=effects.kept_reason,
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
