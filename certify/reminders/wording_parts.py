"""What the words of a message are made of, whichever file they stand in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """One kind of message: what it is about, what it says, what it quotes, and the one next step."""

    subject: str
    sentences: tuple[str, ...]
    action: str = "See what waits for you"
    path: str = "/desk"
    quotes: tuple[str, ...] = ()


def of_case(subject: str, *sentences: str, action: str = "Open the case", quotes: str = "") -> Wording:
    """The words of a message about a certification, whose next step is on its page."""
    return Wording(subject, sentences, action, "/certifications/{certification}", tuple(quotes.split()))
