"""A page that was open while somebody else moved the case: found out under the lock, before any guard."""

from flask import request
from sqlalchemy.orm import Session

from certify.forms.attempt import differences
from certify.forms.base import Form
from certify.models import Certification
from certify.models.store import lock_case
from certify.scheme.sentences import say
from certify.workflows.engine import Refusal, Refused, workflow_of

CHANGED = "This case changed while your page was open. Look at what changed, then send it again."


def lock_unchanged(
    session: Session, certification: Certification, move: str = "", *, form: Form | None = None
) -> None:
    """Lock what the move locks and compare the case with the one on the page. Raises Refused (409).

    With a form, whose fields are the case's own, each that reads otherwise by now is told.
    """
    lock_case(session, *workflow_of(certification).locks(session, certification, move))
    session.refresh(certification)
    seen = request.form.get("version")
    if seen is not None and seen != str(certification.version):
        told = differences(form, certification) if form is not None else ()
        raise Refused([Refusal(None, say(CHANGED)), *told])


def seen_seq() -> int | None:
    """The number of the last event that the page showed; None when the page said nothing usable."""
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
