"""The path with its forecasts, and everybody who holds it up: since when, and for how many days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, Assessment, Certification
from certify.queries.journey import Next, Step, path_of
from certify.queries.my_activities import part_in
from certify.scheme.evidence import Cycle
from certify.scheme.rules import requirements
from certify.scheme.rules.forecast import earliest_starts
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind, ActivityState, AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import Dossier, day_of

FORETOLD = (
    S.TRAINING, S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS, S.MORE_PRACTICE, S.ADMITTED,
)  # fmt: skip
# Which foretold day is the earliest of each step of the picture, by its place.
_STARTS = {2: "classroom", 3: "visits", 4: "assessment", 5: "assessment", 6: "assessment"}
OPEN_SHEET = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
UNSETTLED = (ActivityState.SUBMITTED, ActivityState.RETURNED)
DELIVERING = (S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS, S.ASSESSMENT, S.MORE_PRACTICE)


@dataclass(frozen=True)
class Hold:
    """Somebody on whom the path waits: for what, since when, and how many days that is."""

    who: str  # a role
    name: str | None
    what: Sentence
    since: datetime
    days: int
    endpoint: str = ""
    id: str = ""


def foretold_path(session: Session, certification: Certification, dossier: Dossier) -> tuple[Step, ...]:
    """The path as a picture; what lies ahead says when it can begin at the earliest."""
    steps = path_of(session, certification)
    if certification.state not in FORETOLD:
        return steps
    starts = earliest_starts(dossier.edition, dossier.evidence, dossier.on)
    return tuple(_foretold(step, starts.get(_STARTS.get(n, "")), dossier) for n, step in enumerate(steps))


def _foretold(step: Step, day: date | None, dossier: Dossier) -> Step:
    if step.status != "ahead" or day is None or day <= dossier.on:
        return step
    return replace(step, earliest_on=day)


def holding_up(
    session: Session, certification: Certification, following: Next | None, at: datetime
) -> tuple[Hold, ...]:
    """Everybody on whom the path waits now, the longest waiting first."""
    found = [*_records(session, certification, at), *_sheets(certification, at)]
    if following is not None and not found:
        found = [_onward(certification, following, at)]
    elif following is not None and (
        not following.refusals or _has_more_to_do(session, certification, following, at)
    ):
        found.append(_onward(certification, following, at))
    return tuple(sorted(found, key=lambda hold: hold.since))


def _has_more_to_do(session: Session, certification: Certification, following: Next, at: datetime) -> bool:
    """Whether the candidate's own work stands in the way, even once all that waits is confirmed."""
    if following.who != "candidate":
        return False
    dossier = Dossier(session, certification, at)
    asked = {one.requirement for one in following.refusals if one.requirement}
    settled = replace(dossier.evidence, cycles=tuple(map(_as_if_confirmed, dossier.evidence.cycles)))
    return any(
        one.id in asked and not one.cleared and "candidate" in one.who
        for one in requirements(dossier.edition, settled, dossier.on, asked=asked)
    )


def _as_if_confirmed(cycle: Cycle) -> Cycle:
    happenings = (
        replace(one, state=ActivityState.CONFIRMED) if one.state in UNSETTLED else one
        for one in cycle.happenings
    )
    return replace(cycle, happenings=tuple(happenings))


def _onward(certification: Certification, following: Next, at: datetime) -> Hold:
    return Hold(
        following.who,
        following.name,
        following.text,
        following.since,
        _days(certification, following.since, at),
    )


def _sheets(certification: Certification, at: datetime) -> Iterator[Hold]:
    """Assessors whose sheet is still to come, where the case waits for sheets."""
    wanted = {S.SUBMITTED: AssessmentKind.SCREENING, S.ASSESSMENT: AssessmentKind.OBSERVATION}
    for one in certification.assessments:
        if one.state not in OPEN_SHEET or one.kind is not wanted.get(certification.state):
            continue
        screening = one.kind is AssessmentKind.SCREENING
        yield Hold(
            "screener" if screening else "observer",
            one.assessor.name,
            say("The screening sheet is not handed in yet.") if screening else _observation(one),
            one.created_at,
            _days(certification, one.created_at, at),
        )


def _observation(one: Assessment) -> Sentence:
    if one.activity is None:
        return say("The observation is not handed in yet.")
    return say(
        "The observation of {kind}, {day}, is not handed in yet.",
        kind=one.activity.kind,
        day=one.activity.held_on,
    )


def _records(session: Session, certification: Certification, at: datetime) -> Iterator[Hold]:
    """Records that wait to be confirmed, or came back to be completed."""
    if certification.state not in DELIVERING:
        return
    groups: dict[tuple[str, str | None, bool], list[Activity]] = {}
    for one in _unsettled(session, certification):
        back = one.state is ActivityState.RETURNED
        who, name = ("candidate", certification.holder.name) if back else _confirmer(one)
        groups.setdefault((who, name, back), []).append(one)
    for (who, name, back), these in groups.items():
        since = min(one.state_since for one in these)
        only = these[0].id if len(these) == 1 else ""
        what = _what(these, back)
        days = _days(certification, since, at)
        yield Hold(who, name, what, since, days, "activities.show" if only else "", only)


def _unsettled(session: Session, certification: Certification) -> Iterable[Activity]:
    return session.scalars(
        select(Activity)
        .where(
            part_in(certification.holder_id),
            Activity.module == certification.module,
            Activity.state.in_(UNSETTLED),
        )
        .options(joinedload(Activity.cohort), joinedload(Activity.enterprise))
        .order_by(Activity.state_since)
        .limit(100)
    )


def _what(these: list[Activity], back: bool) -> Sentence:
    kind, day, n = these[0].kind, these[0].held_on, len(these)
    if back:
        if n == 1:
            return say("{kind}, {day}, came back to be completed.", kind=kind, day=day)
        return say("{n} records came back to be completed.", n=n)
    if n == 1:
        return say("{kind}, {day}, waits to be confirmed.", kind=kind, day=day)
    return say("{n} records wait to be confirmed.", n=n)


def _confirmer(one: Activity) -> tuple[str, str | None]:
    if one.kind is ActivityKind.TOT_EVENT:
        return "facilitator", one.people[0].person.name if one.people else None
    if one.kind is ActivityKind.VISIT:
        return "enterprise_contact", one.enterprise.name if one.enterprise else None
    supervisor = one.cohort.supervisor if one.cohort else None
    return ("supervisor", supervisor.name) if supervisor else ("coordinator", None)


def _days(certification: Certification, since: datetime, at: datetime) -> int:
    return (day_of(certification, at) - day_of(certification, since)).days
