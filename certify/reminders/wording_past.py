"""What the clock says after the day that a reminder is about: it was due then, and is still to be done."""

from certify.reminders.wording_parts import of_case

PAST = "-past"
PAST_REMINDERS = {
    "more-practice-due-past": of_case(
        "The practice that you were asked for was due on {about_on}",
        "More practice for module {module} was asked of you by {about_on}, and you have not taken it up. The "
        "case shows what.",
        "Take it up there, or tell your supervisor what stands in the way.",
    ),
    "code-of-conduct-due-past": of_case(
        "The code of conduct is still to be signed",
        "The signing of your code of conduct for module {module} was due on {about_on} and is still to be "
        "done. A renewal needs it.",
        action="Sign it",
    ),
}
