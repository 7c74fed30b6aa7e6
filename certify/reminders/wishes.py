"""How people wish to be written to: what they chose, or what holds for everybody else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Preference
from certify.reminders.categories import category_of, is_optional
from certify.reminders.hours import Quiet


@dataclass(frozen=True)
class Wishes:
    """One by one or once a day at an hour, the hours without mail, the categories without mail."""

    is_daily: bool = False
    digest_hour: int = 8
    quiet: Quiet | None = (time(21), time(7))
    opted_out: frozenset[str] = frozenset()

    def mutes(self, kind: str) -> bool:
        """Whether a kind is not mailed; what is mandatory always is."""
        return is_optional(kind) and category_of(kind).value in self.opted_out


USUAL = Wishes()


def wishes_of(session: Session, person_ids: Collection[str]) -> Mapping[str, Wishes]:
    """The wishes of those who said any, by person."""
    asked = select(Preference).where(Preference.person_id.in_(person_ids))
    return {one.person_id: as_wishes(one) for one in session.scalars(asked)}


def as_wishes(chosen: Preference | None) -> Wishes:
    """What a person chose, as a value."""
    if chosen is None:
        return USUAL
    quiet = (
        (chosen.quiet_from, chosen.quiet_until)
        if chosen.quiet_from is not None and chosen.quiet_until is not None
        else None
    )
    return Wishes(chosen.is_daily, chosen.digest_hour, quiet, frozenset(chosen.opted_out))
