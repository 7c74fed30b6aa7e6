"""The activities that wait for somebody's confirmation, page by page, to be confirmed together."""

from collections.abc import Collection

from sqlalchemy import func
from sqlalchemy.orm import joinedload

from certify.models import Activity
from certify.presentation import day, word
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.queues_of_trainers import to_confirm
from certify.queries.tasks import Asking


def waiting_page(asking: Asking, *, cohort: str = "", cursor: str | None = None) -> Page[Activity]:
    """What the actor may confirm now, the longest waiting first; of one cohort if it is named."""
    asked = to_confirm(asking).options(joinedload(Activity.created_by))
    if cohort:
        asked = asked.where(Activity.cohort_id == cohort)
    return read_page(
        asking.session,
        asked,
        key=(Activity.state_since, Activity.id),
        cursor=cursor,
        allowed=lambda _activity: True,
    )


def count_waiting(asking: Asking, cohort: str) -> int:
    """How many activities of a cohort wait for the actor."""
    asked = to_confirm(asking).where(Activity.cohort_id == cohort).with_only_columns(func.count(Activity.id))
    return asking.session.scalar(asked) or 0


def waiting_among(asking: Asking, ids: Collection[str]) -> tuple[Activity, ...]:
    """Those of the named that still wait for the actor, at most one page of them."""
    asked = to_confirm(asking).where(Activity.id.in_(list(ids)[:PAGE]))
    return tuple(asking.session.scalars(asked.order_by(Activity.held_on, Activity.id)))


def title_of(activity: Activity) -> str:
    """An activity in a few words: what, when, where."""
    where = (
        activity.enterprise.name if activity.enterprise else activity.cohort.name if activity.cohort else ""
    )
    return " · ".join(filter(None, (word(activity.kind), day(activity.held_on), where)))
