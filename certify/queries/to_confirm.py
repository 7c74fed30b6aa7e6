"""The activities that wait for somebody's confirmation, page by page, to be confirmed together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity
from certify.policy import Actor
from certify.presentation import day, word
from certify.queries.answered import settled
from certify.queries.paging import PAGE, Order, Page, read_page
from certify.queries.queues_of_activities import waits_for_confirmation
from certify.queries.tasks import Asking
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityState


def _waiting(asking: Asking) -> Select[Any]:
    found = waits_for_confirmation(asking.reach)
    waiting = select(Activity).where(false() if found is None else found).params(dict(asking.given))
    return waiting.options(joinedload(Activity.cohort), joinedload(Activity.enterprise))


@dataclass(frozen=True)
class Group:
    """What waits in one cohort, or outside any, as it stands on a page."""

    cohort: str
    label: str
    activities: tuple[Activity, ...]


def waiting_page(asking: Asking, *, cohort: str = "", cursor: str | None = None) -> Page[Activity]:
    """What the actor may confirm now, the longest waiting first; of one cohort if it is named."""
    asked = _waiting(asking).options(joinedload(Activity.created_by))
    if cohort:
        asked = asked.where(Activity.cohort_id == cohort)
    return read_page(
        asking.session,
        asked,
        order=Order(Activity.state_since, Activity.id),
        cursor=cursor,
        allowed=lambda _activity: True,
    )


def grouped(activities: Iterable[Activity]) -> tuple[Group, ...]:
    """By cohort, that of the longest waiting first; each group in the order of the page."""
    groups: dict[str, list[Activity]] = {}
    for one in activities:
        groups.setdefault(one.cohort_id or "", []).append(one)
    return tuple(
        Group(id, found[0].cohort.name if found[0].cohort else gettext("Outside any cohort"), tuple(found))
        for id, found in groups.items()
    )


def count_waiting(asking: Asking, cohort: str = "") -> int:
    """How many activities wait for the actor; of one cohort if it is named."""
    asked = _waiting(asking)
    if cohort:
        asked = asked.where(Activity.cohort_id == cohort)
    return asking.session.scalar(asked.with_only_columns(func.count(Activity.id)).order_by(None)) or 0


def waiting_among(asking: Asking, ids: Collection[str]) -> tuple[Activity, ...]:
    """Those of the named that still wait for the actor, at most one page of them."""
    asked = _waiting(asking).where(Activity.id.in_(list(ids)[:PAGE]))
    return tuple(asking.session.scalars(asked.order_by(Activity.held_on, Activity.id)))


def why_no_longer(session: Session, activity: Activity, reader: Actor) -> Sentence | None:
    """Who settled an activity meanwhile and when; None while it still waits."""
    found = settled(session, activity)
    if found is None:
        return None
    name, on = found.name or "–", found.on
    if found.person_id and found.person_id == reader.id:
        told = {
            ActivityState.CONFIRMED: say("You confirmed it on {day}.", day=on),
            ActivityState.RETURNED: say("You sent it back on {day}.", day=on),
            ActivityState.VOID: say("You declared it void on {day}.", day=on),
        }
    else:
        told = {
            ActivityState.CONFIRMED: say("{name} confirmed it on {day}.", name=name, day=on),
            ActivityState.RETURNED: say("{name} sent it back on {day}.", name=name, day=on),
            ActivityState.VOID: say("{name} declared it void on {day}.", name=name, day=on),
        }
    return told.get(found.state)


def title_of(activity: Activity) -> str:
    """An activity in a few words: what, when, where."""
    where = (
        activity.enterprise.name if activity.enterprise else activity.cohort.name if activity.cohort else ""
    )
    return " · ".join(filter(None, (word(activity.kind), day(activity.held_on), where)))
