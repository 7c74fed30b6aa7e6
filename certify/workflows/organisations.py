"""Organisations of the programme, issuing bodies, and what is delegated to them from when to when."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certify.models import Delegation, IssuingBody, Organisation
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.scheme.words import OrganisationKind
from certify.workflows.engine import NEW, InvalidFacts, Refusal, Refused
from certify.workflows.issuer_record import OPEN, locked, record
from certify.workflows.ties import check_span


class Described(TypedDict):
    """What an organisation is."""

    name: str
    kind: OrganisationKind
    country: str
    agreement_from_on: date | None
    agreement_until_on: date | None


def found(session: Session, at: datetime, **described: Unpack[Described]) -> Organisation:
    """A new organisation. Raises InvalidFacts."""
    organisation = Organisation(created_at=at)
    amend(organisation, **described)
    session.add(organisation)
    session.flush()
    return organisation


def amend(organisation: Organisation, **described: Unpack[Described]) -> None:
    """What an organisation is, as corrected. Raises InvalidFacts."""
    _check_agreement(described["agreement_from_on"], described["agreement_until_on"])
    for name, value in described.items():
        setattr(organisation, name, value)


def open_body(
    session: Session, actor: Actor, at: datetime, *, code: str, legal_name: str, country: str, zone: str
) -> IssuingBody:
    """A new issuing body; its code never changes, for addresses carry it. Raises InvalidFacts."""
    body = IssuingBody(code=code, legal_name=legal_name, country=country, zone=zone, created_at=at)
    try:
        with session.begin_nested():
            session.add(body)
    except IntegrityError as error:
        raise InvalidFacts({"code": [say("Another issuing body has this code.")]}) from error
    record(session, body, actor, at, "open", {"code": code, **_of_body(body)}, states=(NEW, OPEN))
    return body


def amend_body(
    session: Session,
    actor: Actor,
    body: IssuingBody,
    at: datetime,
    *,
    legal_name: str,
    country: str,
    zone: str,
) -> None:
    """A body's name and place; certificates that were issued keep the zone they were issued in."""
    locked(session, body.id)
    before = _of_body(body)
    body.legal_name, body.country, body.zone = legal_name, country, zone
    changed = {name: value for name, value in _of_body(body).items() if before[name] != value}
    if changed:
        record(session, body, actor, at, "amend", changed)


def delegate(
    session: Session,
    actor: Actor,
    body: IssuingBody,
    at: datetime,
    *,
    country: str,
    modules: Iterable[str],
    from_on: date,
    until_on: date | None,
    instrument: str,
    may_recognise: bool,
) -> Delegation:
    """Let a body certify modules in a country, on an instrument (DOMAIN.md §5). Raises InvalidFacts."""
    check_span(from_on, until_on)
    locked(session, body.id)
    facts: dict[str, Any] = {
        "country": country,
        "modules": sorted(modules),
        "from_on": from_on,
        "until_on": until_on,
        "instrument": instrument,
        "may_recognise": may_recognise,
    }
    delegation = Delegation(issuer=body, created_at=at, created_by_id=actor.id, **facts)
    session.add(delegation)
    session.flush()
    subject = ("delegation", delegation.id)
    record(session, body, actor, at, "delegate", facts, subject=subject, states=(NEW, OPEN))
    return delegation


def end_delegation(
    session: Session, actor: Actor, delegation: Delegation, at: datetime, until_on: date
) -> None:
    """The last day of a delegation: no new decisions after it, old certificates stay. Raises Refused."""
    check_span(delegation.from_on, until_on)
    if delegation.until_on is not None and until_on > delegation.until_on:
        sentence = say(
            "It ends on {day} already; a longer one needs a new instrument.", day=delegation.until_on
        )
        raise Refused([Refusal(None, sentence, ("scheme_owner",))])
    body = locked(session, delegation.issuer_id)
    if delegation.until_on == until_on:
        return
    delegation.until_on = until_on
    subject = ("delegation", delegation.id)
    record(session, body, actor, at, "end", {"until_on": until_on}, subject=subject)


def succeed(
    session: Session,
    actor: Actor,
    body: IssuingBody,
    at: datetime,
    *,
    successor_id: str | None,
    from_on: date | None,
) -> None:
    """Who answers for a body from a day on, or that nobody does. Raises InvalidFacts.

    What it issued stays what it is, signed in its name; its delegations end by their own days.
    """
    if (successor_id is None) != (from_on is None):
        field = "from_on" if from_on is None else "successor"
        raise InvalidFacts({field: [say("Give both the successor and the first day, or neither.")]})
    if successor_id is not None and _leads_back(session, body, successor_id):
        sentence = say("That body is succeeded by this one, directly or through others.")
        raise InvalidFacts({"successor": [sentence]})
    locked(session, body.id)
    if (body.successor_id, body.succeeded_from_on) == (successor_id, from_on):
        return
    body.successor_id, body.succeeded_from_on = successor_id, from_on
    record(session, body, actor, at, "succeed", {"successor": successor_id, "from_on": from_on})


def _of_body(body: IssuingBody) -> dict[str, str]:
    return {"legal_name": body.legal_name, "country": body.country, "zone": body.zone}


def _leads_back(session: Session, body: IssuingBody, successor_id: str) -> bool:
    # Of two people who record a ring from both ends, the second waits here and is told.
    rows = session.scalars(select(IssuingBody).order_by(IssuingBody.id).with_for_update())
    followed = {each.id: each.successor_id for each in rows}
    here: str | None = successor_id
    while here is not None and here != body.id:
        here = followed.get(here)
    return here == body.id


def _check_agreement(from_on: date | None, until_on: date | None) -> None:
    if from_on is not None and until_on is not None and until_on < from_on:
        raise InvalidFacts({"agreement_until_on": [say("The last day lies before the first.")]})
