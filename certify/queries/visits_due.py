"""For how long an enterprise has to confirm a visit, before its supervisor may."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certify.models import Cohort
from certify.models.store import rows_of
from certify.scheme.dates import day_in, start_of
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.workflows.editions import edition_in_force

_SUPERVISED = (
    select(Cohort.module, Cohort.country, Cohort.variant)
    .where(Cohort.supervisor_id == bindparam("person"))
    .distinct()
    .order_by(Cohort.module, Cohort.country, Cohort.variant)
)


class Waited(NamedTuple):
    """In such cohorts, visits submitted before then have waited enough for the enterprise."""

    module: str
    country: str
    variant: str | None
    before: datetime


def waited_enough(session: Session, person_id: str, at: datetime) -> tuple[Waited, ...]:
    """For all sorts of cohorts that a person supervises: so many days as the edition gives there."""
    rows = rows_of(session, _SUPERVISED, person=person_id)
    return tuple(
        Waited(module, country, variant, _before(session, module, country, variant, at=at))
        for module, country, variant in rows
    )


def _before(session: Session, module: str, country: str, variant: str | None, *, at: datetime) -> datetime:
    """Submitted on the last day that is long enough ago, or before: before the day after it began."""
    zone = zone_of(country)
    today = day_in(at, zone)
    edition = edition_in_force(session, today)
    wait = number(edition, "visit_confirmation_days", module=module, country=country, variant=variant)
    return start_of(today - timedelta(days=int(wait) - 1), zone)
