"""Events in plain sentences, as the moves that wrote them tell it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Credential, Event, IssuingBody, Person
from certify.presentation import day, word
from certify.presentation import say as translated
from certify.presentation.citations import Citation, citations, cite
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import CredentialType
from certify.workflows.editions import edition_in_force, edition_named
from certify.workflows.engine import Move, workflows
from certify.workflows.facts import Fact, FactKind
from certify.workflows.issuer_record import OPERATOR
from certify.workflows.nudging import NUDGE, told_of

NAMED_BY_LINK = ("confirmed_by", "returned_by")  # facts that name who has no account
# The scores of an observation and what somebody declared about conflicts are read on their own pages.
TOLD_KINDS = frozenset(
    {
        FactKind.TEXT,
        FactKind.LONG_TEXT,
        FactKind.DAY,
        FactKind.CHOICE,
        FactKind.PERSON,
        FactKind.ACTIVITY,
        FactKind.ACTIVITIES,
        FactKind.ISSUER,
        FactKind.REQUIREMENT,
        FactKind.REASONS,
    }
)


@dataclass(frozen=True)
class Note:
    """One thing that was said with a move, by its label; reasons cite requirements."""

    label: str
    said: tuple[Citation, ...]


@dataclass(frozen=True)
class Entry:
    """One event as a person reads it, with what was said with the move."""

    seq: int
    at: datetime
    actor: str
    sentence: Sentence
    notes: tuple[Note, ...]
    from_state: str
    to_state: str


def entries_of(session: Session, events: Sequence[Event]) -> tuple[Entry, ...]:
    """Events as entries; names are read in one query a kind."""
    names = _Names(session, events)
    return tuple(
        Entry(
            seq=event.seq,
            at=event.at,
            actor=_actor(event, names),
            sentence=sentence_of(event, names),
            notes=tuple(_notes(session, event, names)),
            from_state=event.from_state,
            to_state=event.to_state,
        )
        for event in events
    )


def move_of(event: Event) -> Move | None:
    """The move that wrote an event; None once a later version has renamed it."""
    for workflow in workflows():
        if workflow.name == event.subject_kind:
            return workflow.moves.get(event.move)
    return None


def _actor(event: Event, names: "_Names") -> str:
    """Who made a move: with an account, by a mailed link, on the machine itself; the clock is Certify."""
    if event.actor_id and event.on_behalf_of_id:
        both = {"name": names.of(event.actor_id), "absent": names.of(event.on_behalf_of_id)}
        return translated(say("{name} (in place of {absent})", **both))
    if event.actor_id:
        return names.of(event.actor_id)
    by_link = next((event.facts[fact] for fact in NAMED_BY_LINK if event.facts.get(fact)), None)
    if by_link is not None:
        return translated(say("{name} (by mailed link)", name=by_link))
    if operator := event.facts.get(OPERATOR):
        return translated(say("{name} (operator, on the command line)", name=operator))
    return "Certify"


def sentence_of(event: Event, names: "_Names") -> Sentence:
    """The move's own sentence with the people in it."""
    move = move_of(event)
    actor = _actor(event, names)
    if move is None:
        return told_of(event, actor, names.of) if event.move == NUDGE else _written(event, actor)
    told = {fact.name: _told(fact, event.facts[fact.name], names) for fact in _known(move, event)}
    sentence = OF_LICENCE[event.move] if event.subject_id in names.licences else move.sentence
    try:
        return say(sentence, **{**told, "actor": actor})
    except (KeyError, IndexError):
        return say("{actor}: {move}.", actor=actor, move=move.label)


# The moves of a credential that is a licence.
OF_LICENCE = {
    "issue": "{actor} issued the licence.",
    "revoke": "{actor} revoked the licence.",
    "supersede": "A newer licence took the place of this one.",
    "reissue": "{actor} issued the licence anew, under the same number.",
}


def _written(event: Event, actor: str) -> Sentence:
    """What is written into a case beside its moves."""
    of_key = {"actor": actor, "key": str(event.facts.get("key", ""))}
    told = {
        ("activity", "edit"): say("{actor} corrected the activity.", actor=actor),
        ("cohort", "create"): say("{actor} started the cohort.", actor=actor),
        ("cohort", "edit"): say("{actor} changed the cohort.", actor=actor),
        ("cohort", "amend_enterprise"): say("{actor} corrected an enterprise of the cohort.", actor=actor),
        ("cohort", "add_contact"): say("{actor} added a contact to an enterprise.", actor=actor),
        ("event", "erase"): say("{actor} erased what the log held of a person.", actor=actor),
        ("issuing_body", "open"): say("{actor} recorded the issuing body.", actor=actor),
        ("issuing_body", "amend"): say("{actor} corrected the issuing body.", actor=actor),
        ("issuing_body", "succeed"): say("{actor} recorded who takes the place of the body.", actor=actor),
        ("delegation", "delegate"): say("{actor} delegated modules to the issuing body.", actor=actor),
        ("delegation", "end"): say("{actor} set the last day of a delegation.", actor=actor),
        ("issuer_key", "create"): say("{actor} took {key} of the body into use.", **of_key),
        ("issuer_key", "retire"): say("{actor} retired {key} of the body.", **of_key),
        ("issuer_key", "compromise"): say("{actor} declared {key} of the body compromised.", **of_key),
        ("stored_file", "erase"): say("{actor} erased a file that held personal data.", actor=actor),
    }
    return told.get((event.subject_kind, event.move)) or say("{actor}: {move}.", actor=actor, move=event.move)


