"""What became of an activity that somebody was asked to confirm: who settled it, and when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Event, Person
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityState
from certify.workflows.activity import day_of


@dataclass(frozen=True)
class Settled:
    """How the question was settled, on which day and by whom, who may have been signed in."""

    state: ActivityState
    on: date
    name: str
    person_id: str  # empty for who answered a mailed link without an account

    @property
    def in_the_account(self) -> bool:
        """Whether it was settled by somebody who has an account."""
        return bool(self.person_id)

    @property
    def told(self) -> Sentence:
        """What became of it, for who was asked by mail."""
        values = {"day": self.on, "name": self.name or "–"}
        if self.state is ActivityState.VOID:
            return say("On {day} {name} struck the visit out: it counts for nobody.", **values)
        if self.state is not ActivityState.CONFIRMED:
            return say(
                "Answered on {day} by {name}: the visit went back to the trainer. "
                "Once it is corrected, you are asked again.",
                **values,
            )
        if self.in_the_account:
            return say("Answered on {day} by {name}, in the account: the visit is confirmed.", **values)
        return say("Answered on {day} by {name}: the visit is confirmed.", **values)


def settled(session: Session, visit: Activity) -> Settled | None:
    """Who settled it, and when; None while the answer is still wanted."""
    if visit.state is ActivityState.SUBMITTED:
        return None
    last = session.execute(
        select(Event.at, Person.id, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject_kind == "activity", Event.subject_id == visit.id)
        .where(Event.to_state == visit.state, Event.from_state != Event.to_state)
        .order_by(Event.case_id, Event.seq.desc())
        .limit(1)
    ).first()
    if last is None:  # never submitted, so nobody was asked
        return None
    by_link = visit.confirmed_by_name or "" if visit.state is ActivityState.CONFIRMED else ""
    return Settled(visit.state, day_of(visit, last.at), last.name or by_link, last.id or "")
