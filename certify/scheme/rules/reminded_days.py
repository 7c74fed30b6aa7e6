"""The days that reminders count from, anchor by anchor; a state that ends takes its anchors with it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from certify.scheme.dates import add_months
from certify.scheme.rules.situation import Anchor, Path, Upkeep
from certify.scheme.words import CertificationState as S
from certify.scheme.words import RenewalState


def _while(*states: S) -> Callable[[Path], Iterator[Anchor]]:
    """The day on which a state began."""

    def anchors(path: Path) -> Iterator[Anchor]:
        if path.of.state in states:
            yield Anchor(path.of.since, path.of.since)

    return anchors


def _screenings(path: Path) -> Iterator[Anchor]:
    if path.of.state is S.SUBMITTED:
        yield from (Anchor(one.counts_from, one.given_on, one.id, one.person) for one in path.of.screenings)


def _observations(path: Path) -> Iterator[Anchor]:
    if path.of.state in OBSERVED:
        for one in path.of.observations:
            yield Anchor(one.counts_from, one.given_on, one.id, one.person)


def _tot(path: Path) -> Iterator[Anchor]:
    if path.of.state is S.TRAINING and path.tot:
        yield Anchor(min(day.on for day in path.tot.days), path.of.since, path.tot.activity)


def _deadline(parameter: str, requirement: str, states: tuple[S, ...]) -> Callable[[Path], Iterator[Anchor]]:
    """Months after the ToT's last day, moved by the days on hold; what was waived has none."""

    def anchors(path: Path) -> Iterator[Anchor]:
        if path.of.state not in states or path.waived(requirement):
            return
        on = path.cohort.deadline(path.cohort.whole(parameter))
        if on is not None:
            yield Anchor(on, path.of.since)

    return anchors


def _last_visit(path: Path) -> Iterator[Anchor]:
    """Of a cohort whose visits are complete; the days of the report run from the last one."""
    if path.of.state in DELIVERING and path.visits_complete and not path.waived("cycle-report"):
        last = max(one.held_on for one in path.cohort.visits)
        yield Anchor(last, last, path.cohort.cycle.cohort)


def _more_practice(path: Path) -> Iterator[Anchor]:
    of = path.of
    if of.state is S.MORE_PRACTICE and of.practice_by_on is not None:
        yield Anchor(of.practice_by_on, of.since)  # a hold has moved it when it ends


def _kept(day: Callable[[Upkeep], date | None]) -> Callable[[Path], Iterator[Anchor]]:
    """A day of a trainer who is certified, and not suspended."""

    def anchors(path: Path) -> Iterator[Anchor]:
        kept = path.of.upkeep
        on = day(kept) if kept is not None and path.of.state is S.CERTIFIED else None
        if kept is not None and on is not None:
            yield Anchor(on, kept.granted_on)

    return anchors


def _suspension(path: Path) -> Iterator[Anchor]:
    if path.of.state is S.SUSPENDED:
        limit = add_months(path.of.since, path.whole("suspension_months"))
        yield Anchor(limit, path.of.since)


def _to_review(path: Path) -> Iterator[Anchor]:
    """A renewal that was filed; it is reviewed during a suspension, too."""
    waits = path.of.renewal
    if waits and waits.state is RenewalState.FILED and path.of.state in (S.CERTIFIED, S.SUSPENDED):
        yield Anchor(waits.since, waits.since, waits.id)


def _to_decide(path: Path) -> Iterator[Anchor]:
    """A renewal that was reviewed; what a suspension held up begins anew when it ends."""
    waits = path.of.renewal
    if waits and waits.state is RenewalState.REVIEWED and path.of.state is S.CERTIFIED:
        since = max(waits.since, path.of.since)
        yield Anchor(since, since, waits.id)


DELIVERING = (S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS)
OBSERVED = (*DELIVERING, S.ASSESSMENT, S.MORE_PRACTICE, S.RECOMMENDED)
VISITS_ANCHOR = "visit_submitted"
ANCHORS: Mapping[str, Callable[[Path], Iterator[Anchor]]] = {
    "draft_since": _while(S.DRAFT),
    "screener_assigned": _screenings,
    "tot_first_day": _tot,
    "toe_start_deadline": _deadline("toe_start_months", "toe-start", (S.CLASSROOM_DELIVERY,)),
    "toe_end_deadline": _deadline("toe_end_months", "toe-end", DELIVERING),
    "last_visit": _last_visit,
    "observed_event": _observations,
    "assessment_since": _while(S.ASSESSMENT),
    "recommended_since": _while(S.RECOMMENDED),
    "more_practice_by": _more_practice,
    "practice_period_end": _kept(lambda kept: kept.practice[1] if kept.practice else None),
    "code_of_conduct_due": _kept(lambda kept: kept.code_due_on),
    "valid_until": _kept(lambda kept: kept.valid_until),
    "suspension_limit": _suspension,
    "renewal_filed_since": _to_review,
    "renewal_reviewed_since": _to_decide,
}
