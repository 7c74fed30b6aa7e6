"""The words about the practice of a candidate, to everybody who takes part in it."""

from certify.reminders.wording_parts import Wording, of_case

PRACTICE = {
    "assigned": of_case(
        "A task in the case of {holder}",
        "You are asked to take part in the certification of {holder} in module {module}.",
        "If you are tied to {holder} in any way, say so before you begin.",
        action="Open the case",
    ),
    "assigned_sheet": Wording(
        "A task in the case of {holder}",
        (
            "You are asked to take part in the certification of {holder} in module {module}.",
            "If you are tied to {holder} in any way, say so before you begin.",
        ),
        "See the task",
        "/assessments/{assessment}",
    ),
    "supervisor_assigned": of_case(
        "You have a supervising Expert Trainer",
        "Your supervision for module {module} was arranged. The case shows who it is.",
    ),
    "visits_begun": of_case(
        "The enterprise visits can begin",
        "The classroom part of {holder} for module {module} is complete; the supervised visits begin.",
    ),
    "submitted_for_assessment": of_case(
        "A file to assess: {holder}",
        "{holder} submitted the practice for module {module}.",
        "Read the evidence, then recommend or ask for more practice.",
    ),
    "recommended": of_case(
        "You are recommended for certification",
        "Your supervisor recommended you for module {module}. A Master Trainer decides now.",
    ),
    "file_to_decide": of_case(
        "A file to decide: {holder}",
        "{holder} is recommended for module {module}. The file is complete and waits for a decision.",
        action="Open the file",
    ),
    "more_practice": of_case(
        "More practice is asked for",
        "More practice is asked of {holder} for module {module}, by {by_on}.",
        quotes="what",
    ),
    "questions": of_case(
        "Questions about an assessment",
        "The assessment of {holder} for module {module} came back with questions.",
        quotes="questions",
    ),
    "waived": of_case(
        "A requirement was waived",
        "The requirement {requirement} was waived for module {module}.",
        quotes="reason",
    ),
    "confirm_visit": Wording(
        "Did this visit take place?",
        (
            "{trainers} recorded a SCORE visit to {enterprise} on {held_on}.",
            "Please say whether it took place. It takes a minute, and no account is needed.",
        ),
        "Look at the visit and answer",
    ),
    "activity_returned": Wording(
        "A record needs completing",
        ("What you recorded for {held_on} came back to you. Complete it and submit it again.",),
        "Open the record",
        "/activities/{activity}",
        ("reason",),
    ),
    "activity_submitted": Wording(
        "Records wait for your confirmation: {by}",
        (
            "{by} submitted a record of {held_on} for module {module}. It waits for you to confirm or return "
            "it, with whatever else is submitted today.",
        ),
        "See what waits",
        "/to-confirm",
    ),
}
