"""The way back from a plain change: a signed note on the next page's notice, sent back by one button."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField

from certify.clock import real_now
from certify.forms.base import Form
from certify.scheme.sentences import say
from certify.workflows.changes import NO_CHANGE, Change
from certify.workflows.engine import Refusal, Refused

LONGEST = 2400  # the note travels in the browser's cookie, of which it may fill half
LASTS = timedelta(minutes=60)  # as long as one stays signed in without a request


@dataclass(frozen=True)
class Note:
    """A change with whoever made it, and when, and the page that it was made on."""

    change: Change
    by: str
    page: str
    at: datetime

    def check_time(self) -> None:
        """A change is undone soon or not at all. Raises Refused."""
        if real_now() - self.at > LASTS:
            minutes = LASTS // timedelta(minutes=1)
            late = say("This was done more than {n} minutes ago, so it is not undone any more.", n=minutes)
            raise Refused([Refusal(None, late)])


class UndoForm(Form):
    """One button; the note says what it undoes."""

    note = HiddenField()

    def read(self, person_id: str) -> Note | None:
        """The note, if this application wrote it for this person; nobody else's is taken."""
        try:
            noted, at = _signer().loads(self.note.data or "", return_timestamp=True)
            act, thing, before, after, more, by, page = noted
        except (BadSignature, ValueError, TypeError):
            return None
        return Note(Change(act, thing, before, after, more), by, page, at) if by == person_id else None


def tell(told: str, change: Change, *, by: str, page: str) -> None:
    """The notice of a change with its way back; without one where the change is too large to carry."""
    note = _signer().dumps([change.act, change.thing, change.before, change.after, change.more, by, page])
    undoable = change != NO_CHANGE and len(note) <= LONGEST
    notice: Any = {"told": told, "note": note} if undoable else told
    flash(notice, "good")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="undo")
