"""What a page says of a case, an activity or a sheet because of the state that it is in."""

from collections.abc import Callable, Mapping

from flask import Flask
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from certify.models import Activity, Assessment, Certification
from certify.presentation import day, tone, word
from certify.presentation.filters import give_filters
from certify.presentation.post import mailed, post_state, post_tone
from certify.scheme.words import ActivityState, AssessmentState, CertificationState, Standing
from certify.workflows.application import is_in_draft

_OF_POST = (mailed, post_state, post_tone)
Said = tuple[str, str]  # a word with its tone


def init_app(app: Flask) -> None:
    """Give the templates these questions as filters."""
    of_cases = (case_notice, is_in_draft, waits_for_decision, standing_or_state, validity)
    of_activities = (reason_tone, counting, place_in_cycle, way_to_change)
    give_filters(app, *of_cases, *of_activities, sheet_task, conflicts_declared, *_OF_POST)


def case_notice(case: Certification) -> str:
    """What was asked for and is still to be answered: said only in the state in which it is answered."""
    told = _ASKED.get(case.state)
    return told(case) if told else ""


def _to_complete(case: Certification) -> str:
    return str(gettext("To complete: %(what)s", what=case.to_complete)) if case.to_complete else ""


def _to_repeat(case: Certification) -> str:
    return str(gettext("To repeat: %(what)s", what=case.to_repeat)) if case.to_repeat else ""


def _to_practise(case: Certification) -> str:
    if not case.practice_what:
        return ""
    by = day(case.practice_by_on)
    return str(gettext("More practice by %(day)s: %(what)s", day=by, what=case.practice_what))


def _to_answer(case: Certification) -> str:
    if not case.questions:
        return ""
    return str(gettext("Questions of the Master Trainer: %(questions)s", questions=case.questions))


_ASKED: Mapping[CertificationState, Callable[[Certification], str]] = {
    CertificationState.DRAFT: _to_complete,
    CertificationState.ADMITTED: _to_repeat,
    CertificationState.MORE_PRACTICE: _to_practise,
    CertificationState.ASSESSMENT: _to_answer,
}


def waits_for_decision(case: Certification) -> bool:
    """Whether there is something to decide on: the file lies with the Master Trainers."""
    return case.state is CertificationState.RECOMMENDED


def standing_or_state(case: Certification, standing: Standing) -> Said:
    """What a certificate is worth once there was one; before that, how far the case is on its path."""
    shown = case.state if standing is Standing.NONE else standing
    return word(shown), tone(shown)


def validity(case: Certification, standing: Standing) -> str:
    """Until when a certificate is or was valid; nothing before there is one."""
    if standing is Standing.NONE:
        return ""
    if standing in (Standing.IN_GRACE, Standing.EXPIRED):
        return str(gettext("Ended on %(day)s", day=day(case.valid_until)))
    return str(gettext("Valid until %(day)s", day=day(case.valid_until)))


def reason_tone(activity: Activity) -> str:
    """The reason of a return or a void asks for something; that of a confirmation only explains."""
    return "calm" if activity.state is ActivityState.CONFIRMED else "warn"


def counting(activity: Activity, counted: bool) -> Said | None:
    """Whether it counts; what is still open says nothing yet, and only what is confirmed stays uncounted."""
    if activity.state is ActivityState.OPEN:
        return None
    if counted:
        return gettext("Counted"), "good"
    return gettext("Not counted"), "bad" if activity.state is ActivityState.CONFIRMED else "calm"


def place_in_cycle(activity: Activity, counted: bool, judged: bool, phase: str) -> Said:
    """One activity in the table of a cohort: whether it counts, once that is settled, else its state."""
    settled = activity.state is ActivityState.CONFIRMED and judged
    said = counting(activity, counted) if counted or settled else None
    return said or (word(phase), tone(phase))


def way_to_change(activity: Activity) -> str:
    """What helps whoever would change an activity that is closed to them."""
    return str(_WAYS.get(activity.state, _SEND_BACK))


_WAYS: Mapping[ActivityState, LazyString] = {
    ActivityState.VOID: _("A void record stays as it is; record it anew."),
    ActivityState.CONFIRMED: _(
        "It is confirmed. If it is wrong, ask whoever confirmed it to declare it void, and record it anew."
    ),
}
_SEND_BACK = _("Ask whoever confirms it to send it back; you can then change it and submit it again.")


def sheet_task(assessment: Assessment) -> str:
    """What the assessor has to do with the sheet next; once it is handed in, its state."""
    tasks = {
        AssessmentState.ASSIGNED: gettext("Declare conflicts"),
        AssessmentState.DECLARED: gettext("Score"),
    }
    return tasks.get(assessment.state) or word(assessment.state)


def conflicts_declared(assessment: Assessment) -> str:
    """The conflicts that the assessor declared; nothing before they were asked."""
    if assessment.state is AssessmentState.ASSIGNED:
        return ""
    return "; ".join(assessment.conflicts) or str(gettext("None"))
