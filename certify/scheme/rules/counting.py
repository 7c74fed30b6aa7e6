"""Which activities count as evidence, and why the others do not (DESIGN.md, Evidence)."""

from datetime import date
from functools import cache

from certify.scheme.evidence import Counted, Cycle, Evidence, Happening, Reason, Training
from certify.scheme.rules.case import holders_tot
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, VisitPurpose

UNCONFIRMED = {
    ActivityState.RETURNED: say("Returned to be completed."),
    ActivityState.VOID: say("Void."),
}


def counted(edition: Edition, evidence: Evidence) -> tuple[Counted, ...]:
    """One answer per training and per happening, in the order in which they were held.

    An activity counts when it is confirmed, was not set aside by the asker of more practice, and every
    order rule holds for its dates (DOMAIN.md §2). Nothing is left out: what does not count says why.
    `edition` is the pinned one; so far all editions share the same order.
    """
    trainings = [
        (training.last_on, training.activity, reasons_of_training(evidence, training))
        for training in evidence.trainings
    ]
    happenings = [
        (happening.held_on, happening.id, reasons)
        for cycle in evidence.cycles
        for happening, reasons in reasons_in_cycle(evidence, cycle)
    ]
    return tuple(
        Counted(activity, not reasons, reasons)
        for _, activity, reasons in sorted(trainings + happenings, key=lambda row: row[:2])
    )


def reasons_of_training(evidence: Evidence, training: Training) -> tuple[Reason, ...]:
    """A ToT counts while the holder is enrolled in it; one that was failed or left behind does not."""
    reasons = standing_reasons(evidence, training.activity, training.state)
    if training.current:
        return reasons
    return (*reasons, Reason(None, say("Not the ToT that the candidate is enrolled in.")))


def standing_reasons(evidence: Evidence, activity: str, state: ActivityState) -> tuple[Reason, ...]:
    """Reasons outside the scheme: not confirmed, or set aside."""
    reasons = []
    if state is not ActivityState.CONFIRMED:
        reasons.append(Reason(None, UNCONFIRMED.get(state, say("Not confirmed yet."))))
    if activity in evidence.excluded:
        reasons.append(Reason(None, say("Set aside when more practice was asked for.")))
    return tuple(reasons)


def reasons_in_cycle(evidence: Evidence, cycle: Cycle) -> list[tuple[Happening, tuple[Reason, ...]]]:
    """Every happening of a cohort with all its reasons; workshops first, for the others look at them."""
    tot = holders_tot(evidence)
    reasons = {
        happening.id: (
            *standing_reasons(evidence, happening.id, happening.state),
            *before_tot(tot, happening),
        )
        for happening in cycle.happenings
    }
    every_workshop = [
        happening
        for happening in cycle.happenings
        if happening.kind is ActivityKind.WORKSHOP and happening.state is not ActivityState.VOID
    ]

    @cache
    def of_the_round(asked_on: date | None) -> tuple[list[Happening], list[Happening]]:
        workshops = [
            workshop
            for workshop in every_workshop
            if (workshop.held_on <= asked_on if asked_on else workshop.id not in evidence.excluded)
        ]
        good = [one for one in workshops if one.state is ActivityState.CONFIRMED and not before_tot(tot, one)]
        return good, workshops

    def order(happening: Happening) -> tuple[Reason, ...]:
        return out_of_order(cycle, happening, *of_the_round(next_practice(evidence, happening)))

    return [(happening, (*reasons[happening.id], *order(happening))) for happening in cycle.happenings]


def next_practice(evidence: Evidence, happening: Happening) -> date | None:
    """The day on which more practice was asked for after an activity; None for those of the last round.

    What was done before that day keeps counting beside the workshops of its own round, whether or not
    these were set aside (DESIGN.md, resume_practice: earlier evidence keeps counting).
    """
    later = [day for day in evidence.practice_asked_on if happening.held_on <= day]
    return min(later, default=None)


def before_tot(tot: Training | None, happening: Happening) -> tuple[Reason, ...]:
    """ToT before ToE: nothing of the ToE counts on or before the ToT's last day."""
    if tot is None:
        return (Reason("toe-start", say("No ToT (training of trainers) is confirmed yet.")),)
    if happening.held_on > tot.last_on:
        return ()
    sentence = say(
        "Held on {held_on}, not after the ToT's last day, {tot_on}.",
        held_on=happening.held_on,
        tot_on=tot.last_on,
    )
    return (Reason("toe-start", sentence),)


def out_of_order(
    cycle: Cycle, happening: Happening, good: list[Happening], workshops: list[Happening]
) -> tuple[Reason, ...]:
    """The order around the classroom: baselines before it, consultation visits after it.

    Counted workshops (`good`) are decisive; while there is none for the enterprise, the others are.
    """
    counting = [workshop for workshop in good if covers(workshop, happening.enterprise)]
    known = counting or [workshop for workshop in workshops if covers(workshop, happening.enterprise)]
    if happening.kind is ActivityKind.BASELINE and known:
        return late_baseline(happening, min(workshop.held_on for workshop in known))
    if happening.kind is ActivityKind.VISIT and happening.purpose is VisitPurpose.CONSULTATION:
        if known and happening.held_on <= max(workshop.last_on for workshop in known):
            return early_visit(happening, max(workshop.last_on for workshop in known))
        if not counting:
            return visit_without_classroom(cycle, happening)
    return ()


def late_baseline(baseline: Happening, first_on: date) -> tuple[Reason, ...]:
    """A baseline must be over before the first classroom day."""
    if baseline.last_on < first_on:
        return ()
    sentence = say(
        "Held on {held_on}, not before the first classroom day, {first_on}.",
        held_on=baseline.held_on,
        first_on=first_on,
    )
    return (Reason("baseline-before-classroom", sentence),)


def early_visit(visit: Happening, last_on: date) -> tuple[Reason, ...]:
    """Consultation begins when the classroom is over."""
    sentence = say(
        "Held on {held_on}, not after the last classroom day, {last_on}.",
        held_on=visit.held_on,
        last_on=last_on,
    )
    return (Reason("visits-after-classroom", sentence),)


def visit_without_classroom(cycle: Cycle, visit: Happening) -> tuple[Reason, ...]:
    """A consultation visit follows a workshop that counts for that enterprise."""
    sentence = say(
        "No classroom workshop counts for {enterprise} yet.", enterprise=member_name(cycle, visit.enterprise)
    )
    return (Reason("visits-after-classroom", sentence),)


def covers(workshop: Happening, enterprise: str | None) -> bool:
    """A workshop without a list of enterprises was for the whole cohort."""
    return not workshop.enterprises or enterprise in workshop.enterprises


def member_name(cycle: Cycle, enterprise: str | None) -> str:
    """The name of an enterprise of the cohort."""
    names = {member.id: member.name for member in cycle.enterprises}
    return names.get(enterprise or "", cycle.name)
