"""What lifting a suspension brings: the standing that the certification goes back to by its dates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from certify.models import Certification
from certify.scheme.sentences import Sentence, say
from certify.scheme.standing import last_begun, standing_by_dates
from certify.scheme.words import Standing
from certify.workflows.case_terms import certified_record


@dataclass(frozen=True)
class BroughtBack:
    """A standing by dates, and the days that it is told with."""

    standing: Standing
    from_on: date
    until_on: date
    grace_until_on: date

    @property
    def said(self) -> Sentence:
        """It in a sentence."""
        return _SAID[self.standing](self)


_SAID: Mapping[Standing, Callable[[BroughtBack], Sentence]] = {
    Standing.VALID: lambda it: say("It is valid again, until {day}.", day=it.until_on),
    Standing.NOT_YET_VALID: lambda it: say(
        "It stands again, and is valid from {first} to {last}.", first=it.from_on, last=it.until_on
    ),
    Standing.IN_GRACE: lambda it: say(
        "It does not become valid: its last day was {last}. It is in grace, and can be renewed as usual "
        "until {day}.",
        last=it.until_on,
        day=it.grace_until_on,
    ),
    Standing.EXPIRED: lambda it: say(
        "It does not become valid: its last day was {last}, and its time of grace ended with {day}. It has "
        "expired.",
        last=it.until_on,
        day=it.grace_until_on,
    ),
}


def brought_back(session: Session, case: Certification, at: datetime) -> BroughtBack:
    """What a suspended certification would be worth if it were reinstated at an instant."""
    record = certified_record(session, case)
    period = last_begun(record.periods, at) or record.periods[0]
    return BroughtBack(
        standing_by_dates(record, at), period.valid_from, period.valid_until, period.grace_until
    )
