"""The words of each kind of message; templates in `str.format` style, so that they can be translated."""

from certify.reminders.wording_licence import LICENCE
from certify.reminders.wording_mailbox import MAILBOX
from certify.reminders.wording_maintenance import MAINTENANCE
from certify.reminders.wording_nudges import NUDGES
from certify.reminders.wording_parts import Wording as Wording
from certify.reminders.wording_reminders import REMINDERS
from certify.reminders.wording_renewal import RENEWAL


def _of_case(subject: str, *sentences: str, action: str = "Open the case", quotes: str = "") -> Wording:
    return Wording(subject, sentences, action, "/certifications/{certification}", tuple(quotes.split()))


def _reissued(*sentences: str) -> Wording:
    """A certificate told anew: the files that its holder has are the ones of the version before."""
    return Wording(
        "Your certificate {number} was issued anew",
        (
            *sentences,
            "Fetch its PDF and JSON once more, and send the new files to whoever has the old ones: whoever "
            "checks these reads that version {earlier} was superseded.",
            "Number, link and QR code are the same, so what refers to them can stay as it is.",
        ),
        "Fetch the new files",
        "/my-credentials",
        ("reason",),
    )


GENERAL = Wording("News from Certify", ("Something that concerns you has changed.",))

_ACCOUNT = {
    "invitation": Wording(
        "Your account at Certify",
        (
            "You are invited to Certify, where SCORE trainers are certified module by module.",
            "Choose a password to take up your account. The invitation holds for 14 days.",
        ),
        "Take up the account",
    ),
    "apply_confirm": Wording(
        "Confirm your address to go on",
        (
            "You asked for an account to apply for certification as a SCORE trainer.",
            "Choose a password to take it up. If it was not you, leave this message alone: nothing happens.",
        ),
        "Choose a password",
    ),
    "apply_exists": Wording(
        "You have an account already",
        (
            "Somebody asked for an account with this address, and it has one already.",
            "Sign in as usual; if the password is lost, you can ask for a new one there.",
        ),
        "Sign in",
        "/sign-in",
    ),
    "reset": Wording(
        "A new password for Certify",
        (
            "A new password was asked for your account. The link holds for one hour.",
            "If it was not you, leave this message alone: your password stays as it is.",
        ),
        "Choose a new password",
    ),
    "password_changed": Wording(
        "Your password was changed",
        (
            "The password of your account was changed, and every other browser was signed out.",
            "If it was not you, ask for a new password at once and tell your administrator.",
        ),
        "Ask for a new password",
        "/forgot",
    ),
    "role_proposed": Wording(
        "A role waits for a second person",
        ("{by} proposed {person} as {role}. A role is given by two people.",),
        "See the proposal",
        "/roles/{grant}",
    ),
    "role_granted": Wording(
        "You have a new role",
        ("You are now {role}; {by} confirmed it.",),
    ),
    "role_ended": Wording("A role of yours has ended", ("You are no longer {role}; {by} ended it.",)),
}

