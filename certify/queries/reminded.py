"""When somebody was last reminded of a case, by the clock or a person, and when the next reminder comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.models import DuePoint, Message
from certify.workflows.nudging import NUDGE

REMINDS = ("clock", NUDGE)


@dataclass(frozen=True)
class Reminded:
    """The last message that reminded of a case, and when the next one falls due; None where there is none."""

    last_at: datetime | None = None
    next_at: datetime | None = None


NOT_REMINDED = Reminded()


def reminded(session: Session, case_ids: Sequence[str]) -> Mapping[str, Reminded]:
    """By case file."""
    last = select(Message.case_id, func.max(Message.created_at)).where(
        Message.case_id.in_(case_ids), Message.origin.in_(REMINDS), Message.state != "superseded"
    )
    following = select(DuePoint.case_id, func.min(DuePoint.due_at)).where(
        DuePoint.case_id.in_(case_ids), DuePoint.settled_at.is_(None), DuePoint.reminder != ""
    )
    told = dict(session.execute(last.group_by(Message.case_id)).all())
    ahead = dict(session.execute(following.group_by(DuePoint.case_id)).all())
    return {id: Reminded(told.get(id), ahead.get(id)) for id in case_ids}
