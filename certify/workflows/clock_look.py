"""One look of the clock at a certification: what is due in the cases of its holder, and when to look next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Credential, Event, Review
from certify.models.store import lock_case, own_tx
from certify.policy.actor import CLOCK
from certify.scheme.dates import start_of
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState, CredentialState, ReviewGround, ReviewState
from certify.workflows import credential as credentials
from certify.workflows import engine
from certify.workflows.case_terms import day_of, edition_of
from certify.workflows.certification_guards import rests_on_a_suspended, rests_on_what_ended
from certify.workflows.certification_states import IN_PROCESS
from certify.workflows.clock_grounds import grounds, limit_of
from certify.workflows.clock_holder import Holder
from certify.workflows.review import escalates_on, open_review

_LOST = say("The module that this one rests on is suspended.")
_BACK = say("The module that this one rests on is no longer suspended.")

Make = Callable[[Session, datetime], object]


@dataclass(frozen=True)
class Due:
    """A move of the clock that is due in a case; `key` tells it from the others there."""

    certification: str
    case_id: str
    key: str
    do: Make

    def make(self, at: datetime) -> bool:
        """Make it in a transaction of its own, judged again under the case's lock; False: no longer due."""
        with own_tx() as session:
            lock_case(session, self.case_id)
            case = session.get_one(Certification, self.certification)
            for same in _due_in(Holder(session, case.holder_id, at), case):
                if same.key == self.key:
                    same.do(session, at)
                    return True
        return False


def looked_at(session: Session, case_id: str, at: datetime) -> tuple[list[Due], datetime | None]:
    """What is due because of one certification, and when something falls due in it next; only reads."""
    case = session.scalar(select(Certification).where(Certification.case_id == case_id))
    if case is None:
        return [], None
    holder = Holder(session, case.holder_id, at)
    due = [one for each in holder.cases for one in _due_in(holder, each)]
    return due, min((moment for moment in _moments(holder, case) if moment > at), default=None)


def _due_in(holder: Holder, case: Certification) -> Iterator[Due]:
    due = partial(Due, case.id, case.case_id)
    for move, reason in _pauses(holder, case):
        yield due(move, partial(_perform, case.id, move, reason))
    for one in case.credentials:
        starts = _successor_starts(case, one)
        if one.state is CredentialState.ISSUED and starts is not None and starts <= holder.at:
            yield due(f"supersede {one.id}", partial(_supersede, one.id))
    for ground, cause, fallen in grounds(holder, case):
        yield due(f"{ground} {cause}", partial(_open, case.id, ground, cause, fallen))
    for review in _open_reviews(holder.session, case):
        if escalates_on(holder.session, review, holder.at) <= day_of(case, holder.at):
            yield due(f"escalate {review.id}", partial(_escalate, review.id))


def _pauses(holder: Holder, case: Certification) -> Iterator[tuple[str, str]]:
    """The clock's own hold and its end; a coordinator's hold is the coordinator's to end."""
    if case.state in IN_PROCESS and _rests(holder, case) and not _resumed_by_hand(holder, case):
        yield "hold", _LOST
    if case.state is CertificationState.ON_HOLD and _rests_on_what_stands(holder, case):
        held = _last(holder.session, case, "hold")
        if held is not None and held.actor_id is None:
            yield "resume", _BACK


def _rests(holder: Holder, case: Certification) -> bool:
    edition = edition_of(holder.session, case, holder.at)
    return rests_on_a_suspended(edition, case.module, holder.besides(case))


def _rests_on_what_stands(holder: Holder, case: Certification) -> bool:
    """Where it has ended, whether the case goes on without is a coordinator's to say, and not the clock's."""
    edition = edition_of(holder.session, case, holder.at)
    ended = rests_on_what_ended(edition, case.module, holder.besides(case))
    return not ended and not _rests(holder, case)


def _resumed_by_hand(holder: Holder, case: Certification) -> bool:
    """Since the suspension: a coordinator who resumed the case all the same has the last word."""
    opens = edition_of(holder.session, case, holder.at).modules[case.module].prerequisites
    under = [one for one in holder.cases if one.module in opens]
    began = max(filter(None, map(holder.suspended_since, under)))
    resumed = _last(holder.session, case, "resume")
    return resumed is not None and resumed.actor_id is not None and resumed.at >= began


def _last(session: Session, case: Certification, move: str) -> Event | None:
    return session.scalar(
        select(Event)
        .where(Event.case_id == case.case_id, Event.subject_id == case.id, Event.move == move)
        .order_by(Event.seq.desc())
        .limit(1)
    )


def _successor_starts(case: Certification, one: Credential) -> datetime | None:
    """Of several, as a licence may have, the last one issued; one that was ended before its start is none."""
    starts = [
        start
        for after in case.credentials
        if after.supersedes_id == one.id
        for start in [start_of(after.valid_from, after.zone)]
        if after.state is not CredentialState.REVOKED or after.state_since >= start
    ]
    return starts[-1] if starts else None


def _open_reviews(session: Session, case: Certification) -> list[Review]:
    asked = select(Review).where(Review.certification_id == case.id, Review.state == ReviewState.OPEN)
    return list(session.scalars(asked.order_by(Review.id)))


def _moments(holder: Holder, case: Certification) -> Iterator[datetime]:
    """When something falls due by the calendar alone; whatever people do makes the clock look anew."""
    yield from filter(None, (_successor_starts(case, one) for one in case.credentials))
    for review in _open_reviews(holder.session, case):
        yield start_of(escalates_on(holder.session, review, holder.at), zone_of(case.country))
    _cause, limit_on = limit_of(holder, case)
    if limit_on is not None:
        yield start_of(limit_on, zone_of(case.country))
    record = holder.records.get(case.id)
    if record is not None and record.periods:
        yield record.periods[-1].grace_ends + timedelta(microseconds=1)


def _perform(certification_id: str, move: str, reason: str, session: Session, at: datetime) -> None:
    engine.perform(session.get_one(Certification, certification_id), move, CLOCK, at, reason=reason)


def _supersede(credential_id: str, session: Session, at: datetime) -> None:
    credentials.supersede(session, session.get_one(Credential, credential_id), CLOCK, at)


def _open(
    certification_id: str,
    ground: ReviewGround,
    cause: str,
    fallen: str | None,
    session: Session,
    at: datetime,
) -> None:
    case = session.get_one(Certification, certification_id)
    open_review(session, case, ground, cause, at, fallen_id=fallen)


def _escalate(review_id: str, session: Session, at: datetime) -> None:
    engine.perform(session.get_one(Review, review_id), "escalate", CLOCK, at)
