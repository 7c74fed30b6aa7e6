"""The words around Expert Trainer licences and reviews of certifications."""

from certify.reminders.wording_parts import Wording


def _of_licence(subject: str, *sentences: str, action: str = "Open the licence", quotes: str = "") -> Wording:
    return Wording(subject, sentences, action, "/licences/{licence}", tuple(quotes.split()))


def _of_review(subject: str, *sentences: str, action: str, quotes: str = "") -> Wording:
    return Wording(subject, sentences, action, "/reviews/{review}", tuple(quotes.split()))


LICENCE = {
    "licence_nominated": _of_licence(
        "You are nominated as Expert Trainer for {module}",
        "{by} nominated you for an Expert Trainer's licence in module {module}.",
        "Accept or decline it. Next come a training of trainers that you facilitate beside an Expert "
        "Trainer, and an examination.",
        action="Answer the nomination",
        quotes="reason",
    ),
    "licence_confirmed": _of_licence(
        "{holder} accepts the nomination",
        "{holder} accepted the nomination for an Expert Trainer's licence in module {module}.",
        "A coordinator can now name {holder} as a facilitator of a training of trainers, beside its lead.",
    ),
    "licence_declined": _of_licence(
        "{holder} declines the nomination",
        "{holder} declined the nomination for an Expert Trainer's licence in module {module}.",
    ),
    "licence_examined": _of_licence(
        "Your examination is recorded: {module}",
        "The result of your examination for the Expert Trainer's licence in module {module} is {percent} %.",
        "A Master Trainer decides on the licence next. Its page says what is still missing, if anything is.",
    ),
    "licence_to_decide": _of_licence(
        "A licence to decide: {holder}",
        "{holder} was examined for an Expert Trainer's licence in module {module}, with {percent} %.",
        "The page of the licence says whether everything is there.",
        action="Look at the file",
    ),
    "licence_granted": _of_licence(
        "Your Expert Trainer's licence: {module}",
        "You have an Expert Trainer's licence in module {module}, from {valid_from_on} to {valid_until_on}.",
        "It is worth something while your own certification in the module is valid.",
        "The role of Expert Trainer is proposed for you; you can act in it once a second person has "
        "confirmed it, and are told then.",
        quotes="reasons",
    ),
    "licence_granted_to": _of_licence(
        "{holder} has the licence",
        "{holder} has an Expert Trainer's licence in module {module}, from {valid_from_on} to "
        "{valid_until_on}.",
    ),
    "licence_refused": _of_licence(
        "The decision on your licence: refused",
        "The Expert Trainer's licence in module {module} was refused. Your own certification is what it was.",
        "You can appeal within {appeal_days} days of this notice, and be nominated again.",
        quotes="reasons",
    ),
    "licence_withdrawn": _of_licence(
        "Your Expert Trainer's licence is withdrawn",
        "Your Expert Trainer's licence in module {module} is withdrawn, and the role that was given with it "
        "has ended. Whoever checks its number reads that.",
        "You can appeal within {appeal_days} days of this notice. Your own certification is what it was.",
        quotes="grounds",
    ),
    "review_opened": _of_review(
        "To be looked at: {holder}, {module}",
        "The certification of {holder} in module {module} has to be looked at: {ground}.",
        "Nothing happens to it by itself. A Master Trainer decides what follows, and closes the review with "
        "a reason.",
        action="Open the review",
    ),
    "review_escalated": _of_review(
        "Nobody has looked yet: {holder}, {module}",
        "The review of the certification of {holder} in module {module} is open for too long: {ground}.",
        action="Open the review",
    ),
    "review_closed": _of_review(
        "Your certification was looked at: {module}",
        "Your certification in module {module} was reviewed, because {ground}.",
        action="See the outcome",
        quotes="reason",
    ),
}