def _notes(session: Session, event: Event, names: "_Names") -> Iterable[Note]:
    move = move_of(event)
    if move is None:
        yield from _of_key(event)
        return
    for fact in _known(move, event):
        stands_before = fact.name == OPERATOR and not event.actor_id  # as who made the move
        if "{" + fact.name + "}" not in move.sentence and not stands_before:
            yield Note(fact.label, _said(session, event, fact, names))
    if event.subject_kind == "activity" and event.facts.get("kind"):
        yield Note(say("Activity"), (Citation(_activity(event.facts)),))
    for sentence in event.facts.get("mitigate") or ():
        yield Note(say("Needs a second observer"), (Citation(str(sentence)),))


def _activity(facts: Mapping[str, Any]) -> str:
    """Its kind, and its day where it is of one day."""
    held_on = facts.get("held_on")
    return f"{word(facts['kind'])}, {day(date.fromisoformat(held_on))}" if held_on else word(facts["kind"])


def _of_key(event: Event) -> Iterable[Note]:
    """By what a key is told from every other one, and the account, where a person is named before it."""
    if event.subject_kind == "issuer_key":
        yield Note(say("Public part"), (Citation(str(event.facts.get("public"))),))
        if event.actor_id and event.facts.get(OPERATOR):
            yield Note(say("Account on the command line"), (Citation(str(event.facts[OPERATOR])),))


def _said(session: Session, event: Event, fact: Fact, names: "_Names") -> tuple[Citation, ...]:
    value = event.facts[fact.name]
    if fact.kind is FactKind.REASONS:
        return citations(value, _edition(session, event))
    if fact.kind is FactKind.REQUIREMENT:
        return (cite(value, _edition(session, event)),)
    return (Citation(_told(fact, value, names)),)


def _edition(session: Session, event: Event) -> Edition:
    """The edition that the case was judged by then: its own, or before admission the one in force."""
    if event.scheme_version:
        return edition_named(session, event.scheme_version)
    return edition_in_force(session, event.at.date())


def _known(move: Move, event: Event) -> list[Fact]:
    return [
        fact
        for fact in move.facts
        if fact.kind in TOLD_KINDS
        and not fact.confided
        and event.facts.get(fact.name) not in (None, "", [], {})
    ]


def _told(fact: Fact, value: Any, names: "_Names") -> str:
    if fact.kind is FactKind.CHOICE:
        return translated(dict(fact.choices).get(value, str(value)))
    if fact.kind is FactKind.DAY:
        return day(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(names.of(str(each)) for each in value)
    return names.of(str(value))


class _Names:
    """What the ids in events stand for: people, activities, issuing bodies."""

    def __init__(self, session: Session, events: Sequence[Event]) -> None:
        ids = {event.actor_id for event in events if event.actor_id}
        ids |= {event.on_behalf_of_id for event in events if event.on_behalf_of_id}
        for event in events:
            ids.update(_ids(event.facts.values()))
        people = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        bodies = session.execute(
            select(IssuingBody.id, IssuingBody.legal_name).where(IssuingBody.id.in_(ids))
        )
        activities = session.execute(
            select(Activity.id, Activity.kind, Activity.held_on).where(Activity.id.in_(ids))
        )
        papers = [event.subject_id for event in events if event.subject_kind == "credential"]
        licences = select(Credential.id).where(
            Credential.id.in_(papers), Credential.type == CredentialType.EXPERT_TRAINER_LICENCE
        )
        self.licences = frozenset(session.scalars(licences))
        self._names = {
            **dict(people.all()),
            **dict(bodies.all()),
            **{id: f"{word(kind)}, {day(held_on)}" for id, kind, held_on in activities},
        }

    def of(self, id: str) -> str:
        """The name behind an id; anything else stays as it is."""
        return self._names.get(id, id)


def _ids(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str) and len(value) == 20:
            yield value
        elif isinstance(value, list):
            yield from _ids(value)
