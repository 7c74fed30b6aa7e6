"""Why the clock has a certification looked at: its prerequisite fell, or its suspension lasts too long."""

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Review
from certify.scheme.dates import add_months
from certify.scheme.rules.case import number
from certify.scheme.words import ReviewGround, Standing
from certify.workflows.case_terms import day_of, edition_of
from certify.workflows.certification_guards import ENDED, rests_on_what_ended
from certify.workflows.clock_holder import Holder


def grounds(holder: Holder, case: Certification) -> Iterator[tuple[ReviewGround, str, str | None]]:
    """Why somebody has to look at a certification, by what, and the prerequisite that it is about."""
    stands = holder.standing(case)
    if stands is Standing.NONE or stands in ENDED:
        return
    for ground, cause, fallen in (_fallen(holder, case), _limit(holder, case)):
        if cause and not _known(holder.session, case, ground, cause):
            yield ground, cause, fallen


def _known(session: Session, case: Certification, ground: ReviewGround, cause: str) -> bool:
    same = select(Review.id).where(
        Review.certification_id == case.id, Review.ground == ground, Review.cause == cause
    )
    return session.scalar(same) is not None


def _fallen(holder: Holder, case: Certification) -> tuple[ReviewGround, str, str | None]:
    """Every module that this one can rest on has fallen; each fall is told once, also one after a renewal."""
    edition, besides = edition_of(holder.session, case, holder.at), holder.besides(case)
    if not rests_on_what_ended(edition, case.module, besides):
        return ReviewGround.PREREQUISITE_FELL, "", None
    under = [one for one in besides if one.module in edition.modules[case.module].prerequisites]
    falls = sorted(f"{one.certification} {one.valid_until}" for one in under)
    last = max(under, key=lambda one: (one.valid_until or date.min, one.certification))
    return ReviewGround.PREREQUISITE_FELL, sha256("\n".join(falls).encode()).hexdigest(), last.certification


def _limit(holder: Holder, case: Certification) -> tuple[ReviewGround, str, str | None]:
    """The suspension is as long as it may be; if the review left it, as long again since then."""
    cause, limit_on = limit_of(holder, case)
    if limit_on is None or day_of(case, holder.at) < limit_on:
        cause = ""
    return ReviewGround.SUSPENSION_LIMIT, cause, None


def limit_of(holder: Holder, case: Certification) -> tuple[str, date | None]:
    """What the limit of the present suspension is known by, and the day on which it is reached."""
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
    return f"{since:%Y-%m-%dT%H:%M:%S.%f} {len(before) + 1}", _months_later(holder, case, counted)


def _months_later(holder: Holder, case: Certification, counted: datetime) -> date:
    edition = edition_of(holder.session, case, holder.at)
    months = number(edition, "suspension_months", module=case.module, country=case.country)
    return add_months(day_of(case, counted), int(months))
