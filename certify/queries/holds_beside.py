"""On whom licences, reviews and requests for a name wait: each has one next step."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import ExpertLicence, NameChange, Review
from certify.queries.holds import Hold, next_move
from certify.scheme.words import LicenceState

# The step of each state, and who takes it.
LICENCE_STEPS = {
    LicenceState.NOMINATED: ("confirm", "holder"),
    LicenceState.CONFIRMED: ("record_examination", "coordinator"),
    LicenceState.EXAMINED: ("grant", "master_trainer"),
}


def holds_of_licences(
    _session: Session, licences: Sequence[ExpertLicence], at: datetime
) -> Mapping[str, tuple[Hold, ...]]:
    """The nominee, then a coordinator, then a Master Trainer."""
    found = {}
    for one in licences:
        move, who = LICENCE_STEPS[one.state]
        found[one.id] = (next_move(one, who, move, at, apart=[one.certification.holder_id]),)
    return found


def holds_of_reviews(
    _session: Session, reviews: Sequence[Review], at: datetime
) -> Mapping[str, tuple[Hold, ...]]:
    """A Master Trainer; it has waited since it was opened, escalated or not."""
    return {one.id: (next_move(one, "master_trainer", "close", at, since=one.opened_at),) for one in reviews}


def holds_of_names(
    _session: Session, asked: Sequence[NameChange], at: datetime
) -> Mapping[str, tuple[Hold, ...]]:
    """A coordinator, who does not answer an own request."""
    return {one.id: (next_move(one, "coordinator", "accept", at, apart=[one.person_id]),) for one in asked}
