"""What a certified trainer has to do to stay certified: renew, sign the code of conduct, deliver."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Certification, Renewal
from certify.models.store import once_while_reading
from certify.queries.tasks import Asking
from certify.queries.workload import reminder_days
from certify.scheme.dates import day_in, start_of
from certify.scheme.maintenance import Maintenance
from certify.scheme.places import zone_of
from certify.scheme.rules.maintenance import code_of_conduct_due_on, practice_period
from certify.scheme.rules.practice import missed_for_good
from certify.scheme.rules.renewing import Route, filing_ends, grace_ends, route, terms_of, window_opens
from certify.scheme.sentences import Sentence, say
from certify.scheme.standing import Period
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState, RenewalState
from certify.workflows.case_terms import certificates_of
from certify.workflows.dossier import day_of, edition_of
from certify.workflows.editions import edition_in_force
from certify.workflows.maintenance import maintenances_of
from certify.workflows.renewal_dossier import certificate_to_renew

MOST = 50  # certifications of one person
KEPT = (CertificationState.CERTIFIED, CertificationState.SUSPENDED)  # who is suspended can renew in time


@dataclass(frozen=True)
class Errand:
    """One thing to do for a certification, where it is done, by when, and since when it waits."""

    reason: Sentence
    action: Sentence
    endpoint: str
    due_on: date
    since: datetime


def errands(asking: Asking) -> Mapping[str, Errand]:
    """The most urgent one of each certification of the actor that has any, by its id.

    A renewal that can be filed comes before all else: its page tells what is still missing for it.
    """
    return once_while_reading(asking.session, ("errands", asking.actor.id, asking.at), lambda: _read(asking))


def _read(asking: Asking) -> Mapping[str, Errand]:
    session, at = asking.session, asking.at
    cases = session.scalars(
        select(Certification)
        .where(Certification.holder_id == asking.actor.id, Certification.state.in_(KEPT))
        .options(selectinload(Certification.credentials), joinedload(Certification.issuer))
        .limit(MOST)
    ).all()
    kept, renewals = maintenances_of(session, cases, at), undecided(session, [case.id for case in cases])
    found: dict[str, Errand] = {}
    for case in cases:
        on, edition = day_of(case, at), edition_of(session, case, at)
        listed: list[Errand] = []
        if renewals.get(case.id) in (None, RenewalState.OPEN):
            listed += _renewal(case, kept[case.id], edition_in_force(session, on), at)
        is_certified = case.state is CertificationState.CERTIFIED
        if not listed and is_certified and case.valid_until is not None and on <= case.valid_until:
            listed += _maintenance(kept[case.id], edition, on)
        if listed:
            found[case.id] = min(listed, key=lambda one: one.due_on)
    return found


def undecided(session: Session, ids: Sequence[str]) -> Mapping[str, RenewalState]:
    """How far the renewal of each certification is that goes on, by the certification's id."""
    asked = select(Renewal.certification_id, Renewal.state)
    rows = session.execute(asked.where(Renewal.certification_id.in_(ids), Renewal.decided_at.is_(None)))
    return {row.certification_id: row.state for row in rows}


def _renewal(case: Certification, kept: Maintenance, edition: Edition, at: datetime) -> Iterator[Errand]:
    """By the day in the certificate's zone, as its renewal is judged."""
    old, terms = certificate_to_renew(certificates_of(case)), terms_of(edition, case.module, case.country)
    if old is None:
        return
    until, on = old.valid_until, day_in(at, old.zone)
    told = {
        Route.IN_WINDOW: (say("Valid until {day}; it can be renewed now.", day=until), until),
        Route.IN_GRACE: (
            say("Expired on {day}; it can still be renewed as usual.", day=until),
            grace_ends(until, terms),
        ),
        Route.LATE: (
            say("Expired on {day}; renewing takes one observed cycle.", day=until),
            filing_ends(until, terms),
        ),
    }
    way = route(until, on, terms)
    if way in told:
        reason, due_on = told[way]
        if missed_for_good(edition, kept, Period(old.valid_from, until, old.zone), on):
            reason = say("As recorded a renewal cannot be granted: cycles of a practice period are missing.")
        yield Errand(
            reason, say("Renew"), "renewals.of_case", due_on, start_of(window_opens(until, terms), old.zone)
        )


def _maintenance(kept: Maintenance, edition: Edition, on: date) -> Iterator[Errand]:
    """From the day on which the edition begins to remind of it."""
    due_on, zone = code_of_conduct_due_on(kept, edition, on), zone_of(kept.country)
    if due_on is not None and (asked_on := due_on - _ahead(edition, "code-of-conduct-due")) <= on:
        reason = say("The code of conduct is to be signed again by {day}.", day=due_on)
        since = start_of(asked_on, zone)
        yield Errand(reason, say("Read and sign"), "maintenance.conduct", due_on, since)
    period = practice_period(kept, edition, on)
    if period is None or any(period[0] <= day <= period[1] for day in kept.cycles):
        return
    if (asked_on := period[1] - _ahead(edition, "practice-due")) <= on:
        reason = say("No cycle was delivered in the practice period that ends on {day}.", day=period[1])
        since = start_of(asked_on, zone)
        yield Errand(reason, say("See your deliveries"), "maintenance.show", period[1], since)


def _ahead(edition: Edition, reminder: str) -> timedelta:
    return timedelta(days=-min((0, *reminder_days(edition, reminder))))
