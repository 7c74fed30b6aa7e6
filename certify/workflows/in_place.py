"""Whoever is away is told what was done in their place: one message an act, whatever follows from it."""

from typing import Any

from sqlalchemy.orm import Session

from certify.workflows.log import NewEvent
from certify.workflows.notices import owe, recipients

_PAGES = {"activity": "activities", "name_change": "name-changes"}  # the others' names add an s


def tell_the_absent(session: Session, thing: Any, event: NewEvent, what: str) -> None:
    """Owe the message of an event that names somebody in whose place it was done."""
    absent = event.on_behalf_of_id
    if absent is None:
        return
    people = recipients(session, [absent, event.actor_id or absent])
    owe(
        session,
        key=f"done_in_place:{event.id}",
        kind="done_in_place",
        at=event.at,
        recipient=people.get(absent),
        case_id=event.case_id,
        params={
            "by": people[event.actor_id].name if event.actor_id in people else "",
            "what": what,
            "about": _about(thing),
            "page": _PAGES.get(event.subject_kind, f"{event.subject_kind}s"),
            "thing": event.subject_id,
        },
    )


def _about(thing: Any) -> str:
    """Of whom or of what it is, in a few words."""
    case = getattr(thing, "certification", None) or thing
    holder = getattr(case, "holder", None)
    parts = (holder.name if holder else "", getattr(case, "module", ""), getattr(case, "country", ""))
    return " · ".join(filter(None, parts))
