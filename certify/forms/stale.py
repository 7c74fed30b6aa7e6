"""A page that was open while somebody else moved the case: found out under the lock, before any guard."""

from flask import request
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.models.store import lock_case
from certify.scheme.sentences import say
from certify.workflows.engine import Refusal, Refused

CHANGED = "This case changed while your page was open. Look at what changed, then send it again."


def lock_unchanged(session: Session, certification: Certification) -> None:
    """Lock the case and compare it with the one that the form was drawn from. Raises Refused (409)."""
    lock_case(session, certification.case_id)
    session.refresh(certification)
    seen = request.form.get("version")
    if seen is not None and seen != str(certification.version):
        raise Refused([Refusal(None, say(CHANGED))])


def seen_seq() -> int | None:
    """The number of the last event that the page showed; None when the page said nothing usable."""
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