_APPLICATION = {
    "nominated": _of_case(
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
    "application_received": _of_case(
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
    "returned": _of_case(
        "Your application needs completing",
        "Your application for module {module} came back to you. Complete it and submit it again.",
        quotes="to_complete",
    ),
    "declined": _of_case(
        "Your application was declined",
        "Your application for module {module} was declined. The case shows each reason.",
    ),
    "admitted": _of_case(
        "You are admitted",
        "You are admitted to certification in module {module}. Next comes a training of trainers.",
    ),
    "enrolled": _of_case(
        "You are enrolled in a training of trainers",
        "You have a place in a training of trainers for module {module}. The case shows its days.",
    ),
    "training_completed": _of_case(
        "You passed the training of trainers",
        "You passed the training of trainers for module {module}. Next: a cohort of enterprises.",
    ),
    "training_failed": _of_case(
        "The training of trainers has to be repeated",
        "{holder} has to repeat a part of the training of trainers for module {module}.",
        quotes="to_repeat",
    ),
}

_PRACTICE = {
    "assigned": _of_case(
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
    "supervisor_assigned": _of_case(
        "You have a supervising Expert Trainer",
        "Your supervision for module {module} was arranged. The case shows who it is.",
    ),
    "visits_begun": _of_case(
        "The enterprise visits can begin",
        "The classroom part of {holder} for module {module} is complete; the supervised visits begin.",
    ),
    "submitted_for_assessment": _of_case(
        "A file to assess: {holder}",
        "{holder} submitted the practice for module {module}.",
        "Read the evidence, then recommend or ask for more practice.",
    ),
    "recommended": _of_case(
        "You are recommended for certification",
        "Your supervisor recommended you for module {module}. A Master Trainer decides now.",
    ),
    "file_to_decide": _of_case(
        "A file to decide: {holder}",
        "{holder} is recommended for module {module}. The file is complete and waits for a decision.",
        action="Open the file",
    ),
    "more_practice": _of_case(
        "More practice is asked for",
        "More practice is asked of {holder} for module {module}, by {by_on}.",
        quotes="what",
    ),
    "questions": _of_case(
        "Questions about an assessment",
        "The assessment of {holder} for module {module} came back with questions.",
        quotes="questions",
    ),
    "waived": _of_case(
        "A requirement was waived",
        "The requirement {requirement} was waived for module {module}.",
        quotes="reason",
    ),
    "visit_confirmed": Wording(
        "A visit was confirmed",
        ("The enterprise {enterprise} confirmed the visit of {held_on}.",),
        "Open the visit",
        "/activities/{activity}",
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
        "A record to confirm",
        ("A record of {held_on} was submitted and waits for you to confirm or return it.",),
        "Open the record",
        "/activities/{activity}",
    ),
}

_DECISION = {
    "granted": _of_case(
        "Certified: module {module}",
        "{holder} is certified in module {module} from {effective_on}. Anyone can check the certificate.",
        action="See the certificate",
    ),
    "refused": _of_case(
        "The decision on module {module}: refused",
        "The certification of {holder} in module {module} was refused. The case shows each reason.",
        "You can appeal within {appeal_days} days of this notice, "
        "and apply again after {reapplication_months} months.",
    ),
    "recognised": _of_case(
        "Your certification was recognised",
        "Your earlier certification in module {module} is recognised and has a number of ours.",
        action="See the certificate",
    ),
    "suspended": _of_case(
        "Your certification is suspended",
        "Your certification in module {module} is suspended. Do not deliver under it until it is reinstated.",
        "Whoever checks your certificate reads that it is suspended. Do not show or send it, and do not call "
        "yourself certified in this module meanwhile; what you deliver now does not count.",
        "It is looked at again after {suspension_months} months at the latest; it is never withdrawn by "
        "itself. You can appeal within {appeal_days} days of this notice.",
        quotes="grounds",
    ),
    "reinstated": _of_case(
        "Your certification is reinstated",
        "Your certification in module {module} is valid again.",
        quotes="findings",
    ),
    "withdrawn": _of_case(
        "Your certification is withdrawn",
        "Your certification in module {module} is withdrawn. Whoever checks your certificate reads that; do "
        "not use it any more.",
        "You can appeal within {appeal_days} days of this notice.",
        quotes="grounds",
    ),
    "retired": _of_case(
        "A trainer retired a certification", "{holder} gave up the certification in module {module}."
    ),
    "on_hold": _of_case(
        "On hold: module {module}",
        "The path of {holder} to module {module} is on hold. Deadlines stand still meanwhile.",
        quotes="reason",
    ),
    "resumed": _of_case(
        "Going on: module {module}",
        "The path of {holder} to module {module} goes on where it stopped.",
        quotes="reason",
    ),
    "left": _of_case("A candidate left", "{holder} left the path to module {module}.", quotes="reason"),
    "rejoined": _of_case(
        "Welcome back",
        "You are on the path to module {module} again. A training of trainers that still counts is kept.",
    ),
}

_CREDENTIAL = {
    "credential_sent": Wording(
        "{holder} sends you a certificate",
        (
            "{holder} sends you the certificate {number}, of a SCORE trainer for {module}. It was issued by "
            "{issuer}.",
            "The link shows what the register says of it on the day on which you look. Nobody is told that "
            "you did.",
        ),
        "See what the register says",
        "/verify/{number}",
        quotes=("note",),
    ),
    "reissued_name": _reissued(
        "It bears your new name now, and was issued anew under the same number, as version {revision}.",
    ),
    "reissued_correction": _reissued(
        "Something on it was put right, and it was issued anew under the same number, as version {revision}.",
    ),
    "reissued_key": _reissued(
        "Somebody else may have the key that it was signed with, so that nothing by that key is believed any "
        "more. Yours was signed with a new one, under the same number, as version {revision}.",
        "You did nothing wrong, and your certification is what it was.",
    ),
}

TEXTS = {
    **_ACCOUNT, **_APPLICATION, **_PRACTICE, **_DECISION, **_CREDENTIAL,
    **LICENCE, **MAILBOX, **MAINTENANCE, **NUDGES, **REMINDERS, **RENEWAL,
}  # fmt: skip
