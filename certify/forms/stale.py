"""A page that was open while somebody else moved the thing: found out under the lock, before any guard."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from certify.forms.attempt import STALE, differences
from certify.forms.base import Form
from certify.models import Certification
from certify.models.store import lock_case
from certify.queries.entries import Entry
from certify.queries.history import events_after
from certify.scheme.sentences import say
from certify.workflows.engine import Refusal, Refused, workflow_of

CHANGED = "This case changed while your page was open. Look at what changed, then send it again."
SETTLED = "This changed while your page was open. It was settled meanwhile, and cannot be sent any more."


def lock_unchanged(
    session: Session, thing: Any, move: str = "", *, form: Form | None = None, field: str = "version"
) -> None:
    """Lock what the move locks and compare the thing with the one on the page. Raises Refused (409).

    With a form, whose fields are the thing's own, each that reads otherwise by now is told. `field` is
    where the page says which version it showed; a page on several things has one for each.
    """
    lock_case(session, *workflow_of(thing).locks(session, thing, move))
    session.refresh(thing)
    seen = request.form.get(field)
    if seen is not None and seen != str(thing.version):
        told = differences(form, thing) if form is not None else ()
        raise Refused([Refusal(None, say(_told(thing, move))), *told])


def _told(thing: Any, move: str) -> str:
    """Whether it can be sent again: not where the move no longer starts from what the thing came to."""
    if move and thing.state not in workflow_of(thing).move(move).sources:
        return SETTLED
    return CHANGED if isinstance(thing, Certification) else STALE


def changes_since(session: Session, thing: Any, form: Form) -> tuple[Entry, ...]:
    """What happened since a page was made, once the form was refused: in the whole file of a certification,
    to the thing itself elsewhere."""
    if not form.refusals:
        return ()
    subject = None if isinstance(thing, Certification) else thing.id
    return events_after(session, thing, seen_seq(), subject=subject)


def seen_seq() -> int | None:
    """The number of the last event that the page showed; None when the page said nothing usable."""
    seen = request.form.get("last_seq") or request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
