"""What holds for a certification whoever asks: day, edition, relations, worth, and what stands beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import CaseFile, Certification, Credential, Event
from certify.policy.relations import Findings, examine
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.scheme.standing import CertifiedRecord, Period, StandingChange, period_at
from certify.scheme.types import Edition
from certify.scheme.words import Act, CertificationState, CredentialState
from certify.workflows.editions import edition_in_force, edition_named
from certify.workflows.involvement import history_of

STANDING_MOVES = ("suspend", "reinstate", "withdraw", "retire")


@dataclass(frozen=True)
class Delegated:
    """One delegation of one issuing body, and the body's IANA zone."""

    issuer: str
    country: str
    modules: tuple[str, ...]
    from_on: date
    until_on: date | None
    may_recognise: bool
    zone: str = "UTC"

    def covers(self, *, module: str, country: str, on: date) -> bool:
        """Whether it is in force for a module and country on a day."""
        return (
            self.country == country
            and module in self.modules
            and self.from_on <= on
            and (self.until_on is None or on <= self.until_on)
        )


@dataclass(frozen=True)
class OtherCase:
    """Another certification of the holder for the same module."""

    id: str
    state: CertificationState
    valid_until: date | None
    left_on: date | None
    decided_on: date | None
    unconfirmed_nomination: bool = False


def open_case(session: Session, kind: str, at: datetime) -> CaseFile:
    """A new case file: the root row that every command on the case locks first."""
    case = CaseFile(kind=kind, opened_at=at)
    session.add(case)
    session.flush()
    return case


def day_of(thing: Certification, at: datetime) -> date:
    """The day that an instant falls on where the case lives."""
    return day_in(at, zone_of(thing.country))


def edition_of(session: Session, certification: Certification, at: datetime) -> Edition:
    """The pinned edition, or before admission the one in force."""
    if certification.scheme_version is not None:
        return edition_named(session, certification.scheme_version)
    return edition_in_force(session, day_of(certification, at))


def relations_of(
    session: Session,
    person_id: str,
    certification: Certification,
    act: Act,
    at: datetime,
    *,
    of_trainer: bool = False,
) -> Findings:
    """What the relations table says of a person's act in a certification, from the history of both."""
    edition = edition_of(session, certification, at)
    history = history_of(session, person_id, certification.holder_id)
    id, on = certification.id, day_of(certification, at)
    return examine(edition, history, act, certification=id, on=on, of_trainer=of_trainer)


def certified_record(session: Session, certification: Certification) -> CertifiedRecord:
    """The dates and standing changes that decide what a certification is worth at an instant."""
    changes = session.execute(
        select(Event.at, Event.move)
        .where(
            Event.case_id == certification.case_id,
            Event.subject_id == certification.id,
            Event.move.in_(STANDING_MOVES),
        )
        .order_by(Event.seq)
    )
    return record_of(session, certification, tuple(StandingChange(row.at, row.move) for row in changes))


def record_of(
    session: Session, certification: Certification, changes: tuple[StandingChange, ...]
) -> CertifiedRecord:
    """The same, with the changes in log order at hand."""
    return CertifiedRecord(
        periods=periods_of(certification, partial(_grace_days, session, certification)), events=changes
    )


def certificates_of(certification: Certification) -> tuple[Credential, ...]:
    """The certificates of the certification itself, first issued first; not those revoked in error."""
    ended = certification.state in (CertificationState.WITHDRAWN, CertificationState.RETIRED)
    return tuple(
        one for one in certification.certificates if ended or one.state is not CredentialState.REVOKED
    )


def periods_of(
    certification: Certification, grace_under: Callable[[str | None], int] = lambda _edition: 0
) -> tuple[Period, ...]:
    """The periods of validity in their order, perhaps with gaps: one a certificate, in its own zone.

    `grace_under` tells the days of grace by a certificate's edition (None: the case's); without it, none.
    """
    issued = certificates_of(certification)
    if issued:
        periods = (
            Period(one.valid_from, one.valid_until, one.zone, grace_under(one.scheme_version))
            for one in issued
        )
        return tuple(sorted(periods, key=lambda each: each.valid_from))
    first, last = certification.valid_from, certification.valid_until
    if first is None or last is None:
        return ()
    return (Period(first, last, _zone_of(certification), grace_under(None)),)


def certified_since(certification: Certification) -> date | None:
    """The first day of the first certificate."""
    return min((period.valid_from for period in periods_of(certification)), default=None)


def validity_at(certification: Certification, at: datetime) -> Period | None:
    """The period that an instant lies in, else the latest one; None before there was any."""
    return period_at(periods_of(certification), at)


def _grace_days(session: Session, certification: Certification, scheme_version: str | None) -> int:
    """By the edition of a certificate, which a renewal under a newer one does not change."""
    edition = (
        edition_named(session, scheme_version)
        if scheme_version is not None
        else edition_of(session, certification, certification.state_since)
    )
    return int(number(edition, "grace_days", module=certification.module, country=certification.country))


def _zone_of(certification: Certification) -> str:
    """Where its days are counted as long as no certificate says it."""
    return certification.issuer.zone if certification.issuer else zone_of(certification.country)
