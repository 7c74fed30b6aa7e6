"""An upload that breaks while its bytes are written leaves no part and no row, and may be sent again."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from certify.faults import Point, arm
from certify.models import StoredFile, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.faults.test_disk_full import draft, kept
from tests.files.making import written_pdf
from tests.views.test_application import upload

__all__ = ["draft"]


@pytest.mark.parametrize("point", [Point.FILE_WRITE, Point.FILE_RENAME])
def test_a_broken_upload_leaves_nothing(
    draft: str, app: Flask, client_of: Callable[[Member], StrictClient], world: World, point: Point
) -> None:
    client = client_of(world.ana)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    arm(f"{point}:1")
    with pytest.raises(AssertionError, match="answered 500"):
        upload(client, draft, "cv.pdf", written_pdf(1))
    arm("")
    assert kept() == []
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert upload(client, draft, "cv.pdf", written_pdf(1)).status_code == 303
    assert len(kept()) == 1
