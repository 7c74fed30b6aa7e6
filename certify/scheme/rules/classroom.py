"""What the classroom part of a ToE cycle takes: start, cohort, baselines, days, participants, feedback."""

from datetime import timedelta
from fractions import Fraction

from certify.scheme.evidence import Member
from certify.scheme.rules.case import Finding
from certify.scheme.rules.cohort import Cohort
from certify.scheme.rules.scores import percent, shown
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind


def toe_start(cohort: Cohort) -> Finding:
    """The first classroom day comes soon enough after the ToT's last day."""
    deadline = cohort.deadline(cohort.whole("toe_start_months"))
    if cohort.tot is None or deadline is None:
        return Finding(reasons=(say("No ToT (training of trainers) is confirmed yet."),))
    if not cohort.workshops:
        opens = cohort.case.not_before(cohort.tot.last_on + timedelta(days=1))
        reason = say(
            "No classroom workshop counts yet; its first day is due by {deadline}.", deadline=deadline
        )
        return Finding(reasons=(reason,), earliest_on=opens if opens <= deadline else None)
    first = cohort.workshops[0]
    if first.held_on <= deadline:
        return Finding((first.id,))
    reason = say(
        "The first classroom day, {first_on}, was after {deadline}.",
        first_on=first.held_on,
        deadline=deadline,
    )
    return Finding((first.id,), (reason,))


def cohort_size(cohort: Cohort) -> Finding:
    """Enough enterprises, and not too many, of the size band and with their consent."""
    smallest, largest = cohort.whole("enterprise_size_min"), cohort.whole("enterprise_size_max")
    fewest, most = cohort.whole("cohort_size_min"), cohort.whole("cohort_size_max")
    fitting = sum(1 for member in cohort.members if member.consents and smallest <= member.size <= largest)
    if fewest <= fitting <= most:
        return Finding()
    reason = say(
        "{cohort} has {n} enterprises that consent and have {smallest} to {largest} workers;"
        " {fewest} to {most} are needed.",
        cohort=cohort.cycle.name,
        n=fitting,
        smallest=smallest,
        largest=largest,
        fewest=fewest,
        most=most,
    )
    return Finding(reasons=(reason,))


def baseline_before_classroom(cohort: Cohort) -> Finding:
    """Each enterprise has a baseline that counts, with a manager and a worker interviewed."""
    baselines = cohort.counted(ActivityKind.BASELINE)

    def missing(member: Member) -> Sentence | None:
        own = [baseline for baseline in baselines if baseline.enterprise == member.id]
        if not own:
            return say("{enterprise} has no baseline that counts.", enterprise=member.name)
        if any(baseline.manager_interviewed and baseline.worker_interviewed for baseline in own):
            return None
        return say(
            "The baseline of {enterprise} needs interviews of a manager and of a worker.",
            enterprise=member.name,
        )

    return cohort.each(baselines, missing)


def classroom_days(cohort: Cohort) -> Finding:
    """As many classroom days as the module has."""
    needed = cohort.whole("classroom_days")
    held = len({day.on for workshop in cohort.workshops for day in workshop.days})
    reason = say("{n} of {needed} classroom days count.", n=held, needed=needed)
    return Finding(ids_of_workshops(cohort), () if held >= needed else (reason,))


def participants(cohort: Cohort) -> Finding:
    """Enough managers and enough workers of each enterprise sat together in the classroom."""
    needed = {
        "manager": cohort.whole("participants_managers"),
        "worker": cohort.whole("participants_workers"),
    }

    def missing(member: Member) -> Sentence | None:
        came = {role: most_at_once(cohort, member, role) for role in needed}
        if all(came[role] >= needed[role] for role in needed):
            return None
        return say(
            "{enterprise} sent {managers} of {needed_managers} managers"
            " and {workers} of {needed_workers} workers.",
            enterprise=member.name,
            managers=came["manager"],
            workers=came["worker"],
            needed_managers=needed["manager"],
            needed_workers=needed["worker"],
        )

    return cohort.each(cohort.workshops, missing)


def most_at_once(cohort: Cohort, member: Member, role: str) -> int:
    """People of a role at one workshop: the same person at two workshops is not two people."""
    return max(
        (
            sum(row.n for row in workshop.attendance if (row.enterprise, row.role) == (member.id, role))
            for workshop in cohort.workshops
        ),
        default=0,
    )


def satisfaction(cohort: Cohort) -> Finding:
    """Enough participants answered, and enough of the answers are good (DOMAIN.md §2, step 6)."""
    answers = [answer for workshop in cohort.workshops for answer in workshop.feedback_answers]
    came = sum(row.n for workshop in cohort.workshops for row in workshop.attendance)
    good = sum(1 for answer in answers if answer >= cohort.whole("satisfaction_score"))
    reasons = [*too_few(cohort, len(answers), came), *too_low(cohort, good, len(answers))]
    return Finding(ids_of_workshops(cohort), tuple(reasons))


def too_few(cohort: Cohort, answers: int, came: int) -> list[Sentence]:
    """Feedback of a handful says nothing."""
    fewest = cohort.whole("satisfaction_answers")
    share = cohort.case.limit("satisfaction_response_percent", cohort.cycle)
    if answers >= fewest and percent(answers, came) >= Fraction(share):
        return []
    return [
        say(
            "{n} of {came} participants answered; {share} % of them and at least {fewest} are needed.",
            n=answers,
            came=came,
            share=share,
            fewest=fewest,
        )
    ]


def too_low(cohort: Cohort, good: int, answers: int) -> list[Sentence]:
    """The share of good answers."""
    needed = cohort.case.limit("satisfaction_percent", cohort.cycle)
    share = percent(good, answers)
    if not answers or share >= Fraction(needed):
        return []
    return [
        say("{share} % of the answers are good; {needed} % are needed.", share=shown(share, 1), needed=needed)
    ]


def ids_of_workshops(cohort: Cohort) -> tuple[str, ...]:
    """The counted workshops as evidence."""
    return tuple(workshop.id for workshop in cohort.workshops)
