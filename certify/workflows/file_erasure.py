"""Erasing personal files: bytes and name go, the row and its SHA-256 stay, and the log says so."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import Certification, Person, StoredFile
from certify.models.commitments import ERASED
from certify.models.store import lock_case
from certify.policy import Actor
from certify.workflows.erasure import DONE, MOVE
from certify.workflows.log import append_event
from certify.workflows.moves import NEW

SUBJECT = "stored_file"
WHOLE, ORIGINAL = "file", "original"  # what went: all of it, or the picture as it was sent


def files_of(session: Session, person: Person) -> list[tuple[StoredFile, str]]:
    """The files that still hold something of a person, each with what has to go.

    Of their own applications all; of activities, which belong to many, the sealed originals of the
    pictures that they sent, with place and owner in them: the picture drawn anew is the evidence of others.
    """
    own = StoredFile.certification_id.in_(
        select(Certification.id).where(Certification.holder_id == person.id)
    )
    sent = (StoredFile.uploaded_by_id == person.id) & StoredFile.activity_id.is_not(None)
    asked = select(StoredFile).where(or_(own, sent)).order_by(StoredFile.uploaded_at, StoredFile.id)
    found = ((file, ORIGINAL if file.activity_id else WHOLE) for file in session.scalars(asked))
    return [(file, part) for file, part in found if hashes_of(file, part)]


def hashes_of(file: StoredFile, part: str) -> list[str]:
    """The bytes that an erasure takes away; none where they are erased already."""
    sealed = file.original_sha256 if file.original_erased_at is None else None
    shown = file.sha256 if part == WHOLE and file.erased_at is None else None
    return [one for one in (shown, sealed) if one is not None]


def erase_file(
    session: Session, file: StoredFile, actor: Actor, at: datetime, *, part: str = WHOLE, reason: str = ""
) -> list[str]:
    """Erase a file, or the original of a picture alone; the SHA-256 of the bytes to let go of.

    None for a file that is erased already: nothing is told twice. The caller removes the bytes after the
    commit (files/sweeping.py), so that no row that stands ever lacks them.
    """
    case_id = _case_of(file)
    lock_case(session, case_id)
    session.refresh(file)
    hashes = hashes_of(file, part)
    if not hashes:
        return []
    if part == WHOLE:
        file.name, file.removed_at, file.erased_at = ERASED, at, at
    if file.original_sha256 is not None and file.original_erased_at is None:
        file.original_erased_at = at
    append_event(
        session,
        case_id=case_id,
        actor=actor,
        at=at,
        subject=(SUBJECT, file.id),
        move=MOVE,
        states=(NEW, DONE),
        facts={"part": part, **({"reason": reason} if reason else {})},
    )
    return hashes


def _case_of(file: StoredFile) -> str:
    thing = file.certification or file.activity
    assert thing is not None  # a file belongs to one of the two
    return thing.case_id
