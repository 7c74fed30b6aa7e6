"""What a certified trainer does afterwards: sessions and visits with a cohort, refreshers, signings."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from certify.models import Certification, Cohort
from certify.models.store import write_tx
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort
from tests.cast import WORLD, Member
from tests.player import Player, at

DAY = timedelta(days=1)


def cohort(played: Player, day: date, *, country: str = "VN", module: str | None = None) -> Player:
    """The player with a cohort of their own, without a supervisor, founded on a day."""
    with write_tx() as session:
        made = create_cohort(
            session, WORLD.actor(session, played.holder, day), at(day), module=module or played.module,
            country=country, name=f"Cohort of {day}", trainers=[played.holder.id],
            enterprises=list(WORLD.enterprises[:2]),
        )  # fmt: skip
        return replace(played, cohort=made.id)


def record(played: Player, kind: str, day: date, *, confirmed_on: date | None = None, **fields: Any) -> str:
    """A session or visit of the cohort, submitted by the holder; confirmed by the coordinator if on a day."""
    if kind == "workshop":
        days = [{"on": (day + n * DAY).isoformat(), "hours": "7"} for n in range(2)]
        asked = {"days": days, "enterprises": list(WORLD.enterprises[:2])}
    else:
        asked = {"held_on": day.isoformat(), "enterprise": WORLD.enterprises[1], "purpose": "consultation"}
    with write_tx() as session:
        who = WORLD.actor(session, played.holder, day)
        owner = session.get_one(Cohort, played.cohort)
        made = create_activity(session, who, at(day), kind=kind, cohort=owner, fields={**asked, **fields}).id
    if confirmed_on is not None:
        played.do(made, "submit", played.holder, confirmed_on)
        reason = {"reason": "No answer came."} if kind == "visit" else {}
        played.do(made, "confirm", WORLD.olu, confirmed_on + 15 * DAY, **reason)
    return made


def cycle(played: Player, day: date) -> tuple[str, str]:
    """A workshop and, three weeks later, a visit, both confirmed."""
    workshop = record(played, "workshop", day, confirmed_on=day + DAY)
    return workshop, record(played, "visit", day + 21 * DAY, confirmed_on=day + 21 * DAY)


def enter(played: Player, kind: str, day: date, *, confirmer: Member | None = None, **fields: Any) -> str:
    """A refresher or a signing, recorded and submitted by the holder, and confirmed."""
    with write_tx() as session:
        who = WORLD.actor(session, played.holder, day)
        case = session.get_one(Certification, played.certification)
        made = create_activity(session, who, at(day), kind=kind, certification=case, fields=fields).id
    played.do(made, "submit", played.holder, day)
    if confirmer is not None:
        played.do(made, "confirm", confirmer, day)
    return made
