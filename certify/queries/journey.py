"""Where a case stands on its path: the picture with its dates, what is next and who must act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Event
from certify.policy import CLOCK
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import CertificationState as S
from certify.workflows.case_terms import periods_of
from certify.workflows.dossier import Dossier, day_of
from certify.workflows.engine import Move, Question, Refusal, judge, workflow_of
from certify.workflows.result_sight import ReadersDossier
from certify.workflows.terms import decision_due_on

Day = date  # a Step has a field called date, which would hide the type

STEPS: tuple[tuple[Sentence, tuple[S, ...]], ...] = (
    (say("Application"), (S.NEW, S.DRAFT, S.SUBMITTED, S.DECLINED)),
    (say("ToT"), (S.ADMITTED, S.TRAINING)),
    (say("Classroom delivery"), (S.CLASSROOM_DELIVERY,)),
    (say("Supervised visits"), (S.SUPERVISED_VISITS,)),
    (say("Assessment"), (S.ASSESSMENT,)),
    (say("Approval"), (S.RECOMMENDED, S.REFUSED)),
    (say("Certified"), (S.CERTIFIED, S.SUSPENDED, S.WITHDRAWN, S.RETIRED)),
)
_INDEX = {state: n for n, (_, states) in enumerate(STEPS) for state in states}
_LAST = len(STEPS) - 1
STOPPED = (S.DECLINED, S.REFUSED, S.ON_HOLD, S.LEFT, S.SUSPENDED, S.WITHDRAWN, S.RETIRED)

# The move that carries a case on from each state, and who makes it.
ONWARD = {
    S.DRAFT: ("submit", "candidate"),
    S.SUBMITTED: ("admit", "coordinator"),
    S.ADMITTED: ("enrol", "coordinator"),
    S.TRAINING: ("complete_training", "facilitator"),
    S.CLASSROOM_DELIVERY: ("begin_visits", "candidate"),
    S.SUPERVISED_VISITS: ("submit_for_assessment", "candidate"),
    S.ASSESSMENT: ("recommend", "supervisor"),
    S.MORE_PRACTICE: ("resume_practice", "candidate"),
    S.RECOMMENDED: ("grant", "master_trainer"),
    S.ON_HOLD: ("resume", "coordinator"),
    S.LEFT: ("rejoin", "coordinator"),
    S.SUSPENDED: ("reinstate", "master_trainer"),
}


# What the holder's desk says while the way onward is longer than one move.
OWN_STEPS = {
    S.CLASSROOM_DELIVERY: say("Deliver the classroom workshop, then begin the visits."),
    S.SUPERVISED_VISITS: say("Make the visits, then submit for assessment."),
}


@dataclass(frozen=True)
class Step:
    """One step of the picture; `date` is when it was done, or a sentence about the present one."""

    label: Sentence
    status: str  # done, current, ahead, stopped
    date: date | str | None
    earliest_on: Day | None = None  # of a step ahead: it cannot begin before


@dataclass(frozen=True)
class Next:
    """What carries the case on, who must do it, and what stands in the way for everybody."""

    move: Move
    who: str
    name: str | None
    since: datetime
    due_on: date | None
    refusals: tuple[Refusal, ...]
    text: Sentence  # what has to be done, in words


def path_of(session: Session, certification: Certification) -> tuple[Step, ...]:
    """The path as a picture: what is done with its day, what is now, what lies ahead."""
    done_on = _done_on(session, certification)
    here = max(done_on, default=-1) + 1 if certification.state is S.LEFT else _here(certification)
    stopped = certification.state in STOPPED
    certified = certification.state is S.CERTIFIED
    steps = []
    for n, (label, _) in enumerate(STEPS):
        if n < here or (certified and n == _LAST):
            steps.append(Step(label, "done", _certified_on(certification) if n == _LAST else done_on.get(n)))
        elif n == here:
            since = day_of(certification, certification.state_since)
            steps.append(Step(label, "stopped" if stopped else "current", since))
        else:
            steps.append(Step(label, "ahead", None))
    if certification.recognised_source:
        return (steps[-1],)
    return tuple(steps)


def _certified_on(certification: Certification) -> Day | None:
    """The first day of the first certificate: a renewal that was granted ahead of time begins later."""
    return min((period.valid_from for period in periods_of(certification)), default=None)


def _here(certification: Certification) -> int:
    state = certification.state
    if state is S.MORE_PRACTICE:
        return _INDEX.get(S(certification.practice_back_to or S.SUPERVISED_VISITS), 3)
    if state is S.ON_HOLD:
        return _position(certification.held_from_state)
    return _INDEX[state]


def _position(state: str | None) -> int:
    return _INDEX.get(S(state), 1) if state else 1


def _done_on(session: Session, certification: Certification) -> dict[int, date]:
    """The day on which each step was last left forwards."""
    events = session.execute(
        select(Event.at, Event.from_state, Event.to_state)
        .where(
            Event.case_id == certification.case_id,
            Event.subject_id == certification.id,
            Event.from_state != Event.to_state,
        )
        .order_by(Event.seq)
    )
    done: dict[int, date] = {}
    for at, before, after in events:
        start, end = _INDEX.get(S(before)), _INDEX.get(S(after))
        if start is None or end is None:
            continue
        for n in range(start, end):
            done[n] = day_of(certification, at)
    return done


def next_of(dossier: ReadersDossier, certification: Certification, at: datetime) -> Next | None:
    """What is next and who must act, as the reader may know it; None when the case is at rest."""
    onward = ONWARD.get(certification.state)
    if onward is None:
        return None
    name, who = onward
    move = workflow_of(certification).move(name)
    refusals = _in_the_way(dossier, certification, move, at)
    plain = say("{move}", move=say(move.label))
    return Next(
        move=move,
        who=who,
        name=_name(certification, who),
        since=certification.state_since,
        due_on=_due_on(dossier, certification),
        refusals=refusals,
        text=OWN_STEPS.get(certification.state, plain) if refusals else plain,
    )


def _name(certification: Certification, who: str) -> str | None:
    if who == "candidate":
        return certification.holder.name
    if who == "supervisor" and certification.supervisor is not None:
        return certification.supervisor.name
    return None


def _due_on(dossier: Dossier, certification: Certification) -> date | None:
    if certification.state is S.MORE_PRACTICE:
        return certification.practice_by_on
    if certification.state is not S.RECOMMENDED:
        return None
    return decision_due_on(dossier.edition, certification)


def _in_the_way(
    dossier: Dossier, certification: Certification, move: Move, at: datetime
) -> tuple[Refusal, ...]:
    """The guards' own reasons, without those that depend on which person acts."""
    question = Question(certification, dossier, move, CLOCK, at, dossier.on, {}, None)
    return tuple(one for one in judge(question) if one.requirement not in ("independence", "delegation"))


def as_pictures(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps as the path macro takes them."""
    return [{"label": step.label, "date": step.date, "status": step.status} for step in steps]
