"""Renewals of Ana's certification, played: certified on 4 May 2026, so the certificate ends on 4 May 2029.

The edition of 2028 asks for no maintenance, so that a test of the renewal's own rules needs none.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certify.models import Activity, Certification, Cohort, Credential, Renewal, RoleGrant, db
from certify.models.store import write_tx
from certify.queries.verification import verdict_of
from certify.scheme.types import Edition
from certify.scheme.words import Act, ActivityKind, Impartiality, Relation, RoleName
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort
from certify.workflows.editions import publish
from certify.workflows.engine import Refused
from certify.workflows.renewal import open_renewal
from tests.cast import LONG_AGO, WORLD, Member
from tests.player import EDITION, Player, at

DAY = timedelta(days=1)
ENDS = date(2029, 5, 4)
OPENS = ENDS - 90 * DAY
GRACE_ENDS = ENDS + 90 * DAY
LAST = date(2030, 5, 4)
REASONS = [{"requirement": "practice-per-year", "reason": "Three cycles in three years."}]


def lenient(*, free_observers: bool = False, **more: float) -> Edition:
    """The edition of 2028: no maintenance is asked for, and perhaps observers may decide."""
    asked = {
        "practice_cycles": 0, "refresher_hours": 0, "qa_observations": 0, "code_of_conduct_months": 900,
        **more,
    }  # fmt: skip
    parameters = {
        **EDITION.parameters,
        **{name: replace(EDITION.parameters[name], value=value) for name, value in asked.items()},
    }
    relations = dict(EDITION.relations)
    if free_observers:
        relations[Relation.OBSERVED, Act.DECIDE] = Impartiality.FREE
    return replace(
        EDITION, name="score-2028", effective_on=date(2028, 1, 1), transition_end_on=None,
        parameters=parameters, relations=relations,
    )  # fmt: skip


class Renewing:
    """The steps of Ana's renewal by the cast; Kim reviews for quality, Mika decides."""

    def __init__(self, player: Player, **more: Any) -> None:
        self.player = player
        self.id = ""
        with write_tx() as session:
            publish(session, lenient(**more), LONG_AGO)
            session.add(grant_of(WORLD.kim, RoleName.QA_REVIEWER))

    def open(self, day: date = OPENS, actor: Member = WORLD.ana) -> "Renewing":
        with write_tx() as session:
            case = session.get_one(Certification, self.player.certification)
            self.id = open_renewal(session, case, WORLD.actor(session, actor, day), at(day)).id
        return self

    def move(self, name: str, actor: Member, day: date, **facts: Any) -> "Renewing":
        with write_tx() as session:
            thing = session.get_one(Renewal, self.id)
            engine.perform(thing, name, WORLD.actor(session, actor, day), at(day), **facts)
        return self

    def file(self, day: date = OPENS, actor: Member = WORLD.ana) -> "Renewing":
        return self.move("file", actor, day, declaration=True)

    def review(self, day: date = OPENS, actor: Member = WORLD.kim) -> "Renewing":
        return self.move("review", actor, day, outcome="Every cycle was delivered well.")

    def grant(self, day: date = OPENS, actor: Member = WORLD.mika, **facts: Any) -> "Renewing":
        return self.move("grant", actor, day, reasons=REASONS, **facts)

    def refuse(self, day: date = OPENS, actor: Member = WORLD.mika) -> "Renewing":
        return self.move("refuse", actor, day, reasons=REASONS)

    def reviewed(self, filed_on: date = OPENS, reviewed_on: date | None = None) -> "Renewing":
        """To `reviewed`."""
        return self.open(filed_on).file(filed_on).review(reviewed_on or filed_on)

    def deliver(self, first: date) -> tuple[str, str]:
        """A cohort of certified trainers only: a workshop of two days, and a visit two weeks later."""
        enterprises, player = list(WORLD.enterprises[:4]), self.player
        with write_tx() as session:
            cohort = create_cohort(
                session, WORLD.actor(session, player.holder, first), at(first), module="WPC", country="VN",
                name="Late cohort", trainers=[player.holder.id], enterprises=enterprises,
            )  # fmt: skip
            self.cohort = cohort.id
        days = [{"on": (first + n * DAY).isoformat(), "hours": "7"} for n in range(2)]
        attendance = [{"enterprise": one, "role": "worker", "sex": "f", "n": 2} for one in enterprises]
        workshop = self.record(
            "workshop", first + DAY, days=days, trainers=[player.holder.id], enterprises=enterprises,
            attendance=attendance, feedback={"asked": 0, "answers": []},
        )  # fmt: skip
        visit = self.record(
            "visit", first + 14 * DAY, held_on=(first + 14 * DAY).isoformat(), enterprise=enterprises[0],
            trainers=[player.holder.id], purpose="consultation", people_met="Line leads", report="Flow.",
        )  # fmt: skip
        return workshop, visit

    def record(self, kind: str, day: date, **fields: Any) -> str:
        """An activity of that cohort, submitted by Ana and confirmed by the coordinator."""
        with write_tx() as session:
            made = create_activity(
                session, WORLD.actor(session, self.player.holder, day), at(day), kind=ActivityKind(kind),
                cohort=session.get_one(Cohort, self.cohort), fields=fields,
            )  # fmt: skip
            activity = made.id
        self.player.do(activity, "submit", self.player.holder, day)
        later, why = (day + 15 * DAY, {"reason": "No answer."}) if kind == "visit" else (day, {})
        self.player.do(activity, "confirm", WORLD.olu, later, **why)
        return activity

    def assign(self, activity: str, observer: Member, day: date) -> "Renewing":
        return self.move("assign_observer", WORLD.olu, day, person=observer.id, activity=activity)

    def observe(self, activity: str, observer: Member, day: date) -> "Renewing":
        """Assigned, and the checklist handed in."""
        self.assign(activity, observer, day)
        place = "classroom" if db.session.get_one(Activity, activity).kind == "workshop" else "visit"
        scores = {item.id: 4 for item in EDITION.checklist if place in item.applies}
        self.player._score("observation", observer, day, scores)
        return self

    @property
    def row(self) -> Renewal:
        """The row, read afresh."""
        db.session.rollback()
        return db.session.get_one(Renewal, self.id)

    @property
    def case(self) -> Certification:
        """The certification's."""
        db.session.rollback()
        return db.session.get_one(Certification, self.player.certification)

    @property
    def certificates(self) -> list[Credential]:
        """Those of the certification, first issued first."""
        return list(self.case.credentials)

    def worth(self, which: int, day: date) -> tuple[str | None, bool | None]:
        """The public answer about a certificate on a day: the reason (None: valid), and renewal_filed."""
        found = verdict_of(db.session(), self.certificates[which].number, at(day))
        return found.reason, found.renewal_filed


def grant_of(member: Member, role: RoleName, **more: Any) -> RoleGrant:
    """One more role for somebody of the cast, for all modules in the country."""
    return RoleGrant(
        person_id=member.id, role=role, country="VN", from_on=date(2025, 1, 1), proposed_by_id=WORLD.ada.id,
        proposed_at=LONG_AGO, confirmed_by_id=WORLD.sol.id, confirmed_at=LONG_AGO, **more,
    )  # fmt: skip


def told(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str | None, str]]:
    """The requirement and sentence of each refusal."""
    return [(one.requirement, str(one.reason)) for one in refused.value.refusals]
