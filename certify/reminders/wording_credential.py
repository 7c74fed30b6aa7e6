"""The words that come with a certificate."""

from certify.reminders.wording_parts import Wording


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


CREDENTIAL = {
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
