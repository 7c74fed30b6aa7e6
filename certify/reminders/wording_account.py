"""The words to somebody with an account: its password, and the roles that it has."""

from certify.reminders.wording_parts import Wording

ACCOUNT = {
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
