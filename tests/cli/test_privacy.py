"""What /privacy says about how long things are kept is what `flask privacy sweep` does, and no more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from certify.audit import verify
from certify.files import path_of
from certify.models import (
    Absence,
    ApiToken,
    CalendarFeed,
    Event,
    IdempotencyKey,
    MoveDraft,
    RefusedAddress,
    SignIn,
    SingleUseLink,
    StoredFile,
    ThrottleCount,
    db,
)
from certify.models.store import own_tx, seal_of
from certify.privacy.kept import KEPT
from tests.cast import World
from tests.client import StrictClient
from tests.player import Player

NOW = datetime(2027, 3, 1, tzinfo=UTC)
DUE = (
    "drafts", "removed-files", "sign-ins", "tokens", "answers", "links", "counters", "absences", "calendars",
    "refusals",
)  # fmt: skip
CONTENT = b"A curriculum vitae that was taken away."
SHA256 = "8c8ee2e2fbb7dc4a0e0ee3a2f9f6c5f3a5e4f1a8f3c6f8a0f7d3c2b1a0998877"


def rows(case: str, person: str, name: str, age: timedelta) -> Iterator[Any]:
    """One row of each kind that is `age` past the moment from which its time counts."""
    then = NOW - age
    yield MoveDraft(id=name, certification_id=case, person_id=person, move=name, saved_at=then)
    yield StoredFile(
        id=name, sha256=SHA256, name=f"{name}.pdf", media_type="application/pdf", size=1, kind="cv",
        certification_id=case, uploaded_by_id=person, uploaded_at=then, removed_at=then,
    )  # fmt: skip
    yield SignIn(id=name, token_hash=name, person_id=person, created_at=then, seen_at=then)
    yield ApiToken(
        id=name, token_hash=name, person_id=person, name=name, created_at=then,
        expires_at=then if name != "revoked" else NOW + age, revoked_at=then if name == "revoked" else None,
    )  # fmt: skip
    yield IdempotencyKey(
        id=name, person_id=person, key=name, target="POST /", body_sha256=SHA256, created_at=then
    )
    yield SingleUseLink(
        id=name, token_hash=name, purpose="reset", subject=person, email="", created_at=then, expires_at=then
    )
    deputy = f"{'bo':0<20}"
    yield Absence(
        id=name, person_id=person, deputy_id=deputy, from_on=then.date(), until_on=then.date(), told_at=then
    )
    yield CalendarFeed(id=name, person_id=person, secret_hash=name, created_at=then, revoked_at=then)
    yield RefusedAddress(email=name, refused_at=then, error="550")
    slice_ = int(then.timestamp())
    yield from (ThrottleCount(key=name, window_start=start, tries=1) for start in (0, slice_))


@pytest.fixture
def aged(submitted: Player, app: Flask, world: World) -> None:
    """Of each kind one row from long ago, one that is due by a second, and one that is not."""
    ages = {
        MoveDraft: timedelta(days=365), StoredFile: timedelta(days=30), SignIn: timedelta(days=180),
        ApiToken: timedelta(days=180), IdempotencyKey: timedelta(days=7), SingleUseLink: timedelta(days=30),
        ThrottleCount: timedelta(hours=24), Absence: timedelta(days=180), CalendarFeed: timedelta(days=180),
        RefusedAddress: timedelta(days=30),
    }  # fmt: skip
    second = timedelta(seconds=1)
    path = path_of(SHA256)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with own_tx() as session:
        for name, shift in (("old", second), ("revoked", timedelta(days=900)), ("young", -second)):
            for row, age in ages.items():
                made = rows(submitted.certification, world.ana.id, name, age + shift)
                session.add_all(one for one in made if type(one) is row)


def _run(app: Flask, *args: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["privacy", "sweep", "--at", NOW.isoformat(), *args])


def _told(result: Result) -> dict[str, int]:
    assert result.exit_code == 0, result.output
    lines = (line.split(maxsplit=1) for line in result.output.splitlines())
    return {name.removesuffix(" due"): int(n) for n, name in lines}


def _left(row: Any, name: Any) -> set[Any]:
    db.session.rollback()
    return set(db.session.scalars(select(name).select_from(row))) & {"old", "revoked", "young"}


def test_what_is_due_goes_and_what_is_not_stays(aged: None, app: Flask) -> None:
    due = {**dict.fromkeys(DUE, 2), "counters": 4}
    assert _told(_run(app, "--dry-run")) == due
    assert _left(SignIn, SignIn.id) == {"old", "revoked", "young"}
    swept = _told(_run(app))
    assert {name: n for name, n in swept.items() if name in DUE} == due
    tables = {
        MoveDraft: MoveDraft.id, SignIn: SignIn.id, ApiToken: ApiToken.id, IdempotencyKey: IdempotencyKey.id,
        SingleUseLink: SingleUseLink.id, ThrottleCount: ThrottleCount.key, Absence: Absence.id,
        CalendarFeed: CalendarFeed.id, RefusedAddress: RefusedAddress.email,
    }  # fmt: skip
    assert {row.__name__: _left(row, name) for row, name in tables.items()} == {
        row.__name__: {"young"} for row in tables
    }
    assert _told(_run(app, "--dry-run")) == dict.fromkeys(DUE, 0)


def test_a_file_that_was_taken_away_goes_as_an_erased_one(aged: None, app: Flask, settings: Any) -> None:
    """Its bytes stay as long as another row has them."""
    _run(app)
    db.session.expire_all()
    erased = select(StoredFile.id).where(StoredFile.erased_at.is_not(None)).order_by(StoredFile.id)
    assert list(db.session.scalars(erased)) == ["old", "revoked"]
    told = select(func.count()).select_from(Event).where(Event.subject_kind == "stored_file")
    assert (db.session.scalar(told), path_of(SHA256).exists()) == (2, True)
    seal = seal_of(db.session())
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        parts = verify.checks(connection, seal, settings.instance / "files")
        assert [one for name in ("chain and MAC", "states by replay") for one in parts[name]()] == []


def test_the_page_shows_every_row_of_the_list_and_no_other(client: StrictClient, world: World) -> None:
    page = client.get("/privacy").text
    with client.application.test_request_context():
        for kept in KEPT:
            for said in (kept.what, kept.why, kept.how_long):
                assert said is None or str(said) in page, kept.name
    assert page.count('<th scope="row"') == len(KEPT)


def test_whatever_has_a_length_of_its_own_is_carried_out(app: Flask) -> None:
    """A number on the page without a sweep behind it would be a promise that nobody keeps."""
    with app.test_request_context():
        numbered = {kept.name for kept in KEPT if any(map(str.isdigit, str(kept.how_long or "")))}
    assert numbered == {kept.name for kept in KEPT if kept.sweep is not None} == set(DUE)


@pytest.mark.parametrize("given", ["tomorrow", "2027-03-01T10:00:00"])
def test_an_instant_has_to_be_one_with_its_offset(app: Flask, given: str) -> None:
    assert app.test_cli_runner().invoke(args=["privacy", "sweep", "--at", given]).exit_code == 2


def test_in_production_nothing_goes_before_its_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(app.extensions, "certify.settings", replace(settings, mode="production"))
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    said = app.test_cli_runner().invoke(args=["privacy", "sweep", "--at", later])
    assert (said.exit_code, "Nothing goes before its time" in said.output) == (2, True)
