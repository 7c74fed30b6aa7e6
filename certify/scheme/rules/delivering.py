"""Which sessions and visits after certification count, and why the others are flagged (DOMAIN.md §2, 9)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from certify.scheme.evidence import Counted, Cycle, Happening, Reason
from certify.scheme.maintenance import Delivery
from certify.scheme.rules.counting import UNCONFIRMED, out_of_order
from certify.scheme.sentences import Sentence, say
from certify.scheme.standing import CertifiedRecord, standing_on
from certify.scheme.words import ActivityKind, ActivityState, Standing, VisitPurpose

DELIVERED = (ActivityKind.WORKSHOP, ActivityKind.VISIT)
_OUT_OF_FORCE: Mapping[Standing, Callable[[date], Sentence]] = {
    Standing.NONE: lambda day: say("Held on {day}, without a certification.", day=day),
    Standing.NOT_YET_VALID: lambda day: say("Held on {day}, before the certification was valid.", day=day),
    Standing.IN_GRACE: lambda day: say("Held on {day}, after the certification had expired.", day=day),
    Standing.EXPIRED: lambda day: say("Held on {day}, after the certification had expired.", day=day),
    Standing.SUSPENDED: lambda day: say("Held on {day}, while the certification was suspended.", day=day),
    Standing.WITHDRAWN: lambda day: say("Held on {day}, after the certification was withdrawn.", day=day),
    Standing.RETIRED: lambda day: say("Held on {day}, after the trainer had retired.", day=day),
}


@dataclass(frozen=True)
class Scope:
    """What a certification allows: one country, on the days on which it is in force.

    `decided` are the activities that the decision looked at, with whether each counted; `countries` says
    where each cohort is.
    """

    country: str
    record: CertifiedRecord
    decided: Mapping[str, bool]
    countries: Mapping[str, str]

    def holds(self, happening: Happening) -> bool:
        """Whether it belongs to the time after the decision: recorded since, or held since and not used."""
        if happening.id not in self.decided:
            return True
        first = min(period.valid_from for period in self.record.periods)
        return not self.decided[happening.id] and happening.held_on >= first


def judged(cycles: Sequence[Cycle], scope: Scope) -> tuple[Counted, ...]:
    """Whatever happened in the holder's cohorts after the decision: counted, or flagged with every reason."""
    return tuple(
        Counted(happening.id, not flags, flags)
        for cycle in cycles
        for happening, flags in _flagged(cycle, scope)
    )


def deliveries(cycles: Sequence[Cycle], scope: Scope) -> tuple[Delivery, ...]:
    """The log: the sessions and visits among them, in the order in which they were held."""
    log = [
        Delivery(one.id, one.kind, one.held_on, cycle.cohort, not flags, flags, one.state)
        for cycle in cycles
        for one, flags in _flagged(cycle, scope)
        if one.kind in DELIVERED and one.state is not ActivityState.VOID
    ]
    return tuple(sorted(log, key=lambda one: (one.on, one.activity)))


def delivered_on(cycle: Cycle, log: Sequence[Delivery]) -> tuple[date, tuple[str, ...]] | None:
    """The day on which a cycle had what it takes, and its evidence: a classroom workshop and, after it, a
    consultation visit, both counted (decision 0035). None while it has not.
    """
    counting = {one.activity for one in log if one.counted and one.cohort == cycle.cohort}
    these = [one for one in cycle.happenings if one.id in counting]
    workshops = [one for one in these if one.kind is ActivityKind.WORKSHOP]
    visits = [one for one in these if one.purpose is VisitPurpose.CONSULTATION]
    after = [
        visit.held_on for visit in visits if any(workshop.last_on < visit.held_on for workshop in workshops)
    ]
    return (min(after), tuple(one.id for one in (*workshops, *visits))) if after else None


def _flagged(cycle: Cycle, scope: Scope) -> Iterator[tuple[Happening, tuple[Reason, ...]]]:
    """Each happening after the decision with its reasons; workshops first, for visits follow them."""
    barred = {one.id: tuple(_barred(cycle, one, scope)) for one in cycle.happenings if scope.holds(one)}
    workshops = [
        one
        for one in cycle.happenings
        if one.kind is ActivityKind.WORKSHOP and one.state is not ActivityState.VOID
    ]
    good = [one for one in workshops if one.state is ActivityState.CONFIRMED and not barred.get(one.id)]
    for happening in cycle.happenings:
        if happening.id in barred:
            yield happening, (*barred[happening.id], *out_of_order(cycle, happening, good, workshops))


def _barred(cycle: Cycle, happening: Happening, scope: Scope) -> Iterator[Reason]:
    """Not confirmed, outside the country, or out of force on one of its days."""
    if happening.state is not ActivityState.CONFIRMED:
        yield Reason(None, UNCONFIRMED.get(happening.state, say("Not confirmed yet.")))
    held_in = scope.countries.get(cycle.cohort, scope.country)
    if held_in != scope.country:
        sentence = say(
            "Held in {held_in}; the certification is for {country}.", held_in=held_in, country=scope.country
        )
        yield Reason(None, sentence)
    for day in sorted({happening.held_on, happening.last_on, *(day.on for day in happening.days)}):
        if (told := _out_of_force(scope.record, day)) is not None:
            yield Reason(None, told)


def _out_of_force(record: CertifiedRecord, day: date) -> Sentence | None:
    """Why the certification was not in force as the day ended where it was issued; None when it was."""
    worth = standing_on(record, day)
    if worth is Standing.VALID:
        return None
    if worth in (Standing.IN_GRACE, Standing.EXPIRED) and any(p.valid_from > day for p in record.periods):
        return say("Held on {day}, in the gap between two periods of validity.", day=day)
    return _OUT_OF_FORCE[worth](day)
