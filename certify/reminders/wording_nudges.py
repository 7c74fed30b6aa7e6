"""The words of nudges: a coordinator asks somebody to go on with what waits for them."""

from certify.reminders.wording_parts import Wording

_CASE = "/certifications/{certification}"


def _nudge(subject: str, sentence: str, action: str, path: str = _CASE) -> Wording:
    return Wording(
        subject,
        (sentence, "{by}, who coordinates the certification, asks you to go on with it."),
        action,
        path,
        ("line",),
    )


NUDGES = {
    "nudge_own": _nudge(
        "Your certification waits for you",
        "Your case for module {module} has waited for your next step since {since_on}.",
        "See what is next",
    ),
    "nudge_step": _nudge(
        "A case waits for you: {holder}",
        "The case of {holder} for module {module} has waited for your next step since {since_on}.",
        "Open the case",
    ),
    "nudge_renewal_own": _nudge(
        "Your renewal waits for you",
        "The renewal of your certification for module {module} has waited for your next step since "
        "{since_on}.",
        "See what is next",
        "/renewals/{thing}",
    ),
    "nudge_renewal": _nudge(
        "A renewal waits for you: {holder}",
        "The renewal of {holder} for module {module} has waited for your next step since {since_on}.",
        "Open the renewal",
        "/renewals/{thing}",
    ),
    "nudge_licence_own": _nudge(
        "Your nomination waits for your answer",
        "You are nominated for an Expert Trainer's licence in module {module}; it has waited for your answer "
        "since {since_on}.",
        "Read and answer",
        "/licences/{thing}",
    ),
    "nudge_licence": _nudge(
        "A licence waits for you: {holder}",
        "The Expert Trainer's licence of {holder} for module {module} has waited for your next step since "
        "{since_on}.",
        "Open the licence",
        "/licences/{thing}",
    ),
    "nudge_review": _nudge(
        "A review waits for you: {holder}",
        "The review of the certification of {holder} for module {module} has waited to be closed since "
        "{since_on}.",
        "Look and close",
        "/reviews/{thing}",
    ),
    "nudge_name": _nudge(
        "A request for another name waits for you: {holder}",
        "{holder} asks to be known by another name, and has waited for an answer since {since_on}.",
        "Look and answer",
        "/name-changes/{thing}",
    ),
    "nudge_sheet": _nudge(
        "A sheet waits for you: {holder}",
        "Your sheet on {holder} for module {module} has been waited for since {since_on}.",
        "See what waits for you",
        "/desk",
    ),
    "nudge_record": _nudge(
        "A record waits for your confirmation: {holder}",
        "The record of {held_on}, on which the case of {holder} for module {module} depends, has waited for "
        "your confirmation since {since_on}.",
        "Open the record",
        "/activities/{activity}",
    ),
    "nudge_visit": _nudge(
        "Did this visit take place?",
        "A SCORE visit to your enterprise on {held_on} has waited for your answer since {since_on}. It takes "
        "a minute, and no account is needed.",
        "Look at the visit and answer",
        "/activities/{activity}",
    ),
}
