"""`flask keys`: the keys that issuing bodies sign credentials and seal paper with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.cli.group import Commands
from certify.cli.who import account, actor_named
from certify.credentials import key_files
from certify.credentials.key_files import KeyUnusable, PrivateKey
from certify.credentials.paper_shelves import forget
from certify.credentials.place import NoPlace, place_of
from certify.credentials.signing import keys_of
from certify.extensions import clock, settings
from certify.models import IssuerKey, IssuingBody, db
from certify.models.store import write_tx
from certify.scheme.words import KeyKind
from certify.workflows import credential, issuer_keys
from certify.workflows.engine import Refused
from certify.workflows.issuer_record import By

group = Commands("keys", help="Keys of issuing bodies: private parts lie in the instance's keys folder.")
Own = tuple[PrivateKey, str | None]  # made elsewhere; a seal with its chain
KINDS = {"signing": KeyKind.ED25519, "seal": KeyKind.P256}
_kind = click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    default="signing",
    show_default=True,
    help="The key that signs credentials (Ed25519), or that seals paper (P-256 with X.509).",
)
_own_key = click.option("--key", "key_file", type=click.Path(path_type=Path), help="An own key, in PEM.")
_own_chain = click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="The chain of an own seal, its own certificate first.",
)
_by = click.option(
    "--by", help="The address of whoever does it; the log names the account that runs it in any case."
)


@group.command("create")
@click.argument("code")
@_kind
@_own_key
@_own_chain
@_by
def create(code: str, kind: str, key_file: Path | None, certificate: Path | None, by: str | None) -> None:
    """Make the first key of the issuing body with this CODE, or take in one that was made elsewhere."""
    _make(code, KINDS[kind], _imported(key_file, certificate), by, issuer_keys.create, issuer_keys.take_in)


@group.command("rotate")
@click.argument("code")
@_kind
@_own_key
@_own_chain
@_by
def rotate(code: str, kind: str, key_file: Path | None, certificate: Path | None, by: str | None) -> None:
    """Sign with a new key from now on; what the old one signed goes on being verified with it."""
    _make(code, KINDS[kind], _imported(key_file, certificate), by, issuer_keys.rotate, issuer_keys.replace)


@group.command("retire")
@click.argument("code")
@click.argument("fragment", metavar="KEY")
@_by
def retire(code: str, fragment: str, by: str | None) -> None:
    """Sign with this KEY (such as key-1) no more; without another one nothing is issued."""
    with _said(), write_tx() as session:
        issuer_keys.retire(_key(session, code, fragment), clock().now(), _run_by(session, by))
    click.echo(f"{fragment} signs no more. What it signed goes on being verified with it.")


@group.command("compromise")
@click.argument("code")
@click.argument("fragment", metavar="KEY")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_by
def compromise(code: str, fragment: str, yes: bool, by: str | None) -> None:
    """Declare a KEY compromised: nothing by it is believed, and all that it signed is issued anew.

    Broken off, the same command goes on where it was. A key in use is changed for a new one first.
    """
    if not yes:
        click.confirm(f"Believe nothing that {fragment} of {code} signed, from now on?", abort=True)
    with _said():
        with write_tx() as session:
            key, at, run_by = _key(session, code, fragment), clock().now(), _run_by(session, by)
            if key.signs:
                issuer_keys.rotate(session, key.issuer, at, key.kind, run_by)
            if key.compromised_at is None:
                issuer_keys.compromise(key, at, run_by)
        done = _reissue(db.session(), _key(db.session(), code, fragment), run_by)
    click.echo(f"{fragment} is believed no more; {done} certificates were issued anew, under their numbers.")


@group.command("list")
@click.argument("code", required=False)
def list_keys(code: str | None) -> None:
    """Every key with what it is for, since when, and whether its private part is here."""
    asked = select(IssuingBody).order_by(IssuingBody.code)
    bodies = db.session.scalars(asked.where(IssuingBody.code == code) if code else asked).all()
    if not bodies:
        click.echo("There is no such issuing body." if code else "There is no issuing body yet.")
    for body in bodies:
        keys = [key for kind in KeyKind for key in keys_of(db.session(), body.id, kind)]
        click.echo(f"{body.code}  {body.legal_name}" + ("" if keys else "  (no key: it cannot issue)"))
        for key in keys:
            click.echo(f"  {key.fragment:<8} {_standing(key):<32} {_private(key)}")


def _make(
    code: str,
    kind: KeyKind,
    own: Own | None,
    by: str | None,
    make: Callable[[Session, IssuingBody, datetime, KeyKind, By], IssuerKey],
    take: Callable[[Session, IssuingBody, datetime, PrivateKey, str | None, By], IssuerKey],
) -> None:
    """A new key, or one that was made elsewhere, in use from now on."""
    with _said(), write_tx() as session:
        body, at = _body(session, code), clock().now()
        run_by = _run_by(session, by)
        key = take(session, body, at, *own, run_by) if own else make(session, body, at, kind, run_by)
        path = key_files.file_of(place_of(session).folder, key)
        said, variable = f"{key.fragment} of {code} ({path})", key_files.variable_of(key)
    click.echo(f"{said} signs from now on. Keep a copy of the keys folder, apart from the backups.")
    click.echo(f"Where keys come from the environment, put the content of that file into {variable}.")


def _run_by(session: Session, by: str | None) -> By:
    return By(actor_named(session, by), account())


@contextmanager
def _said() -> Iterator[None]:
    """What stands in the way is a sentence for the operator."""
    try:
        yield
    except (Refused, KeyUnusable, NoPlace) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        where = error.filename or "The keys folder"
        raise click.ClickException(f"{where} cannot be used: {error.strerror}.") from error


def _reissue(session: Session, key: IssuerKey, by: By) -> int:
    """One transaction a certificate, so that what is done stays done wherever it is broken off."""
    total, done, last = credential.count_signed_with(session, key), 0, ""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Issuing anew", total=total)
        while batch := credential.signed_with(db.session(), key, after=last):
            for last, case_id in batch:
                with write_tx() as writing:
                    number = credential.reissue_for_key(writing, last, case_id, key, clock().now(), by)
                if number is not None:
                    forget(settings().instance / "files", number)
                    done += 1
                progress.advance(task)
    return done


def _body(session: Session, code: str) -> IssuingBody:
    found = session.scalar(select(IssuingBody).where(IssuingBody.code == code))
    if found is None:
        raise click.ClickException(f"There is no issuing body with the code {code!r}.")
    return found


def _key(session: Session, code: str, fragment: str) -> IssuerKey:
    body = _body(session, code)
    asked = select(IssuerKey).where(IssuerKey.issuer_id == body.id, IssuerKey.fragment == fragment)
    found = session.scalar(asked)
    if found is None:
        raise click.ClickException(f"{code} has no key {fragment!r} (flask keys list {code}).")
    return found


def _imported(key_file: Path | None, certificate: Path | None) -> Own | None:
    """A key that was made elsewhere, checked against its chain."""
    if key_file is None:
        if certificate is not None:
            raise click.UsageError("A certificate belongs to a key: name it by --key.")
        return None
    try:
        private = key_files.from_pem(key_file.read_bytes())
        chain = certificate.read_bytes() if certificate else None
        return private, issuer_keys.checked_chain(private, chain)
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}.") from error
    except KeyUnusable as error:
        raise click.ClickException(f"{error}.") from error


def _standing(key: IssuerKey) -> str:
    if key.compromised_at is not None:
        return f"compromised {key.compromised_at:%Y-%m-%d %H:%M}"
    if key.retired_at is not None:
        return f"{key.created_at:%Y-%m-%d} to {key.retired_at:%Y-%m-%d}"
    return f"in use since {key.created_at:%Y-%m-%d}"


def _private(key: IssuerKey) -> str:
    try:
        key_files.read(settings().instance / "keys", key)
    except KeyUnusable as error:
        return str(error)
    return "private part is here"
