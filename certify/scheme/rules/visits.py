"""What the enterprise part of a ToE cycle takes: consultation visits, projects, the cycle report."""

from datetime import date, timedelta

from certify.scheme.evidence import Member
from certify.scheme.rules.case import Finding
from certify.scheme.rules.cohort import Cohort
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import ActivityKind


def toe_end(cohort: Cohort) -> Finding:
    """The last consultation visit comes soon enough after the ToT's last day."""
    deadline = cohort.deadline(cohort.whole("toe_end_months"))
    if deadline is None:
        return Finding(reasons=(say("No ToT (training of trainers) is confirmed yet."),))
    if not cohort.visits:
        reason = say("No consultation visit counts yet; the last is due by {deadline}.", deadline=deadline)
        return Finding(reasons=(reason,))
    last = cohort.visits[-1]
    if last.held_on <= deadline:
        return Finding((last.id,))
    reason = say(
        "The last consultation visit, {last_on}, was after {deadline}.",
        last_on=last.held_on,
        deadline=deadline,
    )
    return Finding((last.id,), (reason,))


def visits_after_classroom(cohort: Cohort) -> Finding:
    """Each enterprise was visited after its last classroom day."""

    def missing(member: Member) -> Sentence | None:
        if cohort.visits_to(member):
            return None
        return say(
            "{enterprise} has no consultation visit after the last classroom day.", enterprise=member.name
        )

    return cohort.each(cohort.visits, missing, earliest=cohort.visits_from)


def visits_per_enterprise(cohort: Cohort) -> Finding:
    """Each enterprise was visited often enough."""
    needed = cohort.whole("visits_per_enterprise")

    def missing(member: Member) -> Sentence | None:
        n = len(cohort.visits_to(member))
        if n >= needed:
            return None
        return say(
            "{enterprise} has {n} of {needed} consultation visits.",
            enterprise=member.name,
            n=n,
            needed=needed,
        )

    return cohort.each(cohort.visits, missing, earliest=cohort.visits_from)


def visits_span(cohort: Cohort) -> Finding:
    """The visits to each enterprise leave it time to change something."""
    needed = cohort.whole("visits_span_days")

    def missing(member: Member) -> Sentence | None:
        visits = cohort.visits_to(member)
        days = (visits[-1].held_on - visits[0].held_on).days if visits else 0
        if days >= needed and visits:
            return None
        return say(
            "The visits to {enterprise} span {days} of {needed} days from first to last.",
            enterprise=member.name,
            days=days,
            needed=needed,
        )

    def earliest(member: Member) -> date | None:
        visits = cohort.visits_to(member)
        first = visits[0].held_on if visits else cohort.visits_from(member)
        if first is None:
            return None
        return (first if visits else cohort.case.not_before(first)) + timedelta(days=needed)

    return cohort.each(cohort.visits, missing, earliest=earliest)


def improvement_projects(cohort: Cohort) -> Finding:
    """Each enterprise carried out an improvement project."""
    needed = cohort.whole("projects_per_enterprise")
    projects = cohort.counted(ActivityKind.IMPROVEMENT_PROJECT)

    def missing(member: Member) -> Sentence | None:
        n = sum(1 for project in projects if project.enterprise == member.id)
        if n >= needed:
            return None
        return say(
            "{enterprise} has {n} of {needed} confirmed improvement projects.",
            enterprise=member.name,
            n=n,
            needed=needed,
        )

    return cohort.each(projects, missing)


def cycle_report(cohort: Cohort) -> Finding:
    """A report of the whole cycle, soon after its last consultation visit.

    Visits made after a timely report (more practice) leave it standing: earlier evidence keeps counting.
    """
    reports = cohort.counted(ActivityKind.CYCLE_REPORT)
    if not cohort.visits:
        return Finding(reasons=(say("The cycle report follows the last consultation visit."),))
    last_on = cohort.visits[-1].held_on
    due_on = last_on + timedelta(days=cohort.whole("cycle_report_days"))
    timely = [report.id for report in reports if _timely(cohort, report.held_on)]
    if timely:
        return Finding(tuple(timely))
    reason = say(
        "No confirmed cycle report from {last_on}, the last consultation visit, to {due_on}.",
        last_on=last_on,
        due_on=due_on,
    )
    opens = cohort.case.not_before(last_on)
    return Finding(
        tuple(report.id for report in reports), (reason,), earliest_on=opens if opens <= due_on else None
    )


def _timely(cohort: Cohort, held_on: date) -> bool:
    """Whether a report of that day follows a whole cycle, by no more days than allowed."""
    before = [visit.held_on for visit in cohort.visits if visit.held_on <= held_on]
    return bool(before) and _complete_on(cohort) <= held_on <= max(before) + timedelta(
        days=cohort.whole("cycle_report_days")
    )


def _complete_on(cohort: Cohort) -> date:
    """The day on which every enterprise had its visits; while one lacks some, that of the last visit."""
    needed = cohort.whole("visits_per_enterprise")
    visits = [cohort.visits_to(member) for member in cohort.members]
    if not visits or any(len(made) < needed for made in visits):
        return cohort.visits[-1].held_on
    return max(made[needed - 1].held_on for made in visits)
