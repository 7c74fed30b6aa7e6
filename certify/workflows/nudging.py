"""A coordinator nudges whoever something waits for: one message a day for each case and person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Event, ExpertLicence, Message, NameChange, Renewal, Review
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.sentences import Sentence, say
from certify.workflows.addressees import VISIT, Addressee
from certify.workflows.dossier import day_of
from certify.workflows.log import append_event
from certify.workflows.notices import owe

NUDGE = "nudge"  # as an event, as what owes a message, and as the first word of its key

# What waits beside the path, by its table, as the history says it.
_ABOUT: Mapping[str, Sentence] = {
    Renewal.__tablename__: say("the renewal"),
    ExpertLicence.__tablename__: say("the Expert Trainer's licence"),
    Review.__tablename__: say("the review"),
    NameChange.__tablename__: say("the request for another name"),
}


@dataclass(frozen=True)
class Nudged:
    """What becomes of one nudge: it is owed, or somebody nudged that day already."""

    to: Addressee
    earlier_by: str = ""
    earlier_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        """Whether a message is owed by it."""
        return self.earlier_at is None


def outcomes_of(session: Session, asked: Iterable[Addressee], at: datetime) -> tuple[Nudged, ...]:
    """What would become of nudges; who stands there twice in one case gets one message, about the first."""
    once = {key_of(one, at): one for one in reversed(list(asked))}
    known = {each.key: each for each in session.scalars(select(Message).where(Message.key.in_(once)))}
    return tuple(_outcome(one, known.get(key)) for key, one in reversed(once.items()))


def nudge(
    session: Session, asked: Sequence[Addressee], actor: Actor, at: datetime, *, line: str = ""
) -> tuple[Nudged, ...]:
    """Owe a message to each addressee, and tell it in the history of each case, thing by thing.

    Who was nudged that day about that case is left alone: the answer says by whom and when.
    """
    lock_case(session, *sorted({one.case.case_id for one in asked}))
    outcomes = outcomes_of(session, asked, at)
    new = [each.to for each in outcomes if each.is_new]
    new.sort(key=lambda one: (one.case.case_id, one.waiting.thing.id))
    for _, these in groupby(new, key=lambda one: (one.case.case_id, one.waiting.thing.id)):
        told = list(these)
        for one in told:
            _owe(session, one, actor, at, line)
        _tell(session, told, actor, at, line)
    return outcomes


def key_of(one: Addressee, at: datetime) -> str:
    """A second message with the same key is none."""
    return f"{NUDGE}:{one.case.case_id}:{one.id}:{day_of(one.case, at).isoformat()}"


def told_of(event: Event, actor: str, name_of: Callable[[str], str]) -> Sentence:
    """A nudge as the history of its case tells it."""
    people = ", ".join([*map(name_of, event.facts["nudged"]), *event.facts["people_met"]])
    told = {"actor": actor, "people": people, "line": event.facts["reason"]}
    about = _ABOUT.get(event.facts.get("about", ""))
    if about is None:
        return say("{actor} nudged {people}: {line}" if told["line"] else "{actor} nudged {people}.", **told)
    told["thing"] = about
    if told["line"]:
        return say("{actor} nudged {people} about {thing}: {line}", **told)
    return say("{actor} nudged {people} about {thing}.", **told)


def _outcome(one: Addressee, earlier: Message | None) -> Nudged:
    if earlier is None:
        return Nudged(one)
    return Nudged(one, str(earlier.params.get("by", "")), earlier.created_at)


def _owe(session: Session, one: Addressee, actor: Actor, at: datetime, line: str) -> None:
    visit = one.activity if one.kind == VISIT else None
    owe(
        session,
        key=key_of(one, at),
        kind=one.kind,
        at=at,
        origin=NUDGE,
        recipient=one.recipient,
        name=one.name,
        email=one.contact.email if one.contact else "",
        language=one.contact.language if one.contact else "en",
        case_id=one.case.case_id,
        params=_params(one, actor, line),
        link_purpose="confirm_visit" if visit else None,
        link_subject=visit.id if visit else None,
    )


def _params(one: Addressee, actor: Actor, line: str) -> Mapping[str, Any]:
    case, activity = one.case, one.activity
    told: dict[str, Any] = {
        "certification": case.id,
        "thing": one.waiting.thing.id,
        "holder": case.holder.name,
        "module": case.module,
        "by": actor.name,
        "since_on": day_of(case, one.waiting.since).isoformat(),
        "line": line,
    }
    if activity is not None:
        told |= {"activity": activity.id, "held_on": activity.held_on.isoformat()}
    return told


def _tell(session: Session, nudged: Sequence[Addressee], actor: Actor, at: datetime, line: str) -> None:
    """In the history of the case, where everybody reads it; contacts without an account by their name."""
    case, thing = nudged[0].case, nudged[0].waiting.thing
    append_event(
        session,
        case_id=case.case_id,
        actor=actor,
        at=at,
        subject=("certification", case.id),
        move=NUDGE,
        states=(case.state, case.state),
        facts={
            "nudged": [one.id for one in nudged if one.recipient],
            "people_met": [one.name for one in nudged if one.recipient is None],
            "reason": line,
            **({"about": thing.__tablename__} if thing is not case else {}),
        },
        scheme_version=case.scheme_version,
    )
