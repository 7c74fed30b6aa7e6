"""On whom cases wait: sheets not handed in, records not settled, and whoever has the next move."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, select, union
from sqlalchemy.orm import Session, joinedload

from certify.models import (
    Activity,
    ActivityPerson,
    Assessment,
    Certification,
    CohortTrainer,
    Person,
    RosterEntry,
)
from certify.queries.journey import ONWARD
from certify.queries.my_activities import NAMING_TRAINERS
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind, ActivityState, AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import day_of
from certify.workflows.engine import workflow_of

OPEN_SHEET = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
UNSETTLED = (ActivityState.SUBMITTED, ActivityState.RETURNED)
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

    @property
    def key(self) -> str:
        """The person, the enterprise or the role: by whom waiting cases are put together."""
        return self.enterprise or (self.people[0] if len(self.people) == 1 else self.who)


def holds_of(
    session: Session, cases: Sequence[Certification], at: datetime
) -> Mapping[str, tuple[Hold, ...]]:
    """On whom each of many cases waits, in as many queries as for one; the longest waiting first.

    Whoever is named here is named on the page of the case too. That page also says whether the next move
    can be made while sheets or records are still waited for; here it is told where nothing else is.
    """
    records, facilitators = unsettled_among(session, cases), _facilitators(session, cases)
    found = {}
    for case in cases:
        unsettled = records.get((case.holder_id, case.module), ())
        holds = [*records_held(case, unsettled, at), *sheets_held(case, at)]
        holds = holds or list(_next_step(case, facilitators, at))
        found[case.id] = tuple(sorted(holds, key=lambda hold: hold.since))
    return found


def _next_step(
    case: Certification, facilitators: Mapping[str, Sequence[tuple[str, str]]], at: datetime
) -> Iterator[Hold]:
    if case.state not in ONWARD:
        return
    move, who = ONWARD[case.state]
    label = say(workflow_of(case).move(move).label)
    named: Sequence[tuple[str, str]] = facilitators.get(case.tot_event_id or "", ())
    if who != "facilitator":
        one = {"candidate": case.holder, "supervisor": case.supervisor}.get(who)
        named = [(one.id, one.name)] if one else []
    yield Hold(
        who,
        ", ".join(name for _, name in named) or None,
        say("The next step: {move}", move=label),
        case.state_since,
        days_since(case, case.state_since, at),
        people=tuple(id for id, _ in named),
    )


def _facilitators(
    session: Session, cases: Iterable[Certification]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Those of the ToT events whose results are waited for, the lead first."""
    events = {case.tot_event_id for case in cases if case.state is S.TRAINING and case.tot_event_id}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    if events:
        rows = session.execute(
            select(ActivityPerson.activity_id, Person.id, Person.name)
            .join(Person, Person.id == ActivityPerson.person_id)
            .where(ActivityPerson.activity_id.in_(events))
            .order_by(ActivityPerson.activity_id, ActivityPerson.position)
        )
        for event, id, name in rows:
            found[event].append((id, name))
    return found


def unsettled_among(
    session: Session, cases: Iterable[Certification]
) -> Mapping[tuple[str, str], Sequence[Activity]]:
    """By holder and module the records that wait to be confirmed or came back, the longest waiting first."""
    wanted = {(case.holder_id, case.module) for case in cases if case.state in DELIVERING}
    found: dict[tuple[str, str], list[Activity]] = defaultdict(list)
    if not wanted:
        return found
    parts = _parts_of({holder for holder, _ in wanted})
    rows = session.execute(
        select(parts.c.holder, Activity)
        .join(Activity, Activity.id == parts.c.activity)
        .where(Activity.state.in_(UNSETTLED), Activity.module.in_({module for _, module in wanted}))
        .options(joinedload(Activity.cohort), joinedload(Activity.enterprise))
        .order_by(Activity.state_since, Activity.id)
    )
    for holder, activity in rows.unique():
        found[holder, activity.module].append(activity)
    return found


def _parts_of(holders: Collection[str]) -> Subquery:
    """The same as my_activities.part_in, for many people."""
    holder, own = Certification.holder_id, Certification.holder_id.in_(holders)
    return union(
        select(ActivityPerson.person_id.label("holder"), ActivityPerson.activity_id.label("activity")).where(
            ActivityPerson.person_id.in_(holders)
        ),
        select(holder, RosterEntry.activity_id).join(RosterEntry.certification).where(own),
        select(CohortTrainer.person_id, Activity.id)
        .join(Activity, Activity.cohort_id == CohortTrainer.cohort_id)
        .where(CohortTrainer.person_id.in_(holders), Activity.kind.not_in(NAMING_TRAINERS)),
        select(holder, Activity.id).join(Activity, Activity.certification_id == Certification.id).where(own),
    ).subquery()


def sheets_held(certification: Certification, at: datetime) -> Iterator[Hold]:
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
            days_since(certification, one.created_at, at),
            people=(one.assessor_id,),
        )


def _observation(one: Assessment) -> Sentence:
    if one.activity is None:
        return say("The observation is not handed in yet.")
    return say(
        "The observation of {kind}, {day}, is not handed in yet.",
        kind=one.activity.kind,
        day=one.activity.held_on,
    )


def records_held(certification: Certification, unsettled: Iterable[Activity], at: datetime) -> Iterator[Hold]:
    """Records that wait to be confirmed, or came back to be completed."""
    groups: dict[tuple[Confirmer, bool], list[Activity]] = defaultdict(list)
    holder = Confirmer("candidate", certification.holder.name, certification.holder_id)
    for one in unsettled:
        back = one.state is ActivityState.RETURNED
        groups[holder if back else _confirmer(one), back].append(one)
    for (by, back), these in groups.items():
        since = min(one.state_since for one in these)
        only = these[0].id if len(these) == 1 else ""
        yield Hold(
            by.who,
            by.name,
            _what(these, back),
            since,
            days_since(certification, since, at),
            "activities.show" if only else "",
            only,
            (by.person,) if by.person else (),
            by.enterprise,
            these[0].id,
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


@dataclass(frozen=True)
class Confirmer:
    """Who confirms a record."""

    who: str
    name: str | None = None
    person: str = ""
    enterprise: str = ""


def _confirmer(one: Activity) -> Confirmer:
    if one.kind is ActivityKind.TOT_EVENT:
        lead = one.people[0].person if one.people else None
        return Confirmer("facilitator", lead.name, lead.id) if lead else Confirmer("facilitator")
    if one.kind is ActivityKind.VISIT:
        name = one.enterprise.name if one.enterprise else None
        return Confirmer("enterprise_contact", name, enterprise=one.enterprise_id or "")
    supervisor = one.cohort.supervisor if one.cohort else None
    return Confirmer("supervisor", supervisor.name, supervisor.id) if supervisor else Confirmer("coordinator")


def days_since(certification: Certification, since: datetime, at: datetime) -> int:
    """Whole days in the case's own calendar."""
    return (day_of(certification, at) - day_of(certification, since)).days
