"""The words of a renewal's messages: to review it, to decide it, and what came of it."""

from certify.reminders.wording_parts import Wording


def _of_renewal(subject: str, *sentences: str, action: str, quotes: str = "") -> Wording:
    return Wording(subject, sentences, action, "/renewals/{renewal}", tuple(quotes.split()))


RENEWAL = {
    "renewal_filed": _of_renewal(
        "A renewal waits for your review: {holder}",
        "{holder} filed the renewal of the certification in module {module}. It waits for a review of what "
        "was delivered and observed since the certificate began.",
        action="Review the renewal",
    ),
    "renewal_reviewed": _of_renewal(
        "A renewal waits for your decision: {holder}",
        "The renewal of the certification of {holder} in module {module} was reviewed. It waits for a "
        "decision by a Master Trainer who did not observe the trainer last.",
        action="Decide on the renewal",
        quotes="outcome",
    ),
    "renewal_unserved": _of_renewal(
        "A renewal waits, and nobody can act on it: {holder}",
        "The renewal of the certification of {holder} in module {module} waits for a {role}, and nobody with "
        "that role for the module and country is free to act. Have somebody named; until then it waits.",
        action="See the renewal",
    ),
    "renewal_granted": _of_renewal(
        "Renewed: module {module}",
        "Your certification in module {module} is renewed. The new certificate, {number}, is valid from "
        "{first_on} to {last_on}; it takes the place of the one before on its first day.",
        action="See the renewal and the certificate",
    ),
    "renewal_refused": _of_renewal(
        "The decision on your renewal in module {module}: refused",
        "The renewal of your certification in module {module} was refused. The page shows each reason. This "
        "changes nothing of your present certificate, whose last day is {ends_on}.",
        "You can appeal within {appeal_days} days of this notice. You can also open another renewal, as long "
        "as one can be filed.",
        action="Read the reasons",
    ),
}
