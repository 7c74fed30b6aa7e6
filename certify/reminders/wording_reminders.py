"""What the clock says: each reminder of the edition, and what is said upwards when it was not heeded.

One next step in each letter: whoever reads it knows what to do, and where. Sentences are `str.format` style.
"""

from certify.reminders.wording_parts import Wording
from certify.reminders.wording_past import PAST, PAST_REMINDERS
from certify.reminders.wording_renewal import RENEWAL_REMINDERS

ESCALATED = "-escalated"
UNSEEN = "-unseen"
GENERAL = "reminder"  # for the reminders of an edition that brings its own


def kind_of(reminder: str, *, escalates: bool = False, past: bool = False) -> str:
    """The kind of message that says a reminder, or says it upwards; some say it otherwise after the day."""
    if past and not escalates and reminder + PAST in REMINDERS:
        return reminder + PAST
    kind = reminder + (ESCALATED if escalates else "")
    return kind if kind in REMINDERS else GENERAL + (ESCALATED if escalates else "")


def unseen(reminder: str) -> str:
    """The kind of message that says it to whoever may not know whose case it is."""
    kind = reminder + UNSEEN
    return kind if kind in REMINDERS else GENERAL + UNSEEN


def _of_case(subject: str, *sentences: str, action: str = "Open the case") -> Wording:
    return Wording(subject, sentences, action, "/certifications/{certification}")


