"""A day that the scheme's order does not count: said beside its field first, then it is meant."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from certify.forms.activities import ActivityForm
from certify.forms.merging import marks_of
from certify.models import Activity
from certify.policy import Actor
from certify.queries.cohorts import verdicts_on
from certify.scheme.sentences import say
from certify.workflows.engine import InvalidFacts

ONCE_MORE = say("It can be recorded, but does not count. Save once more if the day is right.")


def warn_uncounted(
    session: Session,
    form: ActivityForm,
    activity: Activity,
    actor: Actor,
    at: datetime,
    on: date,
    *,
    known: Sequence[str] = (),
) -> None:
    """Ask once about what was entered and would not count. Raises InvalidFacts, so that nothing is kept yet.

    The reasons are those that the activity's own page would show; who may not see the case is not asked,
    nor anybody about what is `known` and stays as it was.
    """
    session.flush()
    why = why_uncounted(session, activity, actor, at, on)
    mark = marks_of({"uncounted": " ".join(why)}) if why else ""
    if not why or why == list(known) or form.warned.data == mark:
        return
    form.warned.data = mark
    raise InvalidFacts({"held_on" if "held_on" in form else "days": [*why, ONCE_MORE]})


def why_uncounted(session: Session, activity: Activity, actor: Actor, at: datetime, on: date) -> list[str]:
    """The rules of the order that an activity breaks, each once; that it waits to be confirmed is none."""
    found = verdicts_on(session, activity, actor, at, on)
    reasons = (one for verdict in found for one in verdict.reasons if one.requirement)
    return list(dict.fromkeys(one.reason for one in reasons))
