"""Somebody on whom something waits, and the sheets that are waited for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certify.models import Assessment, Certification
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of
from certify.workflows.engine import workflow_of

OPEN_SHEET = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
DELIVERING = (S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS, S.ASSESSMENT, S.MORE_PRACTICE)


@dataclass(frozen=True)
class Hold:
    """Somebody on whom the path waits: for what, since when, and how many days that is.

    `people` have an account each; an enterprise is reached by its contacts; else it is whoever has the role.
    """

    who: str  # a role
    name: str | None
    what: Sentence
    since: datetime
    days: int
    endpoint: str = ""
    id: str = ""
    people: tuple[str, ...] = ()
    enterprise: str = ""
    activity: str = ""  # the one that has waited longest
    apart: tuple[str, ...] = ()  # who has the role and may not take this step

    @property
    def key(self) -> str:
        """The person, the enterprise or the role: by whom waiting cases are put together."""
        return self.enterprise or (self.people[0] if len(self.people) == 1 else self.who)


def next_move(
    thing: Any,
    who: str,
    move: str,
    at: datetime,
    *,
    since: datetime | None = None,
    apart: Collection[str] = (),
) -> Hold:
    """A move that carries on what hangs on a certification: its holder's, or that of whoever has a role."""
    case, since = thing.certification, since or thing.state_since
    label, holder = say(workflow_of(thing).move(move).label), case.holder if who == "holder" else None
    return Hold(
        who,
        holder.name if holder else None,
        say("The next step: {move}", move=label),
        since,
        days_since(case, since, at),
        people=(holder.id,) if holder else (),
        apart=tuple(apart),
    )


def sheets_held(certification: Certification, at: datetime) -> Iterator[Hold]:
    """Assessors whose sheet is still to come, where the case waits for sheets."""
    wanted = {S.SUBMITTED: AssessmentKind.SCREENING, S.ASSESSMENT: AssessmentKind.OBSERVATION}
    for one in certification.assessments:
        if one.state not in OPEN_SHEET or one.kind is not wanted.get(certification.state):
            continue
        if one.kind is AssessmentKind.SCREENING:
            yield _sheet(one, "screener", say("The screening sheet is not handed in yet."), at)
        else:
            yield observation_held(one, at)


def observation_held(one: Assessment, at: datetime) -> Hold:
    """An observer whose sheet is still to come."""
    return _sheet(one, "observer", _observation(one), at)


def _sheet(one: Assessment, who: str, what: Sentence, at: datetime) -> Hold:
    days = days_since(one.certification, one.created_at, at)
    return Hold(who, one.assessor.name, what, one.created_at, days, people=(one.assessor_id,))


def _observation(one: Assessment) -> Sentence:
    if one.activity is None:
        return say("The observation is not handed in yet.")
    return say(
        "The observation of {kind}, {day}, is not handed in yet.",
        kind=one.activity.kind,
        day=one.activity.held_on,
    )


def days_since(certification: Certification, since: datetime, at: datetime) -> int:
    """Whole days in the case's own calendar."""
    return (day_of(certification, at) - day_of(certification, since)).days
