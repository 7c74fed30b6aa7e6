"""A deputy reads what the absent person is asked for: their own copy, with both names in it."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from certify.models import (
    Absence,
    Activity,
    CaseFile,
    Certification,
    Cohort,
    ExpertLicence,
    Message,
    Person,
    Renewal,
)
from certify.models.store import own_tx
from certify.policy import Actor, may
from certify.reminders.categories import TASKS
from certify.scheme.dates import end_of, start_of
from certify.scheme.places import zone_of
from certify.scheme.words import Act
from certify.workflows.absences import present_deputy, running, today_of
from certify.workflows.addressees import free_for
from certify.workflows.notices import CLOCKWORK, MOVE, NUDGE, owe
from certify.workflows.people import actor_of

log = logging.getLogger(__name__)

AT_ONCE = 200  # copies of one absence in one round
# What a case file is of, and the right to see that: a certification, a cohort, or a ToT event.
_ABOUT: tuple[tuple[type[Any], str], ...] = (
    (Certification, "certification.see"),
    (Cohort, "cohort.see"),
    (Activity, "activity.see"),
)
# What a message asks for where a relation, or a part that somebody had in it, may keep them from it.
_ASKS: Mapping[str, Act] = {
    **dict.fromkeys(("file_to_decide", "decision-due", "licence_to_decide", "renewal_reviewed"), Act.DECIDE),
    **dict.fromkeys(("suspension-long", "renewal-decision-due"), Act.DECIDE),
    **dict.fromkeys(("renewal_filed", "renewal-review-due"), Act.QA),
}
_TELLING = ("owed", "sending", "sent", "failed", "bounced", "bundled")


def tell_deputies(at: datetime) -> int:
    """Copy what is asked of everybody who is away to whoever stands in for them; how many copies.

    One absence a commit, and one that cannot be told keeps no other letter waiting.
    """
    with own_tx() as session:
        absent = [one.person_id for one in running(session, at)]
    told = 0
    for person_id in dict.fromkeys(absent):
        try:
            with own_tx() as session:
                away = {one.person_id: one for one in running(session, at)}  # of two, the one told last
                told += _tell_one(session, away[person_id], away, at) if person_id in away else 0
        except Exception:
            log.exception("the deputy of %s could not be told", person_id)
    return told


def _tell_one(session: Session, absence: Absence, away: Mapping[str, Absence], at: datetime) -> int:
    deputy = present_deputy(absence, away)
    reader = actor_of(session, deputy.id, today_of(deputy, at)) if deputy else None
    if deputy is None or reader is None:
        return 0
    told = 0
    for message in _not_told(session, absence, deputy, at):
        if (
            not _knows(session, deputy, message)
            and _may_read(session, reader, message, today_of(deputy, at))
            and _is_free(session, deputy, message, at)
        ):
            _copy(session, message, absence, deputy, at)
            told += 1
    return told


def _not_told(session: Session, absence: Absence, deputy: Person, at: datetime) -> list[Message]:
    """What is asked of the absent person since they are away, and this deputy has no copy of."""
    zone, copy = absence.person.zone or zone_of(absence.person.country), aliased(Message)
    told = exists().where(copy.copy_of_id == Message.id, copy.recipient_id == deputy.id)
    asks = or_(Message.origin.in_((CLOCKWORK, NUDGE)), and_(Message.origin == MOVE, Message.kind.in_(TASKS)))
    asked = select(Message).where(
        Message.recipient_id == absence.person_id,
        Message.created_at.between(start_of(absence.from_on, zone), end_of(absence.until_on, zone)),
        Message.due_at <= at,
        Message.state.in_(_TELLING),
        Message.link_purpose.is_(None),
        Message.copy_of_id.is_(None),
        asks,
        ~told,
    )
    oldest = session.scalars(asked.order_by(Message.created_at, Message.id).limit(AT_ONCE)).all()
    return _in_the_order_of_locks(session, oldest)


def _in_the_order_of_locks(session: Session, messages: Sequence[Message]) -> list[Message]:
    """A copy's insert locks its case a little: in the order in which commands lock (models/store.py)."""
    ids = {one.case_id for one in messages}
    found = session.execute(select(CaseFile.id, CaseFile.kind == "certification").where(CaseFile.id.in_(ids)))
    place = {id: (certifies, id) for id, certifies in found}
    return sorted(messages, key=lambda one: place.get(one.case_id or "", (False, "")))


def _knows(session: Session, deputy: Person, message: Message) -> bool:
    """Who has the same role was told the same in the same moment, and needs no second letter."""
    own = select(Message.params).where(
        Message.recipient_id == deputy.id,
        Message.case_id == message.case_id,
        Message.kind == message.kind,
        Message.created_at == message.created_at,
    )
    return dict(message.params) in map(dict, session.scalars(own))


def _may_read(session: Session, reader: Actor, message: Message, on: date) -> bool:
    """Whether the deputy sees by their own right what the message is about: an absence opens nothing."""
    if message.case_id is None:
        return True
    for row, action in _ABOUT:
        thing = session.scalar(select(row).where(row.case_id == message.case_id).limit(1))
        if thing is not None:
            return may(reader, action, thing, on)
    return False


def _is_free(session: Session, deputy: Person, message: Message, at: datetime) -> bool:
    """Whether nothing ties the deputy to whom the message asks to review or decide on: else it is no help."""
    act = _ASKS.get(message.kind)
    if act is None:
        return True
    for row, name in ((Renewal, "renewal"), (ExpertLicence, "licence")):
        thing = session.get(row, message.params.get(name, ""))
        if thing is not None:
            return free_for(session, thing, act, at)(deputy.id)
    case = session.scalar(select(Certification).where(Certification.case_id == message.case_id))
    return case is None or free_for(session, case, act, at)(deputy.id)


def _copy(session: Session, message: Message, absence: Absence, deputy: Person, at: datetime) -> None:
    owe(
        session,
        key=f"{message.key[:170]}:for:{deputy.id}",
        kind=message.kind,
        at=at,
        recipient=deputy,
        case_id=message.case_id,
        params={
            **message.params,
            "in_place_of": absence.person.name,
            "away_until_on": absence.until_on.isoformat(),
        },
        origin=message.origin,
        not_after=message.not_after,
        copy_of=message.id,
        point_id=message.point_id,
    )
