"""The words to an applicant, and to those who read applications, up to the ToT."""

from certify.reminders.wording_parts import Wording, of_case

APPLICATION = {
    "nominated": of_case(
        "You are nominated: please confirm",
        "{by} nominated you for certification in module {module}. It goes on only if you confirm it.",
        action="Read and confirm",
    ),
    "nominated_new": Wording(
        "You are nominated: please confirm",
        (
            "{by} nominated you for certification as a SCORE trainer in module {module}.",
            "An account was opened for you at Certify. Choose a password to take it up; then read the "
            "nomination and confirm it, or leave it: it goes on only if you confirm it.",
            "The link holds for 14 days.",
        ),
        "Take up the account",
    ),
    "nominated_again": Wording(
        "You are nominated",
        (
            "{by} nominated you for certification in module {module}.",
            "You have a case for this module already, or had one lately, so no new one was opened.",
        ),
    ),
    "application_received": of_case(
        "An application for module {module}",
        "{holder} applied for certification in module {module}. Name two or more people to screen it.",
    ),
    "application_unserved": Wording(
        "Nobody reads applications from {country} yet",
        (
            "Somebody applied for certification in module {module} in {country}.",
            "No national coordinator is in office there for it. Propose one, so that it is read.",
        ),
        "Propose a coordinator",
        "/people",
    ),
    "returned": of_case(
        "Your application needs completing",
        "Your application for module {module} came back to you. Complete it and submit it again.",
        quotes="to_complete",
    ),
    "declined": of_case(
        "Your application was declined",
        "Your application for module {module} was declined. The case shows each reason.",
    ),
    "admitted": of_case(
        "You are admitted",
        "You are admitted to certification in module {module}. Next comes a training of trainers.",
    ),
    "enrolled": of_case(
        "You are enrolled in a training of trainers",
        "You have a place in a training of trainers for module {module}. The case shows its days.",
    ),
    "training_completed": of_case(
        "You passed the training of trainers",
        "You passed the training of trainers for module {module}. Next: a cohort of enterprises.",
    ),
    "training_failed": of_case(
        "The training of trainers has to be repeated",
        "{holder} has to repeat a part of the training of trainers for module {module}.",
        quotes="to_repeat",
    ),
}
