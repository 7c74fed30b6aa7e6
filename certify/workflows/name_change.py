"""A trainer's request to be known by another name: asked, and accepted or declined by a coordinator."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from certify.models import Certification, NameChange
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.scheme.words import NameChangeState as N
from certify.scheme.words import RoleName
from certify.workflows import engine
from certify.workflows.account_holders import correct
from certify.workflows.activity_people import GRANTED_STATES
from certify.workflows.case_terms import day_of
from certify.workflows.engine import Move, Question, Refusal
from certify.workflows.facts import Fact, FactKind
from certify.workflows.grants import holders
from certify.workflows.telling import tell

_NAME = Fact("name", FactKind.TEXT, say("New full name"), max_length=200)
# Why somebody has another name is between them and the coordinator.
_WHY = Fact("reason", FactKind.LONG_TEXT, say("Why it changed"), max_length=1000, confided=True)
_WHY_NOT = Fact("reason", FactKind.LONG_TEXT, say("Why not"), max_length=1000, confided=True)


def _is_certified(question: Question) -> Iterator[Refusal]:
    if question.thing.certification.state not in GRANTED_STATES:
        yield Refusal(None, say("A change is reported while the certification is kept up."), ())


def _none_asked(question: Question) -> Iterator[Refusal]:
    assert question.session is not None
    asked = select(NameChange.id).where(
        NameChange.person_id == question.thing.person_id, NameChange.state == N.ASKED
    )
    if question.session.scalar(asked.limit(1)) is not None:
        yield Refusal(None, say("A request of yours waits for its answer already."), ("coordinator",))


def _another_name(question: Question) -> dict[str, list[str]]:
    if question.facts["name"] != question.thing.certification.holder.name:
        return {}
    return {"name": [say("This is the name that you are known by already.")]}


def _not_own(question: Question) -> Iterator[Refusal]:
    if question.actor.id == question.thing.person_id:
        yield Refusal("independence", say("Another coordinator answers your request."), ("coordinator",))


def _asked(question: Question) -> None:
    question.thing.name, question.thing.reason = question.facts["name"], question.facts["reason"]


def _answered(question: Question) -> None:
    thing = question.thing
    thing.answered_by_id, thing.answered_at = question.actor.id, question.at
    thing.answer = question.facts.get("reason")


def _accepted(question: Question) -> dict[str, Any]:
    """The person is renamed, and every certificate issued anew in the new name."""
    _answered(question)
    session, thing = question.session, question.thing
    assert session is not None
    person = thing.person
    told = {"name": thing.name, "country": person.country, "sex": person.sex}
    return {"name": thing.name, "numbers": correct(session, question.actor, person, question.at, **told)}


def _tell(question: Question, kind: str, people: list[str]) -> None:
    thing = question.thing
    params = {
        "request": thing.id,
        "certification": thing.certification_id,
        "holder": thing.certification.holder.name,
        "name": thing.name,
    }
    tell(question, dict.fromkeys(people, kind), params | ({"reason": thing.answer} if thing.answer else {}))


def _tell_coordinators(question: Question) -> None:
    session, case = question.session, question.thing.certification
    assert session is not None
    found = holders((RoleName.COORDINATOR,), question.on, module=case.module, country=case.country)
    _tell(question, "name_change_asked", [one.id for one in session.scalars(found)])


MOVES = engine.define(
    Move(
        "ask", say("Ask for another name"), (N.NEW,), N.ASKED, ("holder",),
        sentence="{actor} asked for another name.",
        facts=(_NAME, _WHY),
        checks=(_another_name,),
        guards=(_is_certified, _none_asked),
        effect=_asked,
        tells=(_tell_coordinators,),
        note="certified or suspended; none asked",
    ),
    Move(
        "accept", say("Accept the new name"), (N.ASKED,), N.ACCEPTED, ("coordinates",),
        sentence="{actor} accepted the new name.",
        guards=(_not_own,),
        effect=_accepted,
        tells=(lambda q: _tell(q, "name_change_accepted", [q.thing.person_id]),),
        confirm=say("Every certificate of the trainer is issued anew in the new name."),
        note="every certificate is issued anew in the new name",
    ),
    Move(
        "decline", say("Decline"), (N.ASKED,), N.DECLINED, ("coordinates",),
        sentence="{actor} declined the new name.",
        facts=(_WHY_NOT,),
        guards=(_not_own,),
        effect=_answered,
        tells=(lambda q: _tell(q, "name_change_declined", [q.thing.person_id]),),
    ),
)  # fmt: skip


def ask(
    session: Session, certification: Certification, actor: Actor, at: datetime, *, name: str, reason: str
) -> NameChange:
    """Ask for another name. Raises Forbidden, InvalidFacts, Refused."""
    lock_case(session, certification.case_id)
    session.refresh(certification)
    request = NameChange(
        case_id=certification.case_id,
        certification_id=certification.id,
        person_id=certification.holder_id,
        state=N.NEW,
        state_since=at,
        asked_at=at,
        name="",
        reason="",
    )
    set_committed_value(request, "certification", certification)
    engine.create(session, request, "ask", actor, at, name=name, reason=reason)
    return request


def _locks(session: Session, request: NameChange, _move: str) -> tuple[str, ...]:
    """All cases of the person: their certificates are issued anew."""
    cases = select(Certification.case_id).where(Certification.holder_id == request.person_id)
    return tuple(session.scalars(cases))


def _day(request: NameChange, at: datetime) -> date:
    return day_of(request.certification, at)


def _dossier(
    _session: Session, _request: NameChange, _actor: Actor, _at: datetime, _facts: Mapping[str, Any]
) -> None:
    """The guards ask the row alone."""


WORKFLOW = engine.Workflow(
    name="name_change",
    row=NameChange,
    states=tuple(N),
    moves=MOVES,
    sees="name_change.see",
    dossier=_dossier,
    day=_day,
    locks=_locks,
    scheme_version=lambda request: request.certification.scheme_version,
    state_words={
        "new": say("new"),
        "asked": say("asked"),
        "accepted": say("accepted"),
        "declined": say("declined"),
    },
)
