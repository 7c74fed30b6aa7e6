"""What pages and programs read of renewals: those of a certification, and how far its renewal is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, Assessment, Certification, Cohort, Renewal
from certify.policy import Actor, may
from certify.presentation import day, word
from certify.queries.paging import PAGE, Order, Page, read_page
from certify.scheme.dates import day_in
from certify.scheme.evidence import RequirementResult
from certify.scheme.rules.renewing import FILABLE, Route, filing_ends, grace_ends, window_opens
from certify.scheme.sentences import Sentence, say
from certify.scheme.standing import Period
from certify.scheme.words import CertificationState, RenewalState
from certify.workflows.engine import Refused
from certify.workflows.renewal import new_renewal, requirements_of, undecided_renewal
from certify.workflows.renewal_dossier import RenewalDossier

RENEWED_IN = (CertificationState.CERTIFIED, CertificationState.SUSPENDED)
NEXT = {
    RenewalState.OPEN: (say("The renewal is opened and waits to be filed."), "holder"),
    RenewalState.FILED: (say("The renewal is filed and waits for the review of quality."), "qa_reviewer"),
    RenewalState.REVIEWED: (say("The renewal is reviewed and waits for the decision."), "master_trainer"),
}
UNOPENED = {
    Route.TOO_EARLY: say("Nothing is to be done yet."),
    Route.IN_WINDOW: say("The certification can be renewed now, without a gap if it is decided in time."),
    Route.IN_GRACE: say("The certificate has ended; it can still be renewed, in the time of grace."),
    Route.LATE: say(
        "Grace is over: a renewal takes a cycle after the end, with a workshop and a visit observed."
    ),
    Route.FULL_PATH: say("It can no longer be renewed: the module takes the full path again."),
}
CANNOT_BE_GRANTED = say("A renewal can be filed, but as recorded it cannot be granted.")
# What a late renewal waits for beside its next step, and who sees to it.
OBSERVER_NEEDED = say("A coordinator names who observes the cycle after the end; the trainer is then told.")


def _barred(missed: Period) -> Sentence:
    return say(
        "As recorded it cannot be granted: the practice period from {first} to {last} is over without the "
        "cycles that it asks for. Only what was held then, and is still recorded and confirmed, changes "
        "that; otherwise the module takes the full path again.",
        first=missed.valid_from,
        last=missed.valid_until,
    )


@dataclass(frozen=True)
class RenewalStanding:
    """How far the renewal of a certification is: its days, what it takes, and the next step."""

    dossier: RenewalDossier
    renewal: Renewal  # the one that goes on; one that was not opened yet has no id
    on: date
    requirements: tuple[RequirementResult, ...]

    @property
    def is_open(self) -> bool:
        """Whether it was opened."""
        return self.renewal.state is not RenewalState.NEW

    @property
    def route(self) -> Route:
        """By the day of the filing, else by today."""
        return self.dossier.route

    @property
    def ends_on(self) -> date:
        """The last day of the certificate."""
        return self.dossier.ends_on

    @property
    def days_left(self) -> int:
        """To the last day; below zero after it."""
        return (self.ends_on - self.on).days

    @property
    def opens_on(self) -> date:
        """The first day of the window."""
        return window_opens(self.ends_on, self.dossier.terms)

    @property
    def days_to_opening(self) -> int:
        """To the first day of the window."""
        return (self.opens_on - self.on).days

    @property
    def grace_ends_on(self) -> date:
        """The last day of grace."""
        return grace_ends(self.ends_on, self.dossier.terms)

    @property
    def last_filing_on(self) -> date:
        """The last day on which it can be filed."""
        return filing_ends(self.ends_on, self.dossier.terms)

    @property
    def missing(self) -> tuple[RequirementResult, ...]:
        """What is not met."""
        return tuple(one for one in self.requirements if not one.cleared)

    @property
    def barred(self) -> tuple[Sentence, ...]:
        """Why it could never be granted, as the record stands; nothing once it is decided or none can be."""
        if self.renewal.decided_at is not None or self.route is Route.FULL_PATH:
            return ()
        return tuple(_barred(one) for one in self.dossier.missed)

    @property
    def observer_note(self) -> Sentence | None:
        """Who sees to it that a renewal which was filed late is observed, until it is."""
        asked = {"observed-classroom", "observed-visit"} & {one.id for one in self.missing}
        waits = self.renewal.filed_at is not None and self.renewal.decided_at is None
        return OBSERVER_NEEDED if waits and asked else None

    @property
    def next(self) -> tuple[Sentence, str | None]:
        """The next step in a sentence, and whose it is."""
        if self.is_open:
            return NEXT[self.renewal.state]
        if self.barred and self.route in FILABLE:
            return CANNOT_BE_GRANTED, "holder"
        return UNOPENED[self.route], None if self.route is Route.TOO_EARLY else "holder"

    @property
    def is_holders_turn(self) -> bool:
        """Whether its holder can carry it on: it can be opened, or was opened and is not filed."""
        return self.next[1] == "holder" and self.route is not Route.FULL_PATH

    @cached_property
    def period_if_granted(self) -> tuple[date, date]:
        """The days of the certificate that a grant today would issue."""
        return self.dossier.next_period(self.renewal.credential.zone)

    @property
    def gap(self) -> tuple[date, date] | None:
        """First and last day of the time without a certificate that a grant today would leave."""
        first = self.ends_on + timedelta(days=1)
        begins = self.period_if_granted[0]
        return (first, begins - timedelta(days=1)) if begins > first else None


def renewal_standing(session: Session, case: Certification, at: datetime) -> RenewalStanding | None:
    """How far the renewal of a certification is; None where nothing was granted, or it has ended."""
    if case.state not in RENEWED_IN:
        return None
    renewal = undecided_renewal(session, case)
    if renewal is None:
        try:
            renewal = new_renewal(case, at)
        except Refused:
            return None
    return standing_of(session, renewal, at)


def standing_of(session: Session, renewal: Renewal, at: datetime) -> RenewalStanding:
    """The same of one renewal, also of one that was decided."""
    dossier = RenewalDossier(session, renewal, at)
    today = day_in(at, renewal.credential.zone)
    return RenewalStanding(dossier, renewal, today, requirements_of(session, renewal, at))


def renewals_of(session: Session, case: Certification) -> Sequence[Renewal]:
    """Every renewal of a certification, the latest first."""
    asked = (
        select(Renewal)
        .where(Renewal.certification_id == case.id)
        .order_by(Renewal.opened_at.desc(), Renewal.id.desc())
        .options(
            joinedload(Renewal.credential),
            joinedload(Renewal.successor),
            joinedload(Renewal.reviewed_by),
            joinedload(Renewal.decided_by),
        )
    )
    return session.scalars(asked).all()


def renewals_page(
    session: Session, case: Certification, *, cursor: str | None, limit: int = PAGE
) -> Page[Renewal]:
    """The renewals of a certification for a program, the first opened first."""
    return read_page(
        session,
        select(Renewal)
        .where(Renewal.certification_id == case.id)
        .options(joinedload(Renewal.credential), joinedload(Renewal.successor)),
        order=Order(Renewal.opened_at, Renewal.id),
        cursor=cursor,
        allowed=lambda _renewal: True,
        limit=limit,
    )


@dataclass(frozen=True)
class Proof:
    """A piece of evidence that a requirement names."""

    id: str
    label: str
    is_activity: bool


def proofs_of(
    session: Session, requirements: Iterable[RequirementResult], actor: Actor, on: date
) -> dict[str, Proof]:
    """What each piece of evidence is called that the actor may open, by id; a fixed number of queries."""
    ids = {id for one in requirements for id in one.evidence}
    activities = session.scalars(
        select(Activity)
        .where(Activity.id.in_(ids))
        .options(
            joinedload(Activity.cohort).selectinload(Cohort.trainers),
            joinedload(Activity.enterprise),
        )
    ).unique()
    found = {
        one.id: Proof(one.id, f"{word(one.kind)}, {day(one.held_on)}", is_activity=True)
        for one in activities
        if may(actor, "activity.see", one, on)
    }
    assessed = session.scalars(
        select(Assessment)
        .where(Assessment.id.in_(ids))
        .options(joinedload(Assessment.assessor), joinedload(Assessment.activity))
    )
    return found | {
        one.id: Proof(one.id, f"{word(one.kind)}, {one.assessor.name}", is_activity=False)
        for one in assessed
        if may(actor, "assessment.see", one, on)
    }
