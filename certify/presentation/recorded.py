"""What the next page says once something is recorded: the same words wherever it was done."""

from flask import flash
from flask_babel import gettext

from certify.presentation import say


def recorded(what: str) -> str:
    """The sentence about a move, by its label, or about a thing that was saved, by its name."""
    return str(gettext("Recorded: %(move)s.", move=say(what)))


def tell_recorded(what: str) -> None:
    """Say it on the next page."""
    flash(recorded(what), "good")
