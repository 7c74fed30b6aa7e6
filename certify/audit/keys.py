"""The keys in the order of the leaves: an older key seals nothing that is numbered after a newer one."""

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import Connection, func, or_, select

from certify.audit.findings import RETIRED, Finding
from certify.audit.rows import read
from certify.models import Event, LogLeaf
from certify.seal import Seal


def findings(connection: Connection, seal: Seal) -> Iterator[Finding]:
    """Events newer than the first leaf of a newer key; `flask audit rotate-key` numbers all before it."""
    first = func.min(LogLeaf.number)
    asked = (
        select(Event.key_id, first)
        .join(LogLeaf, LogLeaf.event_id == Event.id)
        .where(Event.key_id.in_(list(seal.keys)))  # of any other the chain has spoken
        .group_by(Event.key_id)
        .order_by(first)
    )
    begun = list(read(connection, asked))
    for (key, _), (_, followed_at) in pairwise(begun):
        late = (
            select(Event.id)
            .outerjoin(LogLeaf, LogLeaf.event_id == Event.id)
            .where(Event.key_id == key, or_(LogLeaf.number > followed_at, LogLeaf.number.is_(None)))
        )
        for (id,) in read(connection, late):
            wrong = f"sealed with the key {key}, and newer than the one after it"
            yield Finding("event", id, wrong, RETIRED)
