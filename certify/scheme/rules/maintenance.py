"""How the keeping of a certification stands: the requirements of a renewal, practice and the next signing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from certify.scheme.dates import add_months
from certify.scheme.evidence import RequirementResult
from certify.scheme.maintenance import Maintenance
from certify.scheme.rules.case import Finding
from certify.scheme.rules.practice import asking, first_chance, lacking, practice_periods, whole, within
from certify.scheme.rules.requirements import result
from certify.scheme.sentences import say
from certify.scheme.standing import Period
from certify.scheme.types import Edition, Requirement


def renewal_requirements(
    edition: Edition, kept: Maintenance, on: date, *, validity: Period | None = None
) -> tuple[RequirementResult, ...]:
    """The requirements of a renewal as they stand on a day, for the validity that is renewed.

    Unless told, that is the one current then. What was done before a validity began counts for another.
    """
    validity = validity or current_validity(kept, on)
    if validity is None or not kept.periods:
        return ()
    return tuple(
        result(
            _as_asked(requirement, edition, kept, validity, on),
            RULES[name](edition, kept, validity, on),
            None,
        )
        for name, requirement in edition.renewal_requirements.items()
        if name in RULES  # independence and delegation depend on who acts
    )


def practising(kept: Maintenance, edition: Edition, on: date) -> bool:
    """Whether a session or visit that counts was held in the practice months up to a day."""
    since = add_months(on, -whole(kept, edition, "practice_months"))
    return any(one.counted and since <= one.on <= on for one in kept.deliveries)


def practice_period(kept: Maintenance, edition: Edition, on: date) -> tuple[date, date] | None:
    """The practice period that a day lies in; None outside a validity and once the certification ended."""
    validity = current_validity(kept, on)
    if validity is None or _has_ended(kept, on):
        return None
    for each in practice_periods(kept, edition, validity):
        if each.valid_from <= on <= each.valid_until:
            return each.valid_from, each.valid_until
    return None


def code_of_conduct_due_on(kept: Maintenance, edition: Edition, on: date) -> date | None:
    """The last day for signing the code of conduct again: so long after the last signing, or the first day.

    None when the last validity granted ends before, or the certification has ended.
    """
    if not kept.periods or _has_ended(kept, on):
        return None
    due = _signing_due(kept, edition, on)
    return due if due <= max(one.valid_until for one in kept.periods) else None


def current_validity(kept: Maintenance, on: date) -> Period | None:
    """The last validity begun by a day; before the first one, that."""
    ordered = sorted(kept.periods, key=lambda each: each.valid_from)
    begun = [each for each in ordered if each.valid_from <= on]
    return begun[-1] if begun else next(iter(ordered), None)


def _has_ended(kept: Maintenance, on: date) -> bool:
    return kept.ended_on is not None and kept.ended_on <= on


def _practice_per_year(edition: Edition, kept: Maintenance, validity: Period, on: date) -> Finding:
    """Every practice period that has begun and asks for practice has its cycles."""
    needed, missing = whole(kept, edition, "practice_cycles"), lacking(edition, kept, validity, on)
    reasons = tuple(
        say(
            "{n} of {needed} cycles were delivered in the practice period from {first} to {last}.",
            n=len(within(kept.cycles, one)),
            needed=needed,
            first=one.valid_from,
            last=one.valid_until,
        )
        for one in missing
    )
    mendable = all(one.valid_until >= on for one in missing)
    evidence = kept.proof("practice-per-year", within(kept.cycles, validity))
    return Finding(evidence, reasons, first_chance(validity, on) if missing and mendable else None)


def _as_asked(
    requirement: Requirement, edition: Edition, kept: Maintenance, validity: Period, on: date
) -> Requirement:
    """A requirement in its own words, unless it asks for nothing so far: then it claims nothing either."""
    if requirement.id != "practice-per-year" or asking(edition, kept, validity, on):
        return requirement
    return replace(requirement, text=say("No practice period asks for a cycle so far."))


def _so_far(days: Iterable[date], validity: Period, on: date) -> tuple[date, ...]:
    """Since the first day of the validity: what is made up for after its end counts for its renewal."""
    return tuple(day for day in days if validity.valid_from <= day <= on)


def _refresher(edition: Edition, kept: Maintenance, validity: Period, on: date) -> Finding:
    """Enough hours of refresher training are confirmed."""
    needed = whole(kept, edition, "refresher_hours")
    days = _so_far((one.on for one in kept.refreshers), validity, on)
    hours = sum((hours for day, hours in kept.refreshers if day in days), Decimal(0))
    evidence = kept.proof("refresher", days)
    if hours >= needed:
        return Finding(evidence)
    reason = say(
        "{n} of {needed} hours of refresher training are confirmed in this validity.",
        n=f"{hours.normalize():f}",
        needed=needed,
    )
    return Finding(evidence, (reason,), first_chance(validity, on))


def _qa_observation(edition: Edition, kept: Maintenance, validity: Period, on: date) -> Finding:
    """Enough quality observations are in, whatever they came to."""
    needed = whole(kept, edition, "qa_observations")
    days = _so_far((one.on for one in kept.qa), validity, on)
    evidence = tuple(one.id for one in kept.qa if one.on in days)
    if len(evidence) >= needed:
        return Finding(evidence)
    reason = say("{n} of {needed} quality observations are in.", n=len(evidence), needed=needed)
    return Finding(evidence, (reason,), first_chance(validity, on))


def _signing_due(kept: Maintenance, edition: Edition, on: date) -> date:
    """So long after the last signing by a day, or after the first day of the first validity.

    Who was recognised after that day signs so long after the recognition.
    """
    signed = [day for day in kept.signings if day <= on]
    first = max(min(one.valid_from for one in kept.periods), kept.known_from or date.min)
    return add_months(max(signed, default=first), whole(kept, edition, "code_of_conduct_months"))


def _code_of_conduct(edition: Edition, kept: Maintenance, validity: Period, on: date) -> Finding:
    """No signing is overdue; one that came late is a signing all the same."""
    evidence = kept.proof("code-of-conduct", _so_far(kept.signings, validity, on))
    due = _signing_due(kept, edition, on)
    if on <= due:
        return Finding(evidence)
    return Finding(evidence, (say("The code of conduct was to be signed again by {due}.", due=due),), on)


def _no_open_finding(edition: Edition, kept: Maintenance, validity: Period, on: date) -> Finding:
    """Every quality observation that fell short was followed by one that is passed."""
    reasons = tuple(
        say("The quality observation of {day} fell short, and no later one is passed yet.", day=one.on)
        for one in kept.open_findings
    )
    evidence = tuple(one.id for one in kept.open_findings)
    return Finding(evidence, reasons, on if reasons else None)


RULES: Mapping[str, Callable[[Edition, Maintenance, Period, date], Finding]] = {
    "practice-per-year": _practice_per_year,
    "refresher": _refresher,
    "qa-observation": _qa_observation,
    "code-of-conduct": _code_of_conduct,
    "no-open-finding": _no_open_finding,
}
