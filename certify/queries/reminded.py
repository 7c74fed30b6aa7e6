"""When somebody was last reminded of a case, by the clock or a person, and when the next reminder comes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.models import DuePoint, Message
from certify.workflows.nudging import NUDGE

REMINDS = ("clock", NUDGE)


@dataclass(frozen=True)
class Reminded:
    """The last message that reminded of it, and when the next one falls due; None where there is none."""

    last_at: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True)
class OfCase:
    """The last message that reminded of a case, and when the next of each reminder falls due, by its id."""

    last_at: datetime | None = None
    ahead: Mapping[str, datetime] = field(default_factory=dict)

    def since(self, began: datetime, reminds: Callable[[str], bool]) -> Reminded:
        """Of one thing in the case: it has waited since then, and these reminders are about it."""
        last = self.last_at if self.last_at is not None and self.last_at >= began else None
        return Reminded(last, min((at for id, at in self.ahead.items() if reminds(id)), default=None))


def reminded(session: Session, case_ids: Sequence[str]) -> Mapping[str, OfCase]:
    """By case file."""
    last = select(Message.case_id, func.max(Message.created_at)).where(
        Message.case_id.in_(case_ids), Message.origin.in_(REMINDS), Message.state != "superseded"
    )
    following = select(DuePoint.case_id, DuePoint.reminder, func.min(DuePoint.due_at)).where(
        DuePoint.case_id.in_(case_ids), DuePoint.settled_at.is_(None), DuePoint.reminder != ""
    )
    told = dict(session.execute(last.group_by(Message.case_id)).all())
    ahead: dict[str, dict[str, datetime]] = defaultdict(dict)
    for case, reminder, at in session.execute(following.group_by(DuePoint.case_id, DuePoint.reminder)):
        ahead[case][reminder] = at
    return {id: OfCase(told.get(id), ahead.get(id, {})) for id in case_ids}
