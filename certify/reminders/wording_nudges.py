"""The words of nudges: a coordinator asks somebody to go on with what waits for them."""

from certify.reminders.wording_parts import Wording

_ASKS = "{by}, who coordinates the certification, asks you to go on with it."


_CASE = "/certifications/{certification}"


def _nudge(subject: str, sentence: str, action: str, path: str = _CASE) -> Wording:
    return Wording(subject, (sentence, _ASKS), action, path, ("line",))


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
