"""The words of a renewal's messages: to review it, to decide it, to be reminded of it, what came of it."""

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
    "renewal_observer": Wording(
        "A renewal needs your observation: {holder}",
        (
            "You are asked to observe {holder} in module {module}: a delivery of {held_on}, for the renewal "
            "of a certification that ended on {ends_on}.",
            "If you are tied to {holder} in any way, say so before you begin.",
        ),
        "See the task",
        "/assessments/{assessment}",
    ),
    "renewal_observer_named": _of_renewal(
        "An observer was named for your renewal in module {module}",
        "An observer was named for your delivery of {held_on} in module {module}, which your renewal takes. "
        "The case shows who it is.",
        action="See the renewal",
    ),
    "renewal_ended": _of_renewal(
        "The renewal in module {module} has ended, undecided",
        "The certification of {holder} in module {module} has ended, and with it the renewal that was on its "
        "way. Nothing comes of it, and there is nothing more to do for it.",
        action="See the renewal",
    ),
    "renewal_taken_back": _of_renewal(
        "A renewal need not be seen to any more: {holder}",
        "You were asked to act on the renewal of {holder} in module {module}. The certification has ended, "
        "and the renewal with it: it waits for nobody any more.",
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
        "The renewal of your certification in module {module} was refused. The page shows each reason, and "
        "how to appeal. This changes nothing of your present certificate, whose last day is {ends_on}.",
        "You can appeal within {appeal_days} days of this notice. You can also open another renewal, as long "
        "as one can be filed.",
        action="Read the reasons",
    ),
}
# What the clock says of it; `thing` is the renewal.
RENEWAL_REMINDERS = {
    "renewal-review-due": Wording(
        "A renewal still waits for your review: {holder}",
        (
            "{holder} filed the renewal of the certification in module {module} on {about_on}, and it is not "
            "reviewed yet. A Master Trainer can decide on it once it is.",
        ),
        "Review the renewal",
        "/renewals/{thing}",
    ),
    "renewal-review-due-escalated": Wording(
        "A renewal is not reviewed: {holder}",
        (
            "The renewal of {holder} in module {module} was filed on {about_on} and is not reviewed yet.",
            "Ask the QA reviewers in office, or have another one named.",
        ),
        "See the renewal",
        "/renewals/{thing}",
    ),
    "renewal-decision-due": Wording(
        "A renewal still waits for your decision: {holder}",
        (
            "The renewal of {holder} in module {module} waits for a decision since {about_on}. The decision "
            "is due by {due_on}.",
        ),
        "Decide on the renewal",
        "/renewals/{thing}",
    ),
    "renewal-decision-due-escalated": Wording(
        "The decision on a renewal is nearly overdue: {holder}",
        (
            "The renewal of {holder} in module {module} waits for a decision since {about_on}; it is due by "
            "{due_on}.",
            "Ask the Master Trainers in office, or have another one named.",
        ),
        "See the renewal",
        "/renewals/{thing}",
    ),
    "renewal-decision-due-unseen": Wording(
        "The decision on a renewal in module {module} is nearly overdue",
        (
            "A renewal in module {module} in {country} waits for a decision since {about_on}; it is due by "
            "{due_on}.",
            "See that a Master Trainer is in office there who can decide.",
        ),
        "See who is in office",
        "/people",
    ),
}
