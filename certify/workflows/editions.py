"""Publishes editions of the scheme, once and for ever, and finds the published ones."""

from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certify.models import SchemeVersion
from certify.models.store import once, rows_of
from certify.scheme.catalogue import canonical, from_canonical, sha256
from certify.scheme.types import Edition

# By SHA-256: the same bytes are the same edition, in whatever database they were found.
_editions: dict[str, Edition] = {}
_SHA256 = select(SchemeVersion.sha256).where(SchemeVersion.name == bindparam("name"))


class AlreadyPublished(Exception):
    """An edition of this name is published with other contents; a published edition never changes."""


class NoEdition(LookupError):
    """No such edition is published, or none is in force on the day asked about."""


class EditionDamaged(Exception):
    """A stored edition does not have the SHA-256 that it was published with."""


def publish(session: Session, edition: Edition, at: datetime) -> SchemeVersion:
    """Freeze an edition in the database; the same bytes again change nothing. Raises AlreadyPublished."""
    text = canonical(edition)
    found = session.get(SchemeVersion, edition.name)
    if found is not None:
        if found.canonical != text:
            raise AlreadyPublished(
                f"{edition.name} was published on {found.published_at:%Y-%m-%d} with other contents. "
                "A published edition never changes: give the new one a new name."
            )
        return found
    version = SchemeVersion(
        name=edition.name,
        canonical=text,
        sha256=sha256(text),
        effective_on=edition.effective_on,
        transition_end_on=edition.transition_end_on,
        published_at=at,
    )
    session.add(version)
    session.flush()
    session.info.pop("once", None)
    return version


def edition_named(session: Session, name: str) -> Edition:
    """A published edition by its name, parsed once a process. Raises NoEdition, EditionDamaged."""
    return once(session, ("edition", name), lambda: _edition(session, name))


def edition_in_force(session: Session, on: date) -> Edition:
    """The published edition that last took effect by that day. Raises NoEdition."""
    return edition_named(session, once(session, ("in force", on), lambda: _name_in_force(session, on)))


def _edition(session: Session, name: str) -> Edition:
    found = rows_of(session, _SHA256, name=name)
    if not found:
        raise NoEdition(f"No edition of the scheme named {name} is published.")
    ((sha256,),) = found
    if sha256 not in _editions:
        _editions[sha256] = _read(session.get_one(SchemeVersion, name))
    return _editions[sha256]


def _name_in_force(session: Session, on: date) -> str:
    name = session.scalar(
        select(SchemeVersion.name)
        .where(SchemeVersion.effective_on <= on)
        .order_by(SchemeVersion.effective_on.desc(), SchemeVersion.published_at.desc(), SchemeVersion.name)
        .limit(1)
    )
    if name is None:
        raise NoEdition(f"No edition of the scheme is in force on {on.isoformat()}.")
    return name


def _read(version: SchemeVersion) -> Edition:
    if sha256(version.canonical) != version.sha256:
        raise EditionDamaged(f"The stored edition {version.name} was changed after it was published.")
    return from_canonical(version.canonical)
