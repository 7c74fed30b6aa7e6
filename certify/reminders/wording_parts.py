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
