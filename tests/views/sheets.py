"""Scoring sheets of a workshop's observation, for the tests of assessments: assigned, filled in, read."""

import re
from typing import Any

from sqlalchemy import select

from certify.models import Assessment, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import EDITION, REPORT_ON, Player
from tests.views.sending import send

CLASSROOM = [item for item in EDITION.checklist if "classroom" in item.applies]
LENIENT = next(item for item in CLASSROOM if not item.critical)
CRITICAL = next(item for item in CLASSROOM if item.critical)


def assign(player: Player, observer: Member, world: World) -> str:
    """The observation of the workshop by this observer."""
    player.move("assign_observer", world.olu, REPORT_ON, person=observer.id, activity=player.workshop)
    return db.session.scalars(
        select(Assessment.id).where(Assessment.kind == "observation", Assessment.assessor_id == observer.id)
    ).one()


def scores(value: int, **others: int) -> dict[str, str]:
    """A score for every item of the classroom, some of them another one."""
    return {f"score-{item.id}": str(others.get(item.id, value)) for item in CLASSROOM}


def row(id: str) -> Assessment:
    db.session.rollback()
    return db.session.get_one(Assessment, id)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def hand_in(client: StrictClient, id: str, **typed: Any) -> int:
    return send(client, f"/assessments/{id}", **{"do": "submit", **typed}).status_code
