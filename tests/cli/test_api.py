"""`flask api sweep`: the keys of repeatable requests are forgotten after a week, and no sooner."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from certify.clock import real_now
from certify.models import IdempotencyKey, db
from certify.models.store import own_tx
from certify.workflows.idempotency import REMEMBERED
from tests.cast import World
from tests.cli.test_commands import run


def test_keys_older_than_a_week_are_forgotten(app: Flask, world: World) -> None:
    at = real_now()
    ages = {"new": timedelta(0), "young": REMEMBERED - timedelta(hours=1), "old": REMEMBERED}
    with own_tx() as session:
        for key, age in ages.items():
            session.add(
                IdempotencyKey(
                    person_id=world.ana.id, key=key, target="", body_sha256="", created_at=at - age
                )
            )
    done = run(app, "api", "sweep")
    assert (done.exit_code, done.output) == (0, "1 keys older than 7 days forgotten.\n")
    assert set(db.session.scalars(select(IdempotencyKey.key))) == {"new", "young"}
