"""`flask audit erase`: the one way by which personal values and files leave the record, told in its log."""

from collections.abc import Mapping, Sequence

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.cli.who import actor_named, person_named
from certify.credentials.paper_shelves import forget
from certify.extensions import clock, settings
from certify.files.sweeping import let_go
from certify.models import Certification, Credential, Event, EventSecret, Message, StoredFile, db
from certify.models.store import write_tx
from certify.workflows.credential_mail import erase_mail, held_mails
from certify.workflows.erasure import erase, held_of
from certify.workflows.file_erasure import ORIGINAL, WHOLE, erase_file, files_of, hashes_of
from certify.workflows.mailbox_erasure import erase_mailbox, held_in_mailbox

Values = Mapping[str, list[str]]  # the paths by their event
Files = Sequence[tuple[str, str]]  # id, and what of the file goes


@click.command("erase")
@click.option("--event", "event_id", help="Erase from this event.")
@click.option("--path", "paths", multiple=True, help="Only the value there (a JSON pointer).")
@click.option("--file", "file_id", help="Erase this uploaded file.")
@click.option("--original", is_flag=True, help="Only the picture as it was sent, not the one drawn anew.")
@click.option("--person", help="Erase all that the log and the files hold of who has this id or address.")
@click.option("--reason", required=True, help="Why, for the log; name nobody in it.")
@click.option("--by", help="The address of whoever erases; the software itself otherwise.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def erase_values(
    event_id: str | None,
    paths: tuple[str, ...],
    file_id: str | None,
    original: bool,
    person: str | None,
    reason: str,
    by: str | None,
    yes: bool,
) -> None:
    """Erase personal values and files for good: commitments and checksums stay, the record still verifies.

    With --person: the typed texts in the events of the person's own certifications, every text in the log
    that holds their name or address, the CVs and papers of their applications, the originals of the
    pictures that they sent with activities, to whom they mailed certificates with which note, and their
    wishes, absences and calendar addresses.
    """
    if [event_id, file_id, person].count(None) != 2 or (paths and not event_id) or (original and not file_id):
        raise click.UsageError(
            "Name an --event (and perhaps a --path), a --file (perhaps its --original) or a --person."
        )
    session = db.session()
    values = {} if file_id else _values(session, event_id, paths, person)
    files = _files(session, file_id, original, person)
    mails = (
        [one.id for one in session.scalars(held_mails(person_named(session, person).id))] if person else []
    )
    mailbox = held_in_mailbox(session, person_named(session, person)) if person else 0
    session.rollback()
    if not values and not files and not mails and not mailbox:
        raise click.ClickException("There is no such value or file; it may be erased already.")
    counted = _counted(values, files, mails, mailbox)
    _confirm(values, files, counted, yes)
    gone = _erase(values, files, mails, by, reason, whose=person if mailbox else None)
    let_go(db.session(), settings().instance / "files", gone)
    for number in _certificates(db.session(), person):
        forget(settings().instance / "files", number)
    click.echo(f"{counted} erased; backups still hold them until they are overwritten.")


def _erase(
    values: Values, files: Files, mails: Sequence[str], by: str | None, reason: str, *, whose: str | None
) -> list[str]:
    """All of it in one commit; the bytes that nobody needs after it."""
    gone: list[str] = []
    with write_tx() as session:
        actor, at = actor_named(session, by), clock().now()
        for event, there in values.items():
            erase(session, session.get_one(Event, event), actor, at, only=there, reason=reason)
        for id, what in files:
            file = session.get_one(StoredFile, id)
            gone += erase_file(session, file, actor, at, part=what, reason=reason)
        for id in mails:
            erase_mail(session.get_one(Message, id))
        if whose:
            erase_mailbox(session, person_named(session, whose))
    return gone


def _confirm(values: Values, files: Files, counted: str, yes: bool) -> None:
    for event, there in values.items():
        click.echo(f"{event}  {' '.join(there)}")
    for id, what in files:
        click.echo(f"{id}  {what}")
    if not yes:
        click.confirm(f"Erase {counted} for good?", abort=True)


def _counted(values: Values, files: Files, mails: Sequence[str], mailbox: int) -> str:
    found = f"{sum(map(len, values.values()))} values and {len(files)} files"
    found = f"{found} and {len(mails)} mails sent on" if mails else found
    return f"{found} and {mailbox} rows of the mailbox" if mailbox else found


def _values(session: Session, event_id: str | None, paths: tuple[str, ...], person: str | None) -> Values:
    if person is not None:
        held = held_of(session, person_named(session, person))
    else:
        asked = select(EventSecret.event_id, EventSecret.path).where(EventSecret.event_id == event_id)
        rows = session.execute(asked.order_by(EventSecret.path))
        held = [(event, path) for event, path in rows if path in paths or not paths]
        if set(paths) - {path for _, path in held}:
            raise click.ClickException(f"The event holds no value at each of {', '.join(paths)}.")
    found: dict[str, list[str]] = {}
    for event, path in held:
        found.setdefault(event, []).append(path)
    return found


def _files(session: Session, file_id: str | None, original: bool, person: str | None) -> Files:
    if person is not None:
        return [(file.id, what) for file, what in files_of(session, person_named(session, person))]
    if file_id is None:
        return []
    file, what = session.get(StoredFile, file_id), ORIGINAL if original else WHOLE
    return [(file_id, what)] if file is not None and hashes_of(file, what) else []


def _certificates(session: Session, person: str | None) -> Sequence[str]:
    """The numbers of a person's certificates: what was drawn of them bears the name."""
    if person is None:
        return []
    held = select(Credential.number).join(Certification, Certification.id == Credential.certification_id)
    return session.scalars(held.where(Certification.holder_id == person_named(session, person).id)).all()
