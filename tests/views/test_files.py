"""Downloads: through policy alone, as an attachment that can do nothing; the bytes before the row."""

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from certify.extensions import settings
from certify.models import StoredFile, db
from certify.models.store import write_tx
from tests.cast import LONG_AGO, Member, World
from tests.client import StrictClient
from tests.files.making import pdf, picture
from tests.views.test_application import draft, upload

ClientOf = Callable[[Member], StrictClient]
__all__ = ["draft"]


@pytest.fixture
def file(draft: str, world: World, client_of: ClientOf) -> StoredFile:
    assert upload(client_of(world.ana), draft, "Sơ yếu lý lịch.pdf", pdf()).status_code == 303
    return db.session.scalars(select(StoredFile)).one()


def test_a_file_is_served_as_an_attachment_that_can_do_nothing(
    file: StoredFile, world: World, client_of: ClientOf
) -> None:
    answer = client_of(world.ana).get(f"/files/{file.id}")
    assert answer.status_code == 200
    assert answer.data == pdf()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_staff_of_the_case_may_read_it_and_strangers_may_not(
    file: StoredFile, world: World, client_of: ClientOf
) -> None:
    assert client_of(world.olu).get(f"/files/{file.id}").status_code == 200
    assert client_of(world.kim).get(f"/files/{file.id}").status_code == 404
    assert client_of(world.kim).get("/files/nothing").status_code == 404


def test_signed_out_readers_are_sent_to_sign_in(file: StoredFile, client: StrictClient) -> None:
    assert client.get(f"/files/{file.id}").status_code == 303


def test_the_bytes_lie_under_their_sha256(file: StoredFile) -> None:
    sha256 = hashlib.sha256(pdf()).hexdigest()
    assert file.sha256 == sha256
    assert file.size == len(pdf())
    path = settings().instance / "files" / sha256[:2] / sha256[2:]
    assert path.read_bytes() == pdf()
    assert [one.name for one in path.parent.iterdir()] == [sha256[2:]]  # no part was left


def test_a_removed_file_is_gone_for_readers(file: StoredFile, world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        session.get_one(StoredFile, file.id).removed_at = LONG_AGO
    assert client_of(world.ana).get(f"/files/{file.id}").status_code == 404


def test_missing_bytes_are_a_clear_answer(file: StoredFile, world: World, client_of: ClientOf) -> None:
    (settings().instance / "files" / file.sha256[:2] / file.sha256[2:]).unlink()
    assert client_of(world.ana).get(f"/files/{file.id}").status_code == 503


def test_a_picture_is_kept_drawn_anew(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    assert upload(ana, draft, "scan.jpg", picture("JPEG", comment=b"at home")).status_code == 303
    row = db.session.scalars(select(StoredFile)).one()
    assert row.media_type == "image/jpeg"
    assert b"at home" not in ana.get(f"/files/{row.id}").data


def test_bytes_that_have_no_row_are_nobodys(app: Flask, world: World, client_of: ClientOf) -> None:
    from io import BytesIO

    from werkzeug.datastructures import FileStorage

    from certify.files import store

    kept = store(FileStorage(BytesIO(pdf()), "cv.pdf"), "cv")
    assert client_of(world.ana).get(f"/files/{kept.sha256}").status_code == 404
