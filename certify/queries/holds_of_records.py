"""On whom cases wait for records: whoever confirms them, or the holder to whom they came back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, select, union
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, ActivityPerson, Certification, CohortTrainer, RosterEntry
from certify.queries.holds import DELIVERING, Hold, days_since
from certify.queries.my_activities import NAMING_TRAINERS
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind, ActivityState

UNSETTLED = (ActivityState.SUBMITTED, ActivityState.RETURNED)


def unsettled_among(
    session: Session, cases: Iterable[Certification]
) -> Mapping[tuple[str, str], Sequence[Activity]]:
    """The same, of those on the way who deliver."""
    return unsettled_of(session, [case for case in cases if case.state in DELIVERING])


def unsettled_of(
    session: Session, cases: Iterable[Certification]
) -> Mapping[tuple[str, str], Sequence[Activity]]:
    """By holder and module the records that wait to be confirmed or came back, the longest waiting first."""
    wanted = {(case.holder_id, case.module) for case in cases}
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


def records_held(certification: Certification, unsettled: Iterable[Activity], at: datetime) -> Iterator[Hold]:
    """Records that wait to be confirmed, or came back to be completed."""
    groups: dict[tuple[Confirmer, bool], list[Activity]] = defaultdict(list)
    who = "holder" if certification.valid_from else "candidate"
    holder = Confirmer(who, certification.holder.name, certification.holder_id)
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
