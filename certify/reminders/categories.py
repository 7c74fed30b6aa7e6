"""What each kind of message is: what nobody can do without, and what may be left out or read later."""

from enum import StrEnum

from certify.reminders.wording_mailbox import MAILBOX
from certify.reminders.wording_nudges import NUDGES
from certify.reminders.wording_reminders import REMINDERS
from certify.scheme.sentences import Sentence, say
from certify.workflows.notices import NEWS


class Category(StrEnum):
    """Why somebody is written to."""

    SECURITY = "security"  # the account, its roles and its links
    DECISION = "decision"  # what was decided of one's certification
    TASK = "task"  # something is asked, most of it by a day
    NEWS = "news"  # what others did, with nothing to do about it
    AHEAD = "ahead"  # friendly notices of what comes; the task has messages of its own


OPTIONAL = {
    Category.NEWS: say("News: what others did in your cases; what waits for you stands on your desk, too"),
    Category.AHEAD: say("Notices ahead: a training that begins soon, an application not yet sent"),
}
MANDATORY = {
    Category.SECURITY: say("Your account and your roles"),
    Category.DECISION: say("Decisions about your certification"),
    Category.TASK: say("What is asked of you, and what is due"),
}

_SECURITY = (
    "invitation apply_confirm apply_exists reset password_changed role_proposed role_granted nominated_new"
)
_DECISION = (
    "declined admitted enrolled training_completed training_failed recommended more_practice granted "
    "refused recognised suspended reinstated reinstated_early "
    "reinstated_in_grace reinstated_expired withdrawn retirement_confirmed on_hold case_on_hold "
    "reissued_name reissued_correction "
    "reissued_key credential_sent returned nominated_again renewal_granted renewal_refused "
    "licence_granted licence_refused licence_withdrawn licence_examined review_closed quality_passed "
    "quality_finding name_change_accepted name_change_declined"
)
_TASK = (
    "nominated application_received application_unserved assigned assigned_sheet submitted_for_assessment "
    "file_to_decide questions confirm_visit activity_returned renewal_filed "
    "renewal_reviewed renewal_unserved renewal_observer licence_nominated licence_to_decide "
    "review_opened review_escalated quality_assigned finding_opened conflict_reported name_change_asked"
)
_AHEAD = "application-incomplete tot-soon"
CATEGORIES = {
    **dict.fromkeys((*REMINDERS, *NUDGES, *MAILBOX), Category.TASK),
    **dict.fromkeys(_SECURITY.split(), Category.SECURITY),
    **dict.fromkeys(_DECISION.split(), Category.DECISION),
    **dict.fromkeys(_TASK.split(), Category.TASK),
    **dict.fromkeys(_AHEAD.split(), Category.AHEAD),
    **dict.fromkeys(NEWS, Category.NEWS),
}
# What a move asks of somebody; whoever stands in is told, too, as of the clock's own messages.
TASKS = tuple(_TASK.split())


def category_of(kind: str) -> Category:
    """The category of a kind; one that nobody sorted is a task, for nobody shall miss it by accident."""
    return CATEGORIES.get(kind, Category.TASK)


def is_optional(kind: str) -> bool:
    """Whether people may do without it."""
    return category_of(kind) in OPTIONAL


def said_of(category: Category) -> Sentence:
    """What it is about, in a sentence."""
    return {**OPTIONAL, **MANDATORY}[category]
