"""What is kept of how somebody wishes to be written to, when they are away, and their calendar address."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Absence, CalendarFeed, Person, Preference, RefusedAddress

EVERYTHING = 10_000


def mailbox_of(session: Session, person: Person) -> dict[str, Any]:
    """The parts of the document of one's own data that belong to the mailbox."""
    return {
        "mail_wishes": _wishes(session.get(Preference, person.id)),
        "absences": _absences(session, person, Absence.person_id),
        "stands_in": _absences(session, person, Absence.deputy_id),
        "calendar_addresses": _addresses(session, person),
        "refused_address": _refused(session.get(RefusedAddress, person.email)),
    }


def _wishes(chosen: Preference | None) -> dict[str, Any] | None:
    if chosen is None:
        return None
    return {
        "once_a_day": chosen.is_daily,
        "hour": chosen.digest_hour,
        "quiet_from": chosen.quiet_from and f"{chosen.quiet_from:%H:%M}",
        "quiet_until": chosen.quiet_until and f"{chosen.quiet_until:%H:%M}",
        "done_without": chosen.opted_out,
    }


def _absences(session: Session, person: Person, side: Any) -> list[dict[str, Any]]:
    asked = select(Absence).where(side == person.id).order_by(Absence.from_on, Absence.id)
    rows = session.scalars(
        asked.options(joinedload(Absence.person), joinedload(Absence.deputy)).limit(EVERYTHING)
    )
    return [
        {
            "name": (one.deputy if one.person_id == person.id else one.person).name,
            "from": one.from_on,
            "until": one.until_on,
            "note": one.note,
            "declared_at": one.told_at,
            "ended_at": one.ended_at,
        }
        for one in rows
    ]


def _addresses(session: Session, person: Person) -> Iterable[dict[str, Any]]:
    asked = select(CalendarFeed).where(CalendarFeed.person_id == person.id)
    rows = session.scalars(asked.order_by(CalendarFeed.created_at, CalendarFeed.id).limit(EVERYTHING))
    return [{"since": one.created_at, "ended_at": one.revoked_at} for one in rows]


def _refused(mark: RefusedAddress | None) -> dict[str, Any] | None:
    return None if mark is None else {"since": mark.refused_at, "reason": mark.error}
