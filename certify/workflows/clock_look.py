"""One look of the clock at a certification: what is due in the cases of its holder, and when to look next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Credential, Event, Review
from certify.models.store import lock_case, own_tx
from certify.policy.actor import CLOCK
from certify.scheme.dates import add_months, start_of
from certify.scheme.evidence import Held
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.scheme.sentences import say
from certify.scheme.standing import StandingKind, standing
from certify.scheme.words import CertificationState, CredentialState, ReviewGround, ReviewState, Standing
from certify.workflows import credential as credentials
from certify.workflows import engine
from certify.workflows.case_terms import day_of, edition_of, record_of
from certify.workflows.certification_guards import rests_on_a_suspended
from certify.workflows.certification_moves import IN_PROCESS
from certify.workflows.review import escalates_on, open_review
from certify.workflows.standings import changes_of

_GONE = (Standing.WITHDRAWN, Standing.RETIRED, Standing.EXPIRED)
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
            for same in _due_in(_Holder(session, case.holder_id, at), case):
                if same.key == self.key:
                    same.do(session, at)
                    return True
        return False


class _Holder:
    """The certifications of one person as they stand at an instant; read once, for every question."""

    def __init__(self, session: Session, holder_id: str, at: datetime) -> None:
        self.session, self.at = session, at
        asked = select(Certification).where(Certification.holder_id == holder_id).order_by(Certification.id)
        self.cases = session.scalars(asked).all()
        granted = [one for one in self.cases if one.valid_from is not None]
        changes = changes_of(session, [one.id for one in granted])
        self.records = {one.id: record_of(session, one, changes.get(one.id, ())) for one in granted}
        self.held = tuple(
            Held(one.id, one.module, standing(self.records[one.id], at), one.valid_from, one.valid_until)
            for one in granted
        )

    def besides(self, case: Certification) -> tuple[Held, ...]:
        """What the holder has besides one certification."""
        return tuple(one for one in self.held if one.certification != case.id)

    def standing(self, case: Certification) -> Standing:
        """What one of them is worth."""
        return next((one.standing for one in self.held if one.certification == case.id), Standing.NONE)

    def suspended_since(self, case: Certification) -> datetime | None:
        """When the present suspension began."""
        if self.standing(case) is not Standing.SUSPENDED:
            return None
        return max(each.at for each in self.records[case.id].events if each.kind == StandingKind.SUSPEND)


def looked_at(session: Session, case_id: str, at: datetime) -> tuple[list[Due], datetime | None]:
    """What is due because of one certification, and when something falls due in it next; only reads."""
    case = session.scalar(select(Certification).where(Certification.case_id == case_id))
    if case is None:
        return [], None
    holder = _Holder(session, case.holder_id, at)
    due = [one for each in holder.cases for one in _due_in(holder, each)]
    return due, min((moment for moment in _moments(holder, case) if moment > at), default=None)


def _due_in(holder: _Holder, case: Certification) -> Iterator[Due]:
    due = partial(Due, case.id, case.case_id)
    for move, reason in _pauses(holder, case):
        yield due(move, partial(_perform, case.id, move, reason))
    for one in case.credentials:
        starts = _successor_starts(one)
        if one.state is CredentialState.ISSUED and starts is not None and starts <= holder.at:
            yield due(f"supersede {one.id}", partial(_supersede, one.id))
    for ground, cause, fallen in _grounds(holder, case):
        yield due(f"{ground} {cause}", partial(_open, case.id, ground, cause, fallen))
    for review in _open_reviews(holder.session, case):
        if escalates_on(holder.session, review, holder.at) <= day_of(case, holder.at):
            yield due(f"escalate {review.id}", partial(_escalate, review.id))


def _pauses(holder: _Holder, case: Certification) -> Iterator[tuple[str, str]]:
    """The clock's own hold and its end; a coordinator's hold is the coordinator's to end."""
    if case.state in IN_PROCESS and _rests(holder, case) and not _resumed_by_hand(holder, case):
        yield "hold", _LOST
    if case.state is CertificationState.ON_HOLD and not _rests(holder, case):
        held = _last(holder.session, case, "hold")
        if held is not None and held.actor_id is None:
            yield "resume", _BACK


