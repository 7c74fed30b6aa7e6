"""How trainers are told apart: valid, practising, ending, in grace, expired, suspended, on hold."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select

from certify.models import Activity, ActivityPerson, Certification, Credential
from certify.queries.my_activities import NAMING_TRAINERS
from certify.queries.sight import fixed
from certify.scheme.dates import add_months
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityState, CredentialType
from certify.scheme.words import CertificationState as S


class Shown(StrEnum):
    """Which trainers a list shows."""

    VALID = "valid"
    PRACTISING = "practising"
    EXPIRING = "expiring"
    IN_GRACE = "in_grace"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ON_HOLD = "on_hold"


LABELS: Mapping[Shown, Sentence] = {
    Shown.VALID: say("Valid"),
    Shown.PRACTISING: say("Delivered lately"),
    Shown.EXPIRING: say("Ends soon"),
    Shown.IN_GRACE: say("Expired, in grace"),
    Shown.EXPIRED: say("Expired"),
    Shown.SUSPENDED: say("Suspended"),
    Shown.ON_HOLD: say("On hold"),
}


class Days(NamedTuple):
    """The days by which trainers are told apart; in a statement that is kept, what they are bound as."""

    today: Any
    soon: Any
    grace_since: Any
    practice_since: Any


def days_of(at: datetime, edition: Edition) -> Days:
    """These days at an instant, by the numbers of the edition."""
    today = at.date()
    return Days(
        today,
        today + timedelta(days=int(number(edition, "renewal_window_days"))),
        today - timedelta(days=int(number(edition, "grace_days"))),
        add_months(today, -int(number(edition, "practice_months"))),
    )


def shown(shows: Shown, days: Days) -> ColumnElement[bool]:
    """The certifications that are shown so."""
    until = Certification.valid_until
    if shows in (Shown.SUSPENDED, Shown.ON_HOLD):
        return Certification.state == fixed(S(shows.value))
    certified = Certification.state == fixed(S.CERTIFIED)
    if shows is Shown.EXPIRING:
        return and_(certified, until >= days.today, until <= days.soon)
    if shows is Shown.IN_GRACE:
        return and_(certified, until < days.today, until >= days.grace_since)
    if shows is Shown.EXPIRED:
        return and_(certified, until < days.grace_since)
    valid = and_(certified, until >= days.today)
    return and_(valid, delivered(days)) if shows is Shown.PRACTISING else valid


def delivered(days: Days) -> ColumnElement[bool]:
    """A confirmed session or visit in the practice months; whether it counts, the list asks of the rules.

    Since the first certificate, and not the last: who was renewed yesterday delivered before.
    """
    first = (
        select(func.min(Credential.valid_from))
        .where(
            Credential.certification_id == Certification.id,
            Credential.type == fixed(CredentialType.TRAINER_CERTIFICATION),
        )
        .scalar_subquery()
    )
    return exists().where(
        ActivityPerson.person_id == Certification.holder_id,
        Activity.id == ActivityPerson.activity_id,
        Activity.module == Certification.module,
        Activity.kind.in_(NAMING_TRAINERS),
        Activity.state == ActivityState.CONFIRMED,
        Activity.held_on >= days.practice_since,
        Activity.held_on >= func.coalesce(first, Certification.valid_from),
    )
