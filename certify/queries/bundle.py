"""The evidence of a case as a page lays it out: activities with what they count for, scores, people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Activity, Assessment, Certification, Cohort, RosterEntry
from certify.policy import Actor, may
from certify.scheme.evidence import Counted, Observation
from certify.scheme.rules import observation_mean
from certify.scheme.rules.case import number
from certify.scheme.rules.scores import scores_of, shown
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import ChecklistItem, Edition
from certify.scheme.words import (
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
)
from certify.workflows.assessment_scores import CLASSROOM, place_of
from certify.workflows.assessment_sight import may_see_scores

DONE = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)


@dataclass(frozen=True)
class Line:
    """One activity of the evidence; `may_see` says whether the reader may open it."""

    activity: Activity
    counted: bool
    reasons: tuple[tuple[str | None, str], ...]
    may_see: bool

    @property
    def place(self) -> str:
        """The enterprise or the cohort."""
        if self.activity.enterprise is not None:
            return self.activity.enterprise.name
        return self.activity.cohort.name if self.activity.cohort is not None else ""


def lines_of(session: Session, counted: Iterable[Counted], actor: Actor, on: date) -> tuple[Line, ...]:
    """The activities in the order of their days, each with whether it counts and why not."""
    verdicts = {one.activity: one for one in counted}
    activities = session.scalars(
        select(Activity)
        .where(Activity.id.in_(verdicts))
        .options(
            joinedload(Activity.cohort).selectinload(Cohort.trainers),
            joinedload(Activity.enterprise),
            selectinload(Activity.roster).joinedload(RosterEntry.certification),
        )
        .order_by(Activity.held_on, Activity.id)
    )
    return tuple(
        Line(
            activity,
            verdicts[activity.id].counted,
            tuple((reason.requirement, reason.reason) for reason in verdicts[activity.id].reasons),
            may(actor, "activity.see", activity, on),
        )
        for activity in activities
    )


@dataclass(frozen=True)
class Score:
    """One observer's score of one item; None where it does not apply or was not given."""

    value: int | None
    observer: str
    comment: str = ""
    reason: str = ""  # why it is not applicable


@dataclass(frozen=True)
class ScoreLine:
    """One item over all observations, with what it comes to."""

    item: ChecklistItem
    scores: tuple[Score, ...]
    own: int | None
    word: Sentence
    tone: str


@dataclass(frozen=True)
class Column:
    """One observation as a column: where, when, by whom, and its mean."""

    assessment: Assessment
    place: str
    observer: str
    mean: str


@dataclass(frozen=True)
class ScoreTable:
    """The observations side by side; `hidden` counts those that the reader may not see yet."""

    columns: tuple[Column, ...]
    lines: tuple[ScoreLine, ...]
    hidden: int
    waiting: int


def scores_table(certification: Certification, edition: Edition, actor: Actor, on: date) -> ScoreTable:
    """Every observation that the reader may see, item by item."""
    observations = [
        one
        for one in certification.assessments
        if one.kind is AssessmentKind.OBSERVATION and one.state is not AssessmentState.VOID
    ]
    in_now = [one for one in observations if one.state in DONE]
    seen = [one for one in in_now if may_see_scores(one, actor, on)]
    columns = tuple(_column(edition, one) for one in seen)
    own = certification.self_assessment or {}
    return ScoreTable(
        columns,
        tuple(_line(edition, item, seen, own) for item in edition.checklist) if seen else (),
        hidden=len(in_now) - len(seen),
        waiting=len(observations) - len(in_now),
    )


def _column(edition: Edition, one: Assessment) -> Column:
    place = place_of(one.activity.kind) if one.activity is not None else CLASSROOM
    mean = observation_mean(edition, _value(one), place)
    return Column(one, place, one.assessor.name, str(shown(mean, 2)) if mean is not None else "–")


def _value(one: Assessment) -> Observation:
    return Observation(
        one.id, one.activity_id or "", one.assessor_id, one.state, one.scores, one.agreed_scores, False
    )


def _line(
    edition: Edition, item: ChecklistItem, seen: list[Assessment], own: Mapping[str, int | None]
) -> ScoreLine:
    scores = tuple(
        Score(
            scores_of(_value(one)).get(item.id),
            one.assessor.name,
            str(one.comments.get(item.id) or ""),
            str(one.not_applicable.get(item.id) or ""),
        )
        for one in seen
    )
    given = [score.value for score in scores if score.value is not None]
    word, tone = _result(item, given, int(number(edition, "score_sufficient")))
    return ScoreLine(item, scores, own.get(item.id), word, tone)


def _result(item: ChecklistItem, given: list[int], sufficient: int) -> tuple[Sentence, str]:
    if not given:
        return say("Not scored"), "calm"
    if min(given) >= sufficient:
        return say("Sufficient"), "good"
    if item.critical:
        return say("Below {n}, critical", n=sufficient), "bad"
    return say("Below {n}", n=sufficient), "warn"


@dataclass(frozen=True)
class Part:
    """Somebody's part in a case."""

    name: str
    role: str
    note: Sentence | None
    since: datetime | None = None
    sheet_id: str = ""  # of what the reader may open


def parts_in(certification: Certification, actor: Actor, on: date) -> tuple[Part, ...]:
    """Supervisor, facilitators of the ToT, observers and panel members of a case."""
    parts = []
    if certification.supervisor is not None:
        parts.append(Part(certification.supervisor.name, "supervisor", None))
    for entry in certification.roster_entries:
        if entry.activity.state is not ActivityState.VOID:
            parts += [Part(one.person.name, "facilitator", None) for one in entry.activity.people]
    for one in certification.assessments:
        if one.state is AssessmentState.VOID:
            continue
        role = "screener" if one.kind is AssessmentKind.SCREENING else "observer"
        sheet_id = one.id if may(actor, "assessment.see", one, on) else ""
        parts.append(Part(one.assessor.name, role, _task(one), sheet_id=sheet_id))
    return tuple(dict.fromkeys(parts))


def _task(one: Assessment) -> Sentence:
    if one.activity is not None:
        return say(
            "{kind} of {day}: {state}", kind=one.activity.kind, day=one.activity.held_on, state=one.state
        )
    return say("{state}", state=one.state)


def satisfaction_of(lines: Iterable[Line], edition: Edition) -> tuple[int, int, int] | None:
    """Satisfied answers, all answers and people asked, over the workshops that count; None without any."""
    satisfied, answers, asked = 0, 0, 0
    for line in lines:
        feedback = line.activity.facts.get("feedback") or {}
        if line.activity.kind is ActivityKind.WORKSHOP and line.counted:
            given = [int(one) for one in feedback.get("answers") or ()]
            least = number(
                edition, "satisfaction_score", module=line.activity.module, country=line.activity.country
            )
            satisfied += sum(one >= least for one in given)
            answers += len(given)
            asked += int(feedback.get("asked") or 0)
    return (satisfied, answers, asked) if answers else None
