"""A picture is drawn anew; what was sent is kept sealed beside it, for auditors alone."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from certify.audit import stored_files, verify
from certify.extensions import settings
from certify.files import path_of
from certify.models import StoredFile, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.files.making import pdf, picture
from tests.views.test_application import draft, upload

ClientOf = Callable[[Member], StrictClient]
__all__ = ["draft"]


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x8298] = "Ana Mekonnen, Addis Abeba"
    return picture("JPEG", size=(60, 20), exif=exif)


@pytest.fixture
def file(draft: str, world: World, client_of: ClientOf) -> StoredFile:
    assert upload(client_of(world.ana), draft, "cv.jpg", photo()).status_code == 303
    return db.session.scalars(select(StoredFile)).one()


def test_the_original_of_a_picture_is_kept_whole_beside_what_is_shown(file: StoredFile) -> None:
    assert file.original_sha256 == hashlib.sha256(photo()).hexdigest()
    assert path_of(file.original_sha256).read_bytes() == photo()
    assert b"Addis" not in path_of(file.sha256).read_bytes()


def test_only_an_auditor_gets_it_and_nothing_opens_it(
    file: StoredFile, world: World, client_of: ClientOf
) -> None:
    path = f"/files/{file.id}/original"
    answers = {
        member.key: client_of(member).get(path).status_code
        for member in (world.ana, world.olu, world.maya, world.ada, world.kim, world.asa)
    }
    assert answers == {"ana": 403, "olu": 403, "maya": 403, "ada": 404, "kim": 404, "asa": 200}
    answer = client_of(world.asa).get(path)
    assert answer.data == photo()
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=cv.jpg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_document_that_is_kept_as_it_was_sent_has_no_other_original(
    draft: str, world: World, client_of: ClientOf
) -> None:
    assert upload(client_of(world.ana), draft, "cv.pdf", pdf()).status_code == 303
    file = db.session.scalars(select(StoredFile)).one()
    assert file.original_sha256 is None
    assert client_of(world.asa).get(f"/files/{file.id}/original").status_code == 404


def test_a_changed_original_is_found(file: StoredFile) -> None:
    assert file.original_sha256
    path = path_of(file.original_sha256)
    assert _findings() == []
    path.write_bytes(photo() + b"\0")
    assert _findings() == [f"stored_file {file.id}: {path} is not what was taken in"]


def _findings() -> list[str]:
    folder: Path = settings().instance / "files"
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        return [str(one) for one in stored_files.findings(connection, folder)]
