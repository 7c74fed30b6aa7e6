"""A replay of our own, one event after the other: what the product's, done in SQL, is held against."""

from collections.abc import Iterable

from certify.models import Event
from certify.workflows.moves import NEW


def replay(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """The states that the events lead to, by subject kind and id; the last move of each wins."""
    states: dict[tuple[str, str], str] = {}
    for event in sorted(events, key=lambda e: (e.case_id, e.seq)):
        key = (event.subject_kind, event.subject_id)
        if states.get(key, NEW) != event.from_state:
            raise ValueError(f"event {event.id} leaves {event.from_state}, the thing was {states.get(key)}")
        states[key] = event.to_state
    return states
