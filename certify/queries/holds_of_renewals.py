"""On whom filed renewals wait: a review, a decision, and after grace the observed cycle that it takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from certify.models import Activity, Renewal
from certify.queries.holds import OPEN_SHEET, Hold, days_since, next_move, observation_held
from certify.queries.holds_of_records import records_held, unsettled_of
from certify.scheme.dates import start_of
from certify.scheme.evidence import Cycle, Happening
from certify.scheme.places import zone_of
from certify.scheme.rules.renewing import Route
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import (
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    RenewalState,
    VisitPurpose,
)
from certify.workflows.delivery import cycles_of_all

# The step of each state, and who takes it.
RENEWAL_STEPS = {
    RenewalState.FILED: ("review", "qa_reviewer"),
    RenewalState.REVIEWED: ("grant", "master_trainer"),
}
_TO_DELIVER: Mapping[ActivityKind, Sentence] = {
    ActivityKind.WORKSHOP: say("No workshop after the end of the certificate is recorded yet."),
    ActivityKind.VISIT: say("No consultation visit after the end of the certificate is recorded yet."),
}


def holds_of_renewals(
    session: Session, renewals: Sequence[Renewal], at: datetime
) -> Mapping[str, tuple[Hold, ...]]:
    """The longest waiting first; it can be reviewed while the cycle is still to come, and not granted."""
    late = [one.certification for one in renewals if one.route == Route.LATE]
    cycles = cycles_of_all(session, late) if late else {}
    records = unsettled_of(session, late)
    found = {}
    for one in renewals:
        case = one.certification
        waiting = records.get((case.holder_id, case.module), ())
        holds = [*_of_the_cycle(one, cycles.get(case.id, ()), waiting, at)]
        if not holds or one.state is RenewalState.FILED:
            move, who = RENEWAL_STEPS[one.state]
            holds.append(next_move(one, who, move, at))
        found[one.id] = tuple(sorted(holds, key=lambda hold: hold.since))
    return found


def _of_the_cycle(
    renewal: Renewal, cycles: Iterable[Cycle], records: Iterable[Activity], at: datetime
) -> Iterator[Hold]:
    """What a renewal that was filed after grace takes besides (scheme/rules/late_renewal.py)."""
    if renewal.route != Route.LATE:
        return
    case, ended_on = renewal.certification, renewal.credential.valid_until
    yield from records_held(case, [one for one in records if one.held_on > ended_on], at)
    held = {one.id: one for cycle in cycles for one in cycle.happenings if _is_asked_for(one, ended_on)}
    sheets = [
        one
        for one in case.assessments
        if one.kind is AssessmentKind.OBSERVATION
        and one.state is not AssessmentState.VOID
        and one.activity_id in held
    ]
    yield from (observation_held(one, at) for one in sheets if one.state in OPEN_SHEET)
    watched = {held[one.activity_id].kind for one in sheets if one.activity_id}
    if not held:
        yield _by_coordinator(renewal, say("Nobody is named to observe a cycle after the end yet."), at)
    for kind in _TO_DELIVER:
        if kind not in watched:
            yield _unobserved(renewal, kind, [one for one in held.values() if one.kind is kind], at)


def _is_asked_for(one: Happening, ended_on: date) -> bool:
    if one.held_on <= ended_on or one.state is ActivityState.VOID:
        return False
    return one.kind is ActivityKind.WORKSHOP or one.purpose is VisitPurpose.CONSULTATION


def _unobserved(renewal: Renewal, kind: ActivityKind, held: Sequence[Happening], at: datetime) -> Hold:
    """The trainer delivers; then the coordinator names who observes."""
    case, since = renewal.certification, renewal.state_since
    if not held:
        holder = case.holder
        days = days_since(case, since, at)
        return Hold("holder", holder.name, _TO_DELIVER[kind], since, days, people=(holder.id,))
    first = min(one.held_on for one in held)
    what = say("Nobody is named to observe: {kind}, {day}.", kind=kind, day=first)
    return _by_coordinator(renewal, what, at, earliest=min(start_of(first, zone_of(case.country)), at))


def _by_coordinator(
    renewal: Renewal, what: Sentence, at: datetime, *, earliest: datetime | None = None
) -> Hold:
    case, since = renewal.certification, max(filter(None, (renewal.state_since, earliest)))
    return Hold("coordinator", None, what, since, days_since(case, since, at), apart=(case.holder_id,))