def _rests(holder: _Holder, case: Certification) -> bool:
    edition = edition_of(holder.session, case, holder.at)
    return rests_on_a_suspended(edition, case.module, holder.besides(case))


def _resumed_by_hand(holder: _Holder, case: Certification) -> bool:
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


def _successor_starts(one: Credential) -> datetime | None:
    after = one.superseded_by
    if after is None or after.state is CredentialState.REVOKED:
        return None
    return start_of(after.valid_from, after.zone)


def _grounds(holder: _Holder, case: Certification) -> Iterator[tuple[ReviewGround, str, str | None]]:
    """Why somebody has to look at a certification, by what, and the prerequisite that it is about."""
    stands = holder.standing(case)
    if stands is Standing.NONE or stands in _GONE:
        return
    for ground, cause, fallen in (_fallen(holder, case), _limit(holder, case)):
        if cause and not _known(holder.session, case, ground, cause):
            yield ground, cause, fallen


def _known(session: Session, case: Certification, ground: ReviewGround, cause: str) -> bool:
    same = select(Review.id).where(
        Review.certification_id == case.id, Review.ground == ground, Review.cause == cause
    )
    return session.scalar(same) is not None


def _fallen(holder: _Holder, case: Certification) -> tuple[ReviewGround, str, str | None]:
    """Every module that this one can rest on has fallen; each fall is told once, also one after a renewal."""
    opens = edition_of(holder.session, case, holder.at).modules[case.module].prerequisites
    under = [one for one in holder.besides(case) if one.module in opens]
    if not under or any(one.standing not in _GONE for one in under):
        return ReviewGround.PREREQUISITE_FELL, "", None
    falls = sorted(f"{one.certification} {one.valid_until}" for one in under)
    last = max(under, key=lambda one: (one.valid_until or date.min, one.certification))
    return ReviewGround.PREREQUISITE_FELL, sha256("\n".join(falls).encode()).hexdigest(), last.certification


def _limit(holder: _Holder, case: Certification) -> tuple[ReviewGround, str, str | None]:
    """The suspension is as long as it may be; if the review left it, as long again since then."""
    cause, from_on = _limit_counted(holder, case)
    if from_on is None or day_of(case, holder.at) < _months_later(holder, case, from_on):
        cause = ""
    return ReviewGround.SUSPENSION_LIMIT, cause, None


def _limit_counted(holder: _Holder, case: Certification) -> tuple[str, date | None]:
    since = holder.suspended_since(case)
    if since is None:
        return "", None
    asked = select(Review).where(
        Review.certification_id == case.id,
        Review.ground == ReviewGround.SUSPENSION_LIMIT,
        Review.opened_at >= since,
    )
    before = holder.session.scalars(asked.order_by(Review.opened_at)).all()
    if before and before[-1].closed_at is None:
        return "", None
    counted = (before[-1].closed_at if before else None) or since
    return f"{since:%Y-%m-%dT%H:%M:%S.%f} {len(before) + 1}", day_of(case, counted)


def _months_later(holder: _Holder, case: Certification, from_on: date) -> date:
    edition = edition_of(holder.session, case, holder.at)
    months = number(edition, "suspension_months", module=case.module, country=case.country)
    return add_months(from_on, int(months))


def _open_reviews(session: Session, case: Certification) -> list[Review]:
    asked = select(Review).where(Review.certification_id == case.id, Review.state == ReviewState.OPEN)
    return list(session.scalars(asked.order_by(Review.id)))


def _moments(holder: _Holder, case: Certification) -> Iterator[datetime]:
    """When something falls due by the calendar alone; whatever people do makes the clock look anew."""
    yield from filter(None, map(_successor_starts, case.credentials))
    for review in _open_reviews(holder.session, case):
        yield start_of(escalates_on(holder.session, review, holder.at), zone_of(case.country))
    _cause, from_on = _limit_counted(holder, case)
    if from_on is not None:
        yield start_of(_months_later(holder, case, from_on), zone_of(case.country))
    record = holder.records.get(case.id)
    if record is not None and record.periods:
        ends = max(each.valid_until for each in record.periods) + timedelta(days=record.grace_days + 1)
        yield start_of(ends, record.zone)


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
