"""What people choose of their mail: checked as a whole, written to their one row."""

from collections.abc import Collection
from datetime import time

from sqlalchemy.orm import Session

from certify.models import Preference
from certify.scheme.sentences import say
from certify.workflows.engine import InvalidFacts


def choose(
    session: Session,
    person_id: str,
    *,
    is_daily: bool,
    digest_hour: int,
    quiet_from: time | None,
    quiet_until: time | None,
    opted_out: Collection[str],
) -> Preference:
    """Write what a person chose. Raises InvalidFacts."""
    errors = _errors(is_daily, digest_hour, quiet_from, quiet_until)
    if errors:
        raise InvalidFacts(errors)
    chosen = chosen_of(session, person_id)
    chosen.is_daily, chosen.digest_hour = is_daily, digest_hour
    chosen.quiet_from, chosen.quiet_until = quiet_from, quiet_until
    chosen.opted_out = sorted(opted_out)
    return chosen


def opt_out(session: Session, person_id: str, category: str) -> None:
    """Do without a category from now on; doing it twice changes nothing."""
    chosen = chosen_of(session, person_id)
    chosen.opted_out = sorted({*chosen.opted_out, category})


def chosen_of(session: Session, person_id: str) -> Preference:
    """The person's row, or a new one with what holds for everybody."""
    found = session.get(Preference, person_id)
    if found is None:
        found = Preference(
            person_id=person_id, is_daily=False, digest_hour=8, quiet_from=time(21), quiet_until=time(7),
            opted_out=[],
        )  # fmt: skip
        session.add(found)
    return found


def lies_between(wall: time, begins: time, ends: time) -> bool:
    """Whether an hour on the wall lies from one to another, which may be next morning."""
    return begins <= wall < ends if begins < ends else wall >= begins or wall < ends


def _errors(
    is_daily: bool, digest_hour: int, quiet_from: time | None, quiet_until: time | None
) -> dict[str, list[str]]:
    if quiet_from is None and quiet_until is None:
        return {}
    if quiet_from is None or quiet_until is None:
        missing = "quiet_from" if quiet_from is None else "quiet_until"
        return {missing: [say("Give both hours, or neither.")]}
    if quiet_from == quiet_until:
        return {"quiet_until": [say("Both hours are the same: leave both empty for no quiet hours.")]}
    if is_daily and lies_between(time(digest_hour), quiet_from, quiet_until):
        return {"digest_hour": [say("The daily mail would come in the hours without reminders.")]}
    return {}
