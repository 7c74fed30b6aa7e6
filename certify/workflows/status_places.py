"""Places in the status lists of an issuing body, given out at random so that none tells of an order."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.credentials.place import place_of
from certify.credentials.status import FULL, PLACES
from certify.models import CredentialDocument, StatusList, new_id
from certify.scheme.words import StatusPurpose

_COLUMNS: dict[StatusPurpose, tuple[Any, Any]] = {
    StatusPurpose.REVOCATION: (CredentialDocument.revocation_list_id, CredentialDocument.revocation_index),
    StatusPurpose.SUSPENSION: (CredentialDocument.suspension_list_id, CredentialDocument.suspension_index),
}


def take_place(
    session: Session, issuer_id: str, did: str, purpose: StatusPurpose, at: datetime
) -> tuple[StatusList, int]:
    """A free place, in a new list where the last one is half full; the caller has the body's row locked."""
    found = _last_list(session, issuer_id, did, purpose)
    if found is None or found.filled >= FULL:
        found = _open_list(session, issuer_id, did, purpose, at)
    index = secrets.randbelow(PLACES)
    while _is_taken(session, found, index):  # at most every second try
        index = secrets.randbelow(PLACES)
    found.filled += 1
    return found, index


def _last_list(session: Session, issuer_id: str, did: str, purpose: StatusPurpose) -> StatusList | None:
    return session.scalar(
        select(StatusList)
        .where(StatusList.issuer_id == issuer_id, StatusList.did == did, StatusList.purpose == purpose)
        .order_by(StatusList.ordinal.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _open_list(
    session: Session, issuer_id: str, did: str, purpose: StatusPurpose, at: datetime
) -> StatusList:
    asked = select(func.max(StatusList.ordinal)).where(
        StatusList.issuer_id == issuer_id, StatusList.did == did, StatusList.purpose == purpose
    )
    id = new_id()
    opened = StatusList(
        id=id,
        issuer_id=issuer_id,
        did=did,
        url=place_of(session).status_url(id),
        purpose=purpose,
        ordinal=(session.scalar(asked) or 0) + 1,
        filled=0,
        opened_at=at,
    )
    session.add(opened)
    session.flush()
    return opened


def _is_taken(session: Session, found: StatusList, index: int) -> bool:
    list_id, column = _COLUMNS[found.purpose]
    asked = select(CredentialDocument.id).where(list_id == found.id, column == index)
    return session.scalar(asked) is not None
