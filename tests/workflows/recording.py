"""Activities recorded as the trainers, facilitators and coordinators of the cast record them."""

from datetime import date, datetime, timedelta
from typing import Any

from certify.models import (
    Activity,
    Cohort,
    db,
)
from certify.models.store import write_tx
from certify.policy import Actor
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity, edit_activity
from tests.cast import Member, World
from tests.player import TOT_ON, VISITS_ON, Player, at

VISIT_ON = VISITS_ON[0]
WEEK = [{"on": (TOT_ON + timedelta(n)).isoformat(), "hours": "7"} for n in range(5)]


def actor(world: World, member: Member, on: date) -> Actor:
    found: Actor = world.actor(db.session(), member, on)
    return found


def record(played: Player, world: World, kind: str, by: Member, on: date | datetime, **fields: Any) -> str:
    instant = moment(on)
    with write_tx() as session:
        who = world.actor(session, by, instant.date())
        cohort = session.get_one(Cohort, played.cohort)
        return create_activity(session, who, instant, kind=kind, cohort=cohort, fields=fields).id


def moment(on: date | datetime) -> datetime:
    """Ten in the morning in Hanoi, unless an instant is asked for."""
    return on if isinstance(on, datetime) else at(on)


def visit(played: Player, world: World, on: date = VISIT_ON, **fields: Any) -> str:
    asked = {"held_on": on.isoformat(), "enterprise": world.enterprises[0], "purpose": "consultation"}
    return record(played, world, "visit", world.ana, on, **{**asked, **fields})


def tot(world: World, by: Member, on: date = TOT_ON, **fields: Any) -> str:
    with write_tx() as session:
        return create_activity(
            session,
            world.actor(session, by, on),
            at(on),
            kind="tot_event",
            module="WPC",
            country="VN",
            fields={"days": WEEK, "facilitators": [world.bea.id, world.bo.id], **fields},
        ).id


def activity(id: str) -> Activity:
    return db.session.get_one(Activity, id)


def event(id: str, move: str, states: str, by: Member | None, at: datetime, **facts: Any) -> tuple[Any, ...]:
    """An activity's event as traces tell it; log entries alone are of an edition."""
    return ("activity", id), move, tuple(states.split()), by and by.id, at, facts, None


def move_offers(world: World, id: str, member: Member, on: date) -> dict[str, tuple[str, ...]]:
    offers = engine.offers(activity(id), actor(world, member, on), at(on))
    return {offer.move.name: tuple(str(one.reason) for one in offer.refusals) for offer in offers}


def edit(world: World, id: str, by: Member, on: date | datetime = VISIT_ON, **fields: Any) -> None:
    instant = moment(on)
    with write_tx() as session:
        who = world.actor(session, by, instant.date())
        edit_activity(session, session.get_one(Activity, id), who, instant, fields)
