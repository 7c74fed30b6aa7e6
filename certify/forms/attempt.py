"""One command of a page in one transaction; what refuses it is kept by the form that asked for it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from certify.forms.base import Form
from certify.models.store import lock_case, write_tx
from certify.scheme.sentences import say
from certify.workflows.engine import InvalidFacts, Refusal, Refused

STALE = "This changed while your page was open. Look at what changed and send it again."


@contextmanager
def attempt(
    form: Form, *, told: Callable[[Iterable[Refusal]], Iterable[Refusal]] = tuple
) -> Iterator[Session]:
    """Write inside; afterwards `form.status` is 200, or 422 or 409 and the page is shown again, filled.

    `told` makes of the rules' refusals what the reader may know of them.
    """
    try:
        with write_tx() as session:
            yield session
    except InvalidFacts as wrong:
        form.add_errors(wrong.errors)
    except Refused as refused:
        form.refuse(told(refused.refusals))
    except StaleDataError:
        form.refuse([Refusal(None, say(STALE))])


def same_version(
    session: Session, thing: Any, form: Form, *, changed: Callable[[], Iterable[Refusal]] | None = None
) -> None:
    """Go on only if nobody changed the thing since its page was made. Raises Refused (409).

    The case is locked first, so that of two pages sent at once the second one is told, with what
    `changed`: without one, each plain field that now reads otherwise. Sent once more, it is meant: the
    form then carries the version that it was told of.
    """
    if hasattr(thing, "case_id"):
        lock_case(session, thing.case_id)
    session.refresh(thing)
    if form.version.data and str(form.version.data) != str(thing.version):
        form.version.data = str(thing.version)
        raise Refused([Refusal(None, say(STALE)), *(changed() if changed else differences(form, thing))])


def differences(form: Form, thing: Any) -> Iterator[Refusal]:
    """A sentence for each field of the form that the thing now holds another plain value for."""
    for field in form:
        held = getattr(thing, field.name, None)
        if field.name != "version" and isinstance(held, str | int | date | list) and held != field.data:
            held = ", ".join(map(str, held)) if isinstance(held, list) else held
            yield Refusal(None, say("“{label}” now reads “{held}”.", label=str(field.label.text), held=held))
