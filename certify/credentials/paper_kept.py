"""The sealed PDFs that were drawn so far, kept by what they were made of: anybody may delete them."""

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from certify.credentials.certificate import Certificate
from certify.credentials.fonts import OURS
from certify.credentials.paper import TEMPLATES, draw
from certify.credentials.paper_seal import sealed
from certify.credentials.paper_shelves import forget, shelf
from certify.credentials.sealing import Seal
from certify.whole_files import put

log = logging.getLogger(__name__)
KEY = 40  # hexadecimal digits of the address that stand in a file's name


def address_of(certificate: Certificate, seal: Seal, font_folder: Path | None = None) -> str:
    """SHA-256 of all that a paper is made of: what it says, how it is drawn, who seals it."""
    said = {**asdict(certificate), "credential": hashlib.sha256(certificate.credential).hexdigest()}
    made = [said, _way_of_drawing(font_folder), seal.fingerprint]
    return hashlib.sha256(json.dumps(made, default=str, sort_keys=True).encode()).hexdigest()


def paper(
    certificate: Certificate, seal: Seal, at: datetime, files: Path, font_folder: Path | None = None
) -> bytes:
    """The sealed PDF, drawn if it is not kept yet; `at` is now. Raises GlyphsMissing.

    Slow: never asked inside a transaction. Two that ask at once get the same bytes. Where it cannot be
    kept, on a full disk, it is given out all the same.
    """
    path = path_of(certificate, seal, files, font_folder)
    with suppress(OSError):
        return path.read_bytes()
    drawn = sealed(draw(certificate, font_folder), seal, at, reason=f"Certificate {certificate.number}")
    try:
        kept = _keep(drawn, path)
    except OSError as error:
        log.error("The certificate %s was drawn and cannot be kept: %s.", certificate.number, error)
        return drawn
    forget(files, certificate.number, but=path)  # a name that was changed is not kept on
    return kept


def path_of(certificate: Certificate, seal: Seal, files: Path, font_folder: Path | None = None) -> Path:
    """Where the sealed PDF lies, or would."""
    address = address_of(certificate, seal, font_folder)
    return shelf(files, certificate.number) / f"{certificate.number}-{address[:KEY]}.pdf"


def _keep(drawn: bytes, path: Path) -> bytes:
    """Put the bytes there, whole or not at all; where another process was quicker, its bytes are the ones."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not put(path, drawn):
        with suppress(FileNotFoundError):
            return path.read_bytes()
    return drawn


@cache
def _way_of_drawing(font_folder: Path | None) -> str:
    """The templates, the fonts and the version of typst, read once a process."""
    digest = hashlib.sha256(version("typst").encode())
    for path in (*sorted(TEMPLATES.glob("*.typ")), *sorted(OURS.glob("*.ttf"))):
        digest.update(path.name.encode() + path.read_bytes())
    for path in sorted(font_folder.rglob("*")) if font_folder else ():
        if path.is_file():
            digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()
