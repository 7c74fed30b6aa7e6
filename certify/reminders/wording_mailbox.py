"""The words of the post itself: several messages in one letter, standing in for somebody."""

from certify.reminders.wording_parts import Wording

IN_PLACE = "You get this in place of {in_place_of}, who is away until {away_until_on}."

MAILBOX = {
    "digest": Wording(
        "{n} messages for you",
        ("These {n} messages are in one letter, so that you get one mail and not {n}.",),
        "See all your messages",
        "/my-path/messages",
    ),
    "deputy_named": Wording(
        "You stand in for {absent}",
        (
            "{absent} is away from {from_on} to {until_on} and named you to stand in.",
            "What is asked of {absent} meanwhile is told you, too, and stands on your desk. You act by your "
            "own rights alone; where you could not act before, you cannot now.",
        ),
        "See your desk",
        "/desk",
        ("note",),
    ),
    "done_in_place": Wording(
        "Done in your place by {by}: {what}",
        (
            "While you were away, {by} did this in your place: {what} ({about}).",
            "Both your names stand in the record. There is nothing to do.",
        ),
        "See what was done",
        "/{page}/{thing}",
    ),
}
