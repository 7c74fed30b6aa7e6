"""The words of what is told about keeping a certification: quality observations and reported changes."""

from certify.reminders.wording_parts import Wording

_OBSERVATION = "/assessments/{assessment}"
_KEPT = "/certifications/{certification}/maintenance"

MAINTENANCE = {
    "quality_assigned": Wording(
        "A quality observation of {holder}",
        (
            "You are asked to observe a delivery of {holder} in module {module}, on {held_on}.",
            "If you are tied to {holder} in any way, say so before you begin.",
        ),
        "See the task",
        _OBSERVATION,
    ),
    "quality_passed": Wording(
        "Your delivery of {held_on} was observed",
        (
            "A quality reviewer observed your delivery of {held_on} in module {module}: it is as the scheme "
            "asks.",
            "Read what was seen, item by item.",
        ),
        "Read the observation",
        _OBSERVATION,
    ),
    "quality_finding": Wording(
        "Your delivery of {held_on} fell short",
        (
            "A quality reviewer observed your delivery of {held_on} in module {module}: it fell short of "
            "what the scheme asks.",
            "This finding stays open, and stands in the way of a renewal, until an observation of a later "
            "delivery, handed in after this one, is passed. Read what was seen, and ask for another "
            "observation when you are ready.",
        ),
        "Read the observation",
        _OBSERVATION,
    ),
    "finding_opened": Wording(
        "A finding about {holder}",
        (
            "The quality observation of {holder} of {held_on} in module {module} fell short of what the "
            "scheme asks.",
            "It blocks a renewal, and suspends nobody by itself. An observation of a later delivery, handed "
            "in after this one and passed, closes it.",
        ),
        "See the finding",
        _KEPT,
    ),
    "employer_changed": Wording(
        "{holder} works somewhere else",
        ("{holder} reported a change of employer, from {from_on}: {employer}.",),
        "See what is kept up",
        _KEPT,
    ),
    "conflict_reported": Wording(
        "{holder} reported a conflict of interest",
        ("{holder} reported a conflict of interest. Look whether somebody's task has to be handed over.",),
        "See what is kept up",
        _KEPT,
    ),
    "name_change_asked": Wording(
        "{holder} asks for another name",
        (
            "{holder} asks to be known as {name}. Accept it once you have seen a document that shows it: the "
            "certificates are then issued anew in that name.",
        ),
        "Read the request",
        "/name-changes/{request}",
    ),
    "name_change_accepted": Wording(
        "Your name was changed",
        ("You are now known as {name} here.",),
        "See my certificates",
        "/my-credentials",
    ),
    "name_change_declined": Wording(
        "Your name was not changed",
        ("The change of your name to {name} was not accepted.",),
        "See what you can do",
        "/certifications/{certification}/name-change",
        ("reason",),
    ),
}
