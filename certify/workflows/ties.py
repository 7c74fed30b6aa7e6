"""Where people work and whom they are tied to: dated, and kept when it ends, for the relations table asks."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Affiliation, Organisation, Person, Relationship
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.scheme.words import TieKind
from certify.workflows.accounts import normal_email, person_at
from certify.workflows.changes import NO_CHANGE, Change, changed, plainly
from certify.workflows.engine import InvalidFacts, Refusal, Refused


def join(
    session: Session,
    person: Person,
    organisation: Organisation,
    *,
    position: str,
    from_on: date,
    until_on: date | None,
) -> Affiliation:
    """A person works for an organisation, from a day on. Raises InvalidFacts, Refused."""
    check_span(from_on, until_on)
    session.refresh(person, with_for_update=True)
    _stop_double(person.affiliations, person, organisation.id, from_on, until_on)
    affiliation = Affiliation(
        person=person, organisation=organisation, position=position, from_on=from_on, until_on=until_on
    )
    session.add(affiliation)
    session.flush()
    return affiliation


def lock(session: Session, affiliation: Affiliation) -> None:
    """Whoever writes where a person works waits here for whoever does so already, and then reads anew."""
    session.refresh(affiliation.person, with_for_update=True)
    session.refresh(affiliation, with_for_update=True)


def leave(session: Session, affiliation: Affiliation, until_on: date) -> Change:
    """The last day at an organisation. Raises InvalidFacts, Refused."""
    lock(session, affiliation)
    before = {"until_on": plainly(affiliation.until_on)}
    put_last_day(affiliation, until_on)
    was, now = changed(before, {"until_on": plainly(until_on)})
    return Change("last_day", affiliation.id, was, now) if now else NO_CHANGE


def put_last_day(affiliation: Affiliation, until_on: date | None) -> None:
    """Change the last day of a locked row, unless another one names the same days. Raises as `leave` does."""
    check_span(affiliation.from_on, until_on)
    person = affiliation.person
    others = [one for one in person.affiliations if one is not affiliation]
    _stop_double(others, person, affiliation.organisation_id, affiliation.from_on, until_on)
    affiliation.until_on = until_on


def declare(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    other_email: str,
    kind: TieKind,
    from_on: date | None,
    until_on: date | None,
    note: str,
) -> None:
    """A person's own word on a tie to somebody else; it counts in both directions. Raises InvalidFacts.

    The answer is the same whether or not the address has an account here: a tie to one that has none
    is kept, and counts once somebody opens an account with it.
    """
    if from_on is not None:
        check_span(from_on, until_on)
    email = normal_email(other_email)
    other = person_at(session, email)
    if other is not None and other.id == actor.id:
        raise InvalidFacts({"other_email": [say("This is your own address.")]})
    same = select(Relationship.id).where(
        Relationship.person_id == actor.id,
        Relationship.other_email == email,
        Relationship.kind == kind,
        Relationship.until_on.is_not_distinct_from(until_on),
    )
    if session.scalar(same.limit(1)) is not None:
        raise InvalidFacts({"other_email": [say("You declared this already.")]})
    session.add(
        Relationship(
            person_id=actor.id,
            other_id=other.id if other else None,
            other_email=email,
            kind=kind,
            from_on=from_on,
            until_on=until_on,
            note=note,
            declared_by_id=actor.id,
            declared_at=at,
        )
    )
    session.flush()


def check_span(from_on: date, until_on: date | None) -> None:
    """A span ends no earlier than it begins. Raises InvalidFacts."""
    if until_on is not None and until_on < from_on:
        raise InvalidFacts({"until_on": [say("The last day lies before the first.")]})


def _stop_double(
    others: Iterable[Affiliation], person: Person, organisation: str, from_on: date, until_on: date | None
) -> None:
    """Nobody is recorded twice at one organisation for one day. Raises Refused."""
    there = (one for one in others if one.organisation_id == organisation)
    if any(_overlaps(one, from_on, until_on) for one in there):
        sentence = say("{name} is recorded there for these days already.", name=person.name)
        raise Refused([Refusal(None, sentence)])


def _overlaps(one: Affiliation, from_on: date, until_on: date | None) -> bool:
    starts_before = until_on is None or one.from_on <= until_on
    ends_after = one.until_on is None or one.until_on >= from_on
    return starts_before and ends_after
