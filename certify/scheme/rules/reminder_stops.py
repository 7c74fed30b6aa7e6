"""What stops a reminder while the day that it counts from stays.

A day that is planned stops what comes after it, for then it was held.
"""

from collections.abc import Callable, Mapping
from datetime import date

from certify.scheme.rules.situation import Anchor, Path
from certify.scheme.words import ActivityKind, ActivityState

HANDED_IN = (ActivityState.SUBMITTED, ActivityState.CONFIRMED)


def _tot_held(path: Path, anchor: Anchor, day: date) -> bool:
    return day >= anchor.on or (path.tot is not None and path.tot.state in HANDED_IN)


def _classroom_held(path: Path, _anchor: Anchor, day: date) -> bool:
    tot = path.cohort.tot
    return any(
        one.held_on <= day and (tot is None or one.held_on > tot.last_on)
        for one in path.happened(ActivityKind.WORKSHOP)
    )


def _visits_complete(path: Path, _anchor: Anchor, _day: date) -> bool:
    return path.visits_complete


def _report_submitted(path: Path, _anchor: Anchor, _day: date) -> bool:
    reports = (one for one in path.cohort.cycle.happenings if one.kind is ActivityKind.CYCLE_REPORT)
    return any(one.state in HANDED_IN and one.id not in path.of.evidence.excluded for one in reports)


def _cycle_delivered(path: Path, _anchor: Anchor, _day: date) -> bool:
    kept = path.of.upkeep
    if kept is None or kept.practice is None:
        return True
    first, last = kept.practice
    return sum(first <= day <= last for day in kept.cycles) >= path.whole("practice_cycles")


def _renewal_filed(path: Path, _anchor: Anchor, _day: date) -> bool:
    return path.of.upkeep is None or path.of.upkeep.renewal_filed


STOPS: Mapping[str, Callable[[Path, Anchor, date], bool]] = {
    "tot_held": _tot_held,
    "classroom_held": _classroom_held,
    "visits_complete": _visits_complete,
    "report_submitted": _report_submitted,
    "cycle_delivered": _cycle_delivered,
    "renewal_filed": _renewal_filed,
}
