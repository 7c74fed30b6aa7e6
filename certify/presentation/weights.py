"""How much a move of a case stands out: what stops the case never does, and what ends a path warns."""

PAUSING = frozenset({"hold", "return_application"})
ENDING = frozenset(
    {"decline_application", "fail_training", "leave", "refuse", "retire", "suspend", "withdraw"}
)
STOPPING = PAUSING | ENDING


def button_kind(move: str) -> str:
    """The style of the button that makes a move: that of danger where somebody loses by it."""
    return "danger" if move in ENDING else "primary"
