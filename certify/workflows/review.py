"""The life of a review task: opened and escalated by the clock, closed by a Master Trainer with a reason."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Certification, Review
from certify.policy import Actor
from certify.policy.actor import CLOCK
from certify.scheme.rules.case import number
from certify.scheme.sentences import say
from certify.scheme.words import Act, ReviewGround, ReviewState, RoleName
from certify.workflows import engine
from certify.workflows.case_terms import day_of, edition_of
from certify.workflows.certification_guards import delegated, impartial
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Move, Question
from certify.workflows.facts import Fact, FactKind
from certify.workflows.telling import in_office, tell

GROUND_WORDS: Mapping[str, str] = {
    ReviewGround.PREREQUISITE_FELL: "the module it rests on is no longer certified",
    ReviewGround.SUSPENSION_LIMIT: "the suspension has reached its limit",
}
OPEN_STATES = (ReviewState.OPEN, ReviewState.ESCALATED)


def _opened(question: Question) -> Mapping[str, Any]:
    thing = question.thing
    thing.opened_at = question.at
    return {"ground": thing.ground, "fallen": thing.fallen_id}


def _escalated(question: Question) -> None:
    question.thing.escalated_at = question.at


def _closed(question: Question) -> Mapping[str, Any]:
    """With the state in which the certification was left."""
    thing = question.thing
    thing.closed_by_id, thing.closed_at = question.actor.id, question.at
    thing.reason = question.facts["reason"]
    return {"left": thing.certification.state}


def _tell_deciders(question: Question) -> None:
    """Every Master Trainer in scope whom nothing ties to the holder, and the coordinators."""
    masters = in_office(question, RoleName.MASTER_TRAINER)
    question.dossier.examine({(one, Act.DECIDE) for one in masters})
    free = [one for one in masters if not question.dossier.findings(one, Act.DECIDE).blocks]
    _tell(question, "review_opened", {*free, *in_office(question, RoleName.COORDINATOR)})


def _tell_above(question: Question) -> None:
    """Nobody has closed it in time: the scheme owners, and the coordinators once more."""
    owners = in_office(question, RoleName.SCHEME_OWNER)
    _tell(question, "review_escalated", {*owners, *in_office(question, RoleName.COORDINATOR)})


def _tell_holder(question: Question) -> None:
    _tell(question, "review_closed", {question.thing.certification.holder_id})


def _tell(question: Question, kind: str, people: Collection[str]) -> None:
    thing, case = question.thing, question.thing.certification
    params = {
        "review": thing.id,
        "certification": case.id,
        "holder": case.holder.name,
        "module": case.module,
        "ground": GROUND_WORDS[thing.ground],
        "reason": thing.reason,
    }
    tell(question, dict.fromkeys(sorted(people), kind), params)


MOVES = engine.define(
    Move(
        name="open",
        label=say("Open a review"),
        sources=(ReviewState.NEW,),
        to=ReviewState.OPEN,
        who=("the_clock",),
        sentence="{actor} opened a review: somebody has to look at this certification.",
        effect=_opened,
        tells=(_tell_deciders,),
        note="the prerequisite fell, or the suspension reached its limit; nothing happens by itself",
    ),
    Move(
        name="escalate",
        label=say("Escalate"),
        sources=(ReviewState.OPEN,),
        to=ReviewState.ESCALATED,
        who=("the_clock",),
        sentence="{actor} escalated the review: nobody had closed it in time.",
        effect=_escalated,
        tells=(_tell_above,),
        note="the days of a review have passed",
    ),
    Move(
        name="close",
        label=say("Close the review"),
        sources=OPEN_STATES,
        to=ReviewState.CLOSED,
        who=("master_trainer",),
        sentence="{actor} closed the review.",
        facts=(
            Fact(
                "reason",
                FactKind.LONG_TEXT,
                say("What was decided, and why"),
                hint=say("The trainer will read this. Plain language, no internal notes."),
                max_length=2000,
            ),
        ),
        guards=(impartial(Act.DECIDE), delegated),
        effect=_closed,
        tells=(_tell_holder,),
        confirm=say("The certification stays as it is now. A review that was closed is not opened again."),
        note="`independence`, `delegation`",
    ),
)


def _day(review: Review, at: datetime) -> date:
    return day_of(review.certification, at)


def _dossier(
    session: Session, review: Review, _actor: Actor, at: datetime, _facts: Mapping[str, Any]
) -> Dossier:
    return Dossier(session, review.certification, at)


WORKFLOW = engine.Workflow(
    name="review",
    row=Review,
    states=tuple(ReviewState),
    moves=MOVES,
    sees="certification.see",
    dossier=_dossier,
    day=_day,
    locks=lambda session, review, _move: (review.case_id,),
    scheme_version=lambda review: review.certification.scheme_version,
    state_words={
        ReviewState.NEW: say("new"),
        ReviewState.OPEN: say("open"),
        ReviewState.ESCALATED: say("escalated"),
        ReviewState.CLOSED: say("closed"),
    },
)


def open_review(
    session: Session,
    case: Certification,
    ground: ReviewGround,
    cause: str,
    at: datetime,
    *,
    fallen_id: str | None = None,
) -> Review:
    """Open the task about what happened; the caller holds the case's lock and saw that there is none yet."""
    review = Review(
        case_id=case.case_id,
        certification=case,
        certification_id=case.id,
        ground=ground,
        cause=cause,
        fallen_id=fallen_id,
        state=ReviewState.NEW,
        state_since=at,
        opened_at=at,
    )
    engine.create(session, review, "open", CLOCK, at)
    return review


def escalates_on(session: Session, review: Review, at: datetime) -> date:
    """The day on which an open review goes to the scheme owners."""
    case = review.certification
    days = number(edition_of(session, case, at), "review_days", module=case.module, country=case.country)
    return day_of(case, review.opened_at) + timedelta(days=int(days))
