"""Plays the whole demonstration in one transaction and writes the list of its sign-ins."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.auth.passwords import hash_password
from certify.auth.tokens import open_token
from certify.clock import real_now
from certify.demo import outbox, setting, signins, story
from certify.demo.people import EVERYBODY, SIGN_INS
from certify.demo.stage import Stage
from certify.files import Kept, store
from certify.models import Person, db
from certify.models.store import write_tx

PASSWORD = "nine steps to a certificate"
TOKEN_DAYS = 365


@dataclass
class _Paper:
    """A file as an upload hands it over."""

    filename: str | None
    stream: IO[bytes]


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def seed(now: datetime, instance: Path) -> None:
    """Play the story up to `now` and write `demo.json` beside the database."""
    cv = store(_curriculum_vitae(), "cv")
    password_hash = hash_password(PASSWORD)
    with write_tx() as session:
        if session.scalar(select(Person.id).limit(1)) is not None:
            return  # another process that started at the same time was first
        _play(session, now, cv, password_hash)
        tokens = _tokens(session)
    signins.write(instance / "demo.json", PASSWORD, tokens)


def _play(session: Session, now: datetime, cv: Kept, password_hash: str) -> None:
    before = now - timedelta(days=setting.BEGINNING + 1)
    edition = setting.publish_editions(session, now, before)
    stage = Stage(session, now, edition, cv)
    setting.fill(stage, password_hash)
    story.play(stage)
    outbox.post_old_letters(session, now)


def _tokens(session: Session) -> dict[str, str]:
    """A token with all scopes for everybody whose sign-in is listed, by their key."""
    keys = {somebody.email: somebody.key for somebody in EVERYBODY}
    listed = {key for _role, key in SIGN_INS}
    people = session.execute(select(Person.id, Person.email).where(Person.email.in_(keys)))
    return {
        keys[email]: open_token(
            session, id, real_now(), name="demonstration", scopes=["decide"], days=TOKEN_DAYS
        )
        for id, email in people.all()
        if keys[email] in listed
    }


def _curriculum_vitae() -> _Paper:
    """One page, the same for everybody."""
    page = Image.new("L", (827, 1169), 255)
    draw = ImageDraw.Draw(page)
    for n, line in enumerate(("CURRICULUM VITAE", "2014-2019  Production engineer", "2019-today  Adviser")):
        draw.text((90, 90 + 30 * n), line, fill=0)
    stream = io.BytesIO()
    page.save(stream, "PDF")
    stream.seek(0)
    return _Paper("curriculum-vitae.pdf", stream)
