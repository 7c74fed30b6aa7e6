"""Erased files: the bytes are gone, the row and the log stay, and the check knows which is which."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from certify.clock import real_now
from certify.files import path_of
from certify.files.sweeping import ORPHAN_AGE, sweep
from certify.models import Certification, Event, Person, StoredFile, db
from certify.models.store import own_tx
from certify.workflows.file_erasure import files_of
from tests.cast import World
from tests.files.making import pdf
from tests.files.test_originals import ClientOf, file, photo
from tests.player import Player
from tests.views.test_application import draft, upload

__all__ = ["draft", "file"]


def _run(app: Flask, *args: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["audit", *args])


def _erase(app: Flask, *args: str) -> Result:
    said = _run(app, "erase", *args, "--reason", "Article 17.", "--yes")
    db.session.expire_all()
    return said


def _found(app: Flask) -> list[tuple[str, str]]:
    said = _run(app, "verify", "--json")
    return [(one["row"], one["wrong"]) for one in json.loads(said.stdout)["findings"]]


def _paths(file: StoredFile) -> tuple[Path, Path]:
    assert file.original_sha256 is not None
    return path_of(file.sha256), path_of(file.original_sha256)


def test_of_a_person_the_papers_of_their_applications_go_and_the_record_holds(
    file: StoredFile, app: Flask, world: World, client_of: ClientOf
) -> None:
    id, paths = file.id, _paths(file)
    said = _erase(app, "--person", world.ana.email, "--by", world.olu.email)
    assert (said.exit_code, "0 values and 1 files erased" in said.output) == (0, True), said.output
    assert [path.exists() for path in paths] == [False, False]
    row = db.session.get_one(StoredFile, id)
    assert (row.name, row.removed_at, row.erased_at) == ("(erased)", row.erased_at, row.original_erased_at)
    told = db.session.scalars(select(Event).filter_by(subject_id=id)).one()
    assert (told.move, told.actor_id, told.facts) == (
        "erase",
        world.olu.id,
        {"part": "file", "reason": "Article 17."},
    )
    assert _found(app) == []
    for address in (f"/files/{id}", f"/files/{id}/original"):
        assert client_of(world.asa).get(address).status_code == 404
    assert _erase(app, "--file", id).exit_code == 1


def test_the_original_alone_may_go_and_the_picture_stays(
    file: StoredFile, app: Flask, world: World, client_of: ClientOf
) -> None:
    id, (picture, original) = file.id, _paths(file)
    assert _erase(app, "--file", id, "--original").exit_code == 0
    assert (picture.exists(), original.exists()) == (True, False)
    assert _found(app) == []
    asa = client_of(world.asa)
    assert [asa.get(f"/files/{id}{end}").status_code for end in ("", "/original")] == [200, 404]
    assert _erase(app, "--file", id).exit_code == 0
    assert (picture.exists(), _found(app)) == (False, [])


def test_of_an_activity_only_the_original_goes_for_the_picture_is_the_evidence_of_others(
    delivered: Player, app: Flask, world: World
) -> None:
    with own_tx() as session:
        session.add(
            StoredFile(
                id="photo", name="workshop.jpg", sha256="a" * 64, original_sha256="b" * 64, size=1,
                kind="evidence", media_type="image/jpeg", uploaded_by_id=world.ana.id,
                uploaded_at=real_now(), activity_id=delivered.workshop,
            )
        )  # fmt: skip
    ana = db.session.get_one(Person, world.ana.id)
    assert [what for file, what in files_of(db.session(), ana) if file.id == "photo"] == ["original"]
    assert _erase(app, "--person", world.ana.email).exit_code == 0
    photo = db.session.get_one(StoredFile, "photo")
    assert (photo.name, photo.erased_at, photo.original_erased_at is None) == ("workshop.jpg", None, False)
    assert files_of(db.session(), db.session.get_one(Person, world.ana.id)) == []


def test_bytes_that_another_row_holds_stay(file: StoredFile, app: Flask) -> None:
    first, paths = file.id, _paths(file)
    names = [column.name for column in StoredFile.__table__.columns]
    with own_tx() as session:
        session.add(StoredFile(**{**{name: getattr(file, name) for name in names}, "id": "second"}))
    assert _erase(app, "--file", first).exit_code == 0
    assert ([path.exists() for path in paths], _found(app)) == ([True, True], [])
    assert _erase(app, "--file", "second").exit_code == 0
    assert ([path.exists() for path in paths], _found(app)) == ([False, False], [])


def test_erased_bytes_that_are_back_are_found_and_swept(file: StoredFile, app: Flask) -> None:
    id, (_, original) = file.id, _paths(file)
    assert _erase(app, "--file", id).exit_code == 0
    original.write_bytes(photo())
    assert _found(app) == [(id, f"the log tells of its erasure, and {original} is there")]
    db.session.rollback()
    assert sweep(db.session(), original.parent.parent, real_now() + 2 * ORPHAN_AGE) == (0, 1)
    assert _found(app) == []


@pytest.mark.parametrize("column", ["erased_at", "original_erased_at"])
def test_a_row_that_reads_as_erased_without_a_word_in_the_log_is_found(
    file: StoredFile, app: Flask, column: str
) -> None:
    """Whoever removes a file and marks its row as erased is found by the log's silence."""
    path = _paths(file)[column == "original_erased_at"]
    path.unlink()
    with own_tx() as session:
        session.execute(update(StoredFile).values({column: real_now()}))
    its = "it" if column == "erased_at" else "its original"
    assert _found(app) == [(file.id, f"{its} reads as erased, and no erasure is told in the log")]


def test_a_row_that_reads_as_kept_although_it_was_erased_is_found(file: StoredFile, app: Flask) -> None:
    id, (shown, original) = file.id, _paths(file)
    kept = shown.read_bytes()
    assert _erase(app, "--file", id).exit_code == 0
    for path, content in ((shown, kept), (original, photo())):
        path.write_bytes(content)
    with own_tx() as session:
        session.execute(update(StoredFile).values(erased_at=None, original_erased_at=None))
    assert _found(app) == [(id, "the log tells of its erasure, and it reads as kept")]


def test_an_erased_file_is_shown_nowhere(draft: str, app: Flask, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    assert upload(ana, draft, "cv.pdf", pdf()).status_code == 303
    id = db.session.scalars(select(StoredFile.id)).one()
    page = ana.get(f"{draft}/files")
    assert id in page.text
    assert _erase(app, "--file", id).exit_code == 0
    page = ana.get(f"{draft}/files")
    assert (id in page.text, "(erased)" in page.text) == (False, False)


def test_a_name_that_is_no_checksum_is_found_and_opens_no_other_file(file: StoredFile, app: Flask) -> None:
    id = file.id
    with own_tx() as session:
        session.execute(update(StoredFile).values(sha256="../../secret_key", original_sha256=None))
    assert _found(app) == [(id, "'../../secret_key' is no SHA-256")]


def test_auditors_find_the_original_where_the_file_is_shown(
    file: StoredFile, world: World, client_of: ClientOf
) -> None:
    case = db.session.scalars(select(Certification.id)).one()
    link = f'href="/files/{file.id}/original"'
    shown = {
        member.key: link in client_of(member).get(f"/certifications/{case}").text
        for member in (world.ana, world.olu, world.asa)
    }
    assert shown == {"ana": False, "olu": False, "asa": True}
