"""Plays an Expert Trainer's licence through the workflows: nominated by Olu, decided by Maya."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from certify.models import Activity, Certification, ExpertLicence, RoleGrant, db
from certify.models.store import write_tx
from certify.workflows import engine, roles
from certify.workflows.activity_edit import create_activity
from certify.workflows.licence import nominate
from tests.cast import WORLD, Member
from tests.player import Player, at

NOMINATED_ON = date(2027, 3, 1)
TAUGHT_ON = date(2027, 4, 5)
EXAMINED_ON = date(2027, 4, 20)
GRANTED_ON = date(2027, 5, 3)
REASONS = [{"requirement": "licence-examination", "reason": "Clear and calm."}]


@dataclass
class Licensing:
    """One licence on its way; ids only."""

    played: Player
    id: str = ""

    def nominate(self, by: Member = WORLD.olu, on: date = NOMINATED_ON) -> "Licensing":
        with write_tx() as session:
            case = session.get_one(Certification, self.played.certification)
            actor = WORLD.actor(session, by, on)
            self.id = nominate(session, case, actor, at(on), reason="She teaches others already.").id
        return self

    def move(self, name: str, by: Member, on: date, **facts: Any) -> "Licensing":
        with write_tx() as session:
            licence = session.get_one(ExpertLicence, self.id)
            engine.perform(licence, name, WORLD.actor(session, by, on), at(on), **facts)
        return self

    def confirm(self, on: date = NOMINATED_ON) -> "Licensing":
        return self.move("confirm", self.played.holder, on, declaration=True)

    def teach(self, on: date = TAUGHT_ON, *, lead: Member = WORLD.bea) -> "Licensing":
        """A ToT of five days beside an Expert Trainer, confirmed by the lead; or as the lead, with Bea."""
        beside = self.played.holder if lead != self.played.holder else WORLD.bea
        with write_tx() as session:
            days = [{"on": (on + timedelta(n)).isoformat(), "hours": "7"} for n in range(5)]
            fields = {"days": days, "facilitators": [lead.id, beside.id]}
            event = create_activity(
                session, WORLD.actor(session, WORLD.olu, on), at(on), kind="tot_event", module="WPC",
                country="VN", fields=fields,
            ).id  # fmt: skip
        last = on + timedelta(4)
        for name in ("submit", "confirm"):
            with write_tx() as session:
                thing = session.get_one(Activity, event)
                engine.perform(thing, name, WORLD.actor(session, lead, last), at(last))
        return self

    def examine(
        self, percent: int = 84, on: date = EXAMINED_ON, *, examiner: Member = WORLD.quy
    ) -> "Licensing":
        return self.move(
            "record_examination", WORLD.olu, on, examined_on=on, percent=percent, examiner=examiner.id
        )

    def grant(self, by: Member = WORLD.maya, on: date = GRANTED_ON) -> "Licensing":
        return self.move("grant", by, on, reasons=REASONS)

    def give_role(self, by: Member = WORLD.ada, on: date = GRANTED_ON) -> "Licensing":
        """The second person confirms the role that was proposed with the licence."""
        with write_tx() as session:
            grant = session.get_one(RoleGrant, self.values["role"])
            roles.confirm(session, WORLD.actor(session, by, on), grant, at(on))
        return self

    @property
    def values(self) -> Mapping[str, Any]:
        """What is stored of it."""
        with db.session() as session:
            row = session.get_one(ExpertLicence, self.id)
            given = session.query(RoleGrant).filter_by(licence_id=self.id).one_or_none()
            return {
                "state": str(row.state),
                "valid": (row.valid_from, row.valid_until),
                "number": row.credential.number if row.credential else None,
                "role": given.id if given else None,
            }
