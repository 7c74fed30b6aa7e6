"""What the assessment takes: self-assessment, observations and their scores, the recommendation."""

from fractions import Fraction

from certify.scheme.evidence import Observation
from certify.scheme.rules.case import Case, Finding
from certify.scheme.rules.observations import Event, observed_events
from certify.scheme.rules.scores import applicable, mean, observation_mean, scores_of, shown
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import ChecklistItem

NOTHING_OBSERVED = say("No observation of an activity that counts is in yet.")


def self_assessment(case: Case) -> Finding:
    """The candidate looked at their own work first."""
    if case.evidence.self_assessed:
        return Finding()
    return Finding(reasons=(say("The self-assessment is not in yet."),))


def observed_classroom(case: Case) -> Finding:
    """Enough classroom workshops that count were observed."""
    events = [event for event in observed_events(case) if event.observes == "classroom"]
    needed = case.whole("observed_classrooms")
    reason = say("{n} of {needed} classroom workshops are observed.", n=len(events), needed=needed)
    return Finding(ids_of(events), () if len(events) >= needed else (reason,))


def observed_visit(case: Case) -> Finding:
    """Enough consultation visits that count were observed."""
    events = [event for event in observed_events(case) if event.observes == "visit"]
    needed = case.whole("observed_visits")
    reason = say("{n} of {needed} consultation visits are observed.", n=len(events), needed=needed)
    return Finding(ids_of(events), () if len(events) >= needed else (reason,))


def mean_score(case: Case) -> Finding:
    """The mean over the observations' means; two observers far apart must agree first."""
    events = observed_events(case)
    observations = [(one, event.place) for event in events for one in event.observations]
    means = [observation_mean(case.edition, one, place) for one, place in observations]
    reached = mean([one for one in means if one is not None])
    gap = case.whole("reconcile_gap")
    reasons = [
        say(
            "Two observers of {held_on} differ by {gap} or more on an item and must reconcile.",
            held_on=event.happening.held_on,
            gap=gap,
        )
        for event in events
        if event.disputed(gap)
    ]
    return Finding(ids_of(events), (*reasons, *below(case, reached)))


def below(case: Case, reached: Fraction | None) -> tuple[Sentence, ...]:
    """Why a mean is not enough."""
    needed = case.limit("mean_score")
    if reached is None:
        return (NOTHING_OBSERVED,)
    if reached >= Fraction(needed):
        return ()
    return (
        say(
            "The observations have a mean of {mean}; {needed} is needed.",
            mean=shown(reached, 2),
            needed=needed,
        ),
    )


def critical_items(case: Case) -> Finding:
    """No critical item below sufficient, in any observation."""
    events = observed_events(case)
    lowest = case.whole("critical_minimum")
    reasons = [
        reason
        for event in events
        for item in applicable(case.edition, event.place)
        if item.critical
        for one in event.observations
        if (reason := insufficient(event, one, item, lowest))
    ]
    return Finding(ids_of(events), tuple(reasons) if events else (NOTHING_OBSERVED,))


def insufficient(event: Event, observation: Observation, item: ChecklistItem, lowest: int) -> Sentence | None:
    """Why a critical item is not met; it cannot be left out as not applicable."""
    score = scores_of(observation).get(item.id)
    if score is None:
        return say(
            "A critical item was not scored on {held_on}: {item}",
            held_on=event.happening.held_on,
            item=item.text,
        )
    if score >= lowest:
        return None
    return say(
        "A critical item scored {score} on {held_on}, below {lowest}: {item}",
        score=score,
        held_on=event.happening.held_on,
        lowest=lowest,
        item=item.text,
    )


def second_observer(case: Case) -> Finding:
    """Where somebody's relation needs mitigating, an unrelated second observer watched one of the events."""
    if not case.evidence.mitigation_needed:
        return Finding()
    mitigated = [
        event
        for event in observed_events(case)
        if event.observes and len(event.observers) > 1 and any(one.unrelated for one in event.observations)
    ]
    reason = say(
        "A relation has to be mitigated: one observed activity needs a second observer without any relation."
    )
    return Finding(ids_of(mitigated), () if mitigated else (reason,))


def recommendation(case: Case) -> Finding:
    """The supervising Expert Trainer recommends."""
    if case.evidence.recommended:
        return Finding()
    return Finding(reasons=(say("The supervising Expert Trainer has not recommended yet."),))


def ids_of(events: tuple[Event, ...] | list[Event]) -> tuple[str, ...]:
    """The observed activities and their observations, as evidence."""
    return tuple(
        one for event in events for one in (event.happening.id, *(each.id for each in event.observations))
    )