REMINDERS = {
    **PAST_REMINDERS,
    **RENEWAL_REMINDERS,
    "reminder": _of_case("A reminder: module {module}", "{text}", "It is about {due_on}."),
    "reminder-escalated": _of_case(
        "Not done yet: module {module}",
        "{holder}, module {module}: {text}",
        "It was about {due_on}, and nothing has happened since. Please see who can help.",
    ),
    "reminder-unseen": Wording(
        "Something waits for too long in module {module}",
        ("A case in module {module} in {country} waits, and whoever was reminded did not act by {due_on}.",),
        "See who is in office",
        "/people",
    ),
    "application-incomplete": _of_case(
        "Your application is not sent yet",
        "You began an application for module {module} on {about_on} and have not submitted it.",
        "The case shows what is still missing. Nobody reads an application before it is submitted.",
        action="Complete the application",
    ),
    "screening-due": Wording(
        "A screening sheet waits for you: {holder}",
        (
            "The application of {holder} for module {module} waits for your sheet since {about_on}.",
            "The application goes on when every sheet is in.",
        ),
        "Fill in the sheet",
        "/assessments/{thing}",
    ),
    "screening-due-escalated": _of_case(
        "A screening sheet is missing: {holder}",
        "{waited_for} was asked on {about_on} to screen the application of {holder} for module {module}, and "
        "the sheet is not in.",
        "Ask again, or name somebody else.",
    ),
    "tot-soon": _of_case(
        "Your training of trainers begins on {about_on}",
        "The training of trainers for module {module} begins on {about_on}.",
        "If you cannot come, tell your coordinator now: the place can go to somebody else.",
        action="See its days",
    ),
    "toe-start-due": _of_case(
        "Hold your first classroom workshop by {about_on}",
        "Your first classroom workshop for module {module} has to be held by {about_on}; none is held yet.",
        "Plan it with your supervisor. If it cannot be held in time, ask your coordinator before that day.",
    ),
    "toe-start-due-escalated": _of_case(
        "No classroom workshop yet: {holder}",
        "{holder} has to hold the first classroom workshop for module {module} by {about_on}, and none is "
        "held yet.",
        "Ask what stands in the way; a waiver needs a reason.",
    ),
    "toe-end-due": _of_case(
        "Make your last visit by {about_on}",
        "The last consultation visit for module {module} has to be made by {about_on}; some are still to be "
        "made or confirmed.",
        "The case shows which enterprises wait for a visit.",
    ),
    "toe-end-due-escalated": _of_case(
        "Visits are still missing: {holder}",
        "{holder} has to make the last consultation visit for module {module} by {about_on}, and some are "
        "still to be made or confirmed.",
        "Ask what stands in the way; a waiver needs a reason.",
    ),
    "visit-confirmation": Wording(
        "Did the visit of {held_on} take place?",
        (
            "{trainers} recorded a SCORE visit to {enterprise} on {held_on}, and it waits for your word.",
            "Please say whether it took place. It takes a minute, and no account is needed.",
        ),
        "Look at the visit and answer",
        "/activities/{activity}",
    ),
    "visit-confirmation-escalated": Wording(
        "{enterprise} did not answer about a visit",
        (
            "The visit of {trainers} to {enterprise} on {held_on} waits to be confirmed since {about_on}.",
            "Call the enterprise; when it has had its time, you can confirm the visit in its place, with the "
            "reason.",
        ),
        "Open the visit",
        "/activities/{activity}",
    ),
    "cycle-report-due": _of_case(
        "Write your cycle report by {due_on}",
        "Your last visit for module {module} was on {about_on}. The cycle report is due by {due_on}.",
        action="Write the report",
    ),
    "cycle-report-due-escalated": _of_case(
        "A cycle report is missing: {holder}",
        "The last visit of {holder} for module {module} was on {about_on}, and the cycle report, "
        "due by {due_on}, is not in.",
    ),
    "observation-due": Wording(
        "Your observation is not handed in: {holder}",
        (
            "You observed {holder} in module {module} on {about_on}. Your checklist is not in yet.",
            "Hand it in while you remember what you saw.",
        ),
        "Fill in the checklist",
        "/assessments/{thing}",
    ),
    "observation-due-escalated": _of_case(
        "An observation is missing: {holder}",
        "{waited_for} observed {holder} in module {module} on {about_on}, and the checklist is not in.",
        "Ask again, or have another event observed.",
    ),
    "recommendation-due": _of_case(
        "{holder} waits for your recommendation",
        "{holder} submitted the practice for module {module} on {about_on} and waits for you.",
        "Read the evidence, then recommend or ask for more practice.",
        action="Open the file",
    ),
    "recommendation-due-escalated": _of_case(
        "No recommendation yet: {holder}",
        "{holder} waits since {about_on} for the recommendation of {waited_for} in module {module}.",
        "Ask what stands in the way, or name another supervisor.",
    ),
    "decision-due": _of_case(
        "A file waits for your decision: {holder}",
        "The file of {holder} for module {module} is complete since {about_on}. The decision is due by "
        "{due_on}.",
        action="Open the file",
    ),
    "decision-due-escalated": _of_case(
        "A decision is nearly overdue: {holder}",
        "The file of {holder} for module {module} waits since {about_on}; the decision is due by {due_on}.",
        "Ask the Master Trainers in office, or have another one named.",
    ),
    "decision-due-unseen": Wording(
        "A decision in module {module} is nearly overdue",
        (
            "A complete file in module {module} in {country} waits since {about_on}; the decision is due by "
            "{due_on}.",
            "See that a Master Trainer is in office there who can decide.",
        ),
        "See who is in office",
        "/people",
    ),
    "more-practice-due": _of_case(
        "The practice that you were asked for: by {about_on}",
        "More practice for module {module} was asked of you by {about_on}. The case shows what.",
        "When you are ready, take up your practice there.",
    ),
    "more-practice-due-escalated": _of_case(
        "Practice is overdue: {holder}",
        "{holder} was asked for more practice in module {module} by {about_on} and has not taken it up.",
        "Ask what stands in the way.",
    ),
    "practice-due": _of_case(
        "Deliver a cycle by {about_on}",
        "No complete cycle of module {module} is recorded in your practice period, which ends on {about_on}.",
        "Record what you delivered, or plan it: without practice a certification cannot be renewed.",
        action="Open your delivery log",
    ),
    "practice-due-escalated": _of_case(
        "No delivery in this practice period: {holder}",
        "{holder} has no complete cycle of module {module} in the practice period that ends on {about_on}.",
    ),
    "code-of-conduct-due": _of_case(
        "Sign the code of conduct by {about_on}",
        "Your code of conduct for module {module} has to be signed again by {about_on}.",
        action="Sign it",
    ),
    "code-of-conduct-due-escalated": _of_case(
        "The code of conduct is not signed: {holder}",
        "{holder} had to sign the code of conduct for module {module} again by {about_on} and has not.",
    ),
    "renewal-window": _of_case(
        "Renew your certification by {about_on}",
        "Your certification in module {module} is valid until {about_on}. A renewal can be filed now.",
        "The case shows what a renewal takes, what you have of it, and whether something of it can no longer "
        "be made up for.",
        action="Begin the renewal",
    ),
    "renewal-window-escalated": _of_case(
        "A certification of yours runs out on {about_on}: {holder}",
        "The certification of {holder} in module {module} ends on {about_on}, and no renewal is filed.",
        action="See the certification",
    ),
    "expired-in-grace": _of_case(
        "Your certification ended on {about_on}",
        "Your certification in module {module} ended on {about_on}. Do not deliver under it.",
        "The case shows whether it can still be renewed, and what that takes: the longer it is over, the "
        "more.",
        action="Begin the renewal",
    ),
    "expired-in-grace-escalated": _of_case(
        "Grace is nearly over: {holder}",
        "The certification of {holder} in module {module} ended on {about_on}, and no renewal is filed.",
    ),
    "suspension-long": _of_case(
        "A suspension has to end by {about_on}: {holder}",
        "The certification of {holder} in module {module} is suspended; it may last until {about_on}.",
        "Reinstate or withdraw it, with the reasons: it never lapses by itself.",
        action="Open the case",
    ),
    "suspension-long-escalated": _of_case(
        "A suspension has reached its limit: {holder}",
        "The certification of {holder} in module {module} is suspended, and the limit is {about_on}.",
        "Ask the Master Trainers in office for a decision, or have another one named.",
    ),
    "suspension-long-unseen": Wording(
        "A suspension in module {module} has reached its limit",
        (
            "A certification in module {module} in {country} is suspended, and the limit is {about_on}.",
            "See that a Master Trainer is in office there who can reinstate or withdraw it.",
        ),
        "See who is in office",
        "/people",
    ),
}
