"""The path with its forecasts, and everybody who holds it up: since when, and for how many days."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from certify.models import Certification
from certify.queries.holds import Hold, days_since, sheets_held
from certify.queries.holds_of_records import UNSETTLED, records_held, unsettled_among
from certify.queries.journey import Next, Step, path_of
from certify.scheme.evidence import Cycle
from certify.scheme.rules import requirements
from certify.scheme.rules.forecast import earliest_starts
from certify.scheme.words import ActivityState
from certify.scheme.words import CertificationState as S
from certify.workflows.dossier import Dossier

FORETOLD = (
    S.TRAINING, S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS, S.MORE_PRACTICE, S.ADMITTED,
)  # fmt: skip
# Which foretold day is the earliest of each step of the picture, by its place.
_STARTS = {2: "classroom", 3: "visits", 4: "assessment", 5: "assessment", 6: "assessment"}


def foretold_path(session: Session, certification: Certification, dossier: Dossier) -> tuple[Step, ...]:
    """The path as a picture; what lies ahead says when it can begin at the earliest."""
    steps = path_of(session, certification)
    if certification.state not in FORETOLD:
        return steps
    starts = earliest_starts(dossier.edition, dossier.evidence, dossier.on)
    return tuple(_foretold(step, starts.get(_STARTS.get(n, "")), dossier) for n, step in enumerate(steps))


def _foretold(step: Step, day: date | None, dossier: Dossier) -> Step:
    if step.status != "ahead" or day is None or day <= dossier.on:
        return step
    return replace(step, earliest_on=day)


def holding_up(
    session: Session, certification: Certification, following: Next | None, at: datetime
) -> tuple[Hold, ...]:
    """Everybody on whom the path waits now, the longest waiting first."""
    unsettled = unsettled_among(session, [certification])
    mine = unsettled.get((certification.holder_id, certification.module), ())
    found = [*records_held(certification, mine, at), *sheets_held(certification, at)]
    if following is not None and not found:
        found = [_onward(certification, following, at)]
    elif following is not None and (
        not following.refusals or _has_more_to_do(session, certification, following, at)
    ):
        found.append(_onward(certification, following, at))
    return tuple(sorted(found, key=lambda hold: hold.since))


def _has_more_to_do(session: Session, certification: Certification, following: Next, at: datetime) -> bool:
    """Whether the candidate's own work stands in the way, even once all that waits is confirmed."""
    if following.who != "candidate":
        return False
    dossier = Dossier(session, certification, at)
    asked = {one.requirement for one in following.refusals if one.requirement}
    settled = replace(dossier.evidence, cycles=tuple(map(_as_if_confirmed, dossier.evidence.cycles)))
    return any(
        one.id in asked and not one.cleared and "candidate" in one.who
        for one in requirements(dossier.edition, settled, dossier.on, asked=asked)
    )


def _as_if_confirmed(cycle: Cycle) -> Cycle:
    happenings = (
        replace(one, state=ActivityState.CONFIRMED) if one.state in UNSETTLED else one
        for one in cycle.happenings
    )
    return replace(cycle, happenings=tuple(happenings))


def _onward(certification: Certification, following: Next, at: datetime) -> Hold:
    return Hold(
        following.who,
        following.name,
        following.text,
        following.since,
        days_since(certification, following.since, at),
    )
