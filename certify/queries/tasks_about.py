"""Tasks on what belongs to a certification: a renewal, a review, a licence, a request."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from certify.models import Certification
from certify.queries.tasks import ME, Asking, Task, name_of
from certify.queries.ties import tied
from certify.scheme.sentences import Sentence
from certify.scheme.words import Act
from certify.workflows.dossier import relations_of


@dataclass(frozen=True)
class _Case:
    """A certification as far as the relations table asks."""

    id: str
    holder_id: str
    country: str
    module: str
    scheme_version: str | None
    valid_from: date | None


def about(thing: Any, *more: Any) -> Select[Any]:
    """A thing that waits, and the certification that it is about; the caller says which."""
    return select(
        thing.id,
        thing.state,
        thing.state_since,
        Certification.id.label("certification_id"),
        Certification.holder_id,
        Certification.module,
        Certification.country,
        Certification.scheme_version,
        Certification.valid_from,
        name_of(Certification.holder_id).label("holder_name"),
        tied(ME, Certification.holder_id).label("tied"),
        *more,
    )


def task_about(
    asking: Asking,
    queue: str,
    thing: Any,
    reason: Sentence,
    action: Sentence,
    endpoint: str,
    *,
    act: Act | None = None,
    due_on: date | None = None,
) -> Task:
    """A task on a thing about a certification; what ties the actor to the holder is told with an act."""
    blocked: tuple[str, ...] = ()
    if act is not None and thing.tied:
        case: Any = _Case(
            thing.certification_id,
            thing.holder_id,
            thing.country,
            thing.module,
            thing.scheme_version,
            thing.valid_from,
        )
        found = relations_of(asking.session, asking.actor.id, case, act, asking.at, of_trainer=True)
        blocked = tuple(finding.sentence for finding in found.blocks)
    return Task(
        queue,
        thing.holder_name,
        thing.module,
        thing.country,
        reason,
        action,
        endpoint,
        {"id": thing.id},
        thing.state_since,
        due_on or getattr(thing, "valid_until", None),
        blocked,
    )
