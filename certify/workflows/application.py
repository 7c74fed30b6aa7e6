"""Filling in an application: its fields, declared once for form and API, writable while in draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.files import Kept, attach
from certify.models import Certification, StoredFile
from certify.models.store import lock_case
from certify.policy import Actor, may
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState
from certify.workflows.changes import NO_CHANGE, Change, plainly
from certify.workflows.dossier import day_of
from certify.workflows.engine import Forbidden, InvalidFacts, NotVisible, Refusal, Refused
from certify.workflows.facts import Fact, FactKind, clean

LONGEST_CAREER = 70
CV = "cv"

FIELDS = (
    Fact(
        "specialisation",
        FactKind.TEXT,
        "Specialisation",
        hint="What you know best, for example “productivity in garment factories”.",
        required=False,
        max_length=200,
    ),
    Fact("sectors", FactKind.TEXTS, "Sectors", hint="One a line.", required=False, max_length=100),
    Fact(
        "languages",
        FactKind.TEXTS,
        "Languages you can train in",
        hint="One a line.",
        required=False,
        max_length=60,
    ),
    Fact(
        "employer",
        FactKind.TEXT,
        "Employer or service provider",
        hint="Choose one that is proposed, or type the name. Write “none” if you work for yourself.",
        required=False,
        max_length=200,
    ),
    Fact(
        "professional_years",
        FactKind.INTEGER,
        "Years of professional experience",
        required=False,
        most=LONGEST_CAREER,
    ),
    Fact(
        "sme_years",
        FactKind.INTEGER,
        "Years of work with small and medium enterprises",
        required=False,
        most=LONGEST_CAREER,
    ),
    Fact(
        "access_needs",
        FactKind.LONG_TEXT,
        "Access needs",
        hint="What would help you to take part fully. Only those who organise your training use it.",
        required=False,
        max_length=1000,
    ),
)
_LISTS = ("sectors", "languages")


def edit_application(
    session: Session, certification: Certification, actor: Actor, at: datetime, fields: Mapping[str, Any]
) -> None:
    """Write the given fields; those left out stay. Only in draft, only by the person.

    Raises NotVisible, Forbidden, Refused, InvalidFacts. No event is written: a draft is not a record yet.
    """
    open_draft(session, certification, actor, at)
    cleaned = clean(FIELDS, fields)
    _check_years(cleaned)
    for name in fields:
        setattr(certification, name, cleaned.get(name, [] if name in _LISTS else None))
    session.flush()


def is_in_draft(certification: Certification) -> bool:
    """Whether the application may still be written in: before it is submitted, and once it is returned."""
    return certification.state is CertificationState.DRAFT


def open_draft(session: Session, certification: Certification, actor: Actor, at: datetime) -> None:
    """Lock the case and make sure that it may be edited now. Raises NotVisible, Forbidden, Refused."""
    lock_case(session, certification.case_id)
    session.refresh(certification)
    on = day_of(certification, at)
    if not may(actor, "certification.see", certification, on):
        raise NotVisible("edit")
    if not may(actor, "certification.edit", certification, on):
        raise Forbidden("edit")
    if not is_in_draft(certification):
        raise Refused(
            [
                Refusal(
                    None,
                    say("The application was submitted; it can be edited again once it is returned."),
                    ("coordinator",),
                )
            ]
        )


def add_file(
    session: Session, certification: Certification, kept: Kept, actor: Actor, at: datetime
) -> StoredFile:
    """Add an uploaded file to the draft; of CVs the newest stands. Raises as `open_draft` does."""
    return _add(session, certification, kept, actor, at)[0]


def take_file(
    session: Session, certification: Certification, kept: Kept, actor: Actor, at: datetime
) -> Change:
    """The same, telling of the CV that the new one took the place of. Raises as `open_draft` does."""
    file, replaced = _add(session, certification, kept, actor, at)
    session.flush()
    return _removal(replaced[-1], instead=file) if replaced else NO_CHANGE


def remove_file(
    session: Session, certification: Certification, file: StoredFile, actor: Actor, at: datetime
) -> Change:
    """Take a file away while the application is a draft. Raises NotVisible, and as `open_draft` does."""
    open_draft(session, certification, actor, at)
    if file.certification_id != certification.id:
        raise NotVisible("edit")
    session.refresh(file)
    if file.removed_at is not None:
        return NO_CHANGE
    file.removed_at = at
    return _removal(file)


def standing_cvs(certification: Certification) -> list[StoredFile]:
    """The CV that stands: one at most."""
    return [one for one in certification.files if one.kind == CV and one.removed_at is None]


def _add(
    session: Session, certification: Certification, kept: Kept, actor: Actor, at: datetime
) -> tuple[StoredFile, list[StoredFile]]:
    open_draft(session, certification, actor, at)
    replaced = standing_cvs(certification) if kept.kind == CV else []
    for earlier in replaced:
        earlier.removed_at = at
    return attach(session, kept, at, person_id=actor.id, certification=certification), replaced


def _removal(file: StoredFile, *, instead: StoredFile | None = None) -> Change:
    """A file that was just removed; its bytes stay, so that this can be undone."""
    more = {"instead": instead.id} if instead else {}
    return Change("file", file.id, {"removed_at": None}, {"removed_at": plainly(file.removed_at)}, more)


def _check_years(cleaned: Mapping[str, Any]) -> None:
    if cleaned.get("sme_years", 0) > cleaned.get("professional_years", LONGEST_CAREER):
        sentence = say("These are among your years of professional experience, so they cannot be more.")
        raise InvalidFacts({"sme_years": [sentence]})
