"""Plays the path through the workflows themselves, quickly, up to the state that a test starts from."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Activity, Certification, Cohort, StoredFile
from certify.models.store import write_tx
from certify.scheme.catalogue import shipped
from certify.scheme.words import ActivityKind
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity
from certify.workflows.certification import open_certification
from certify.workflows.cohort import create_cohort
from tests.cast import WORLD, Member

EDITION = shipped("score-2026")
APPLIED_ON = date(2026, 1, 12)
TOT_ON = date(2026, 2, 2)  # to 6 February
BASELINE_ON = date(2026, 3, 2)
CLASSROOM_ON = date(2026, 3, 9)  # and the 10th
VISITS_ON = (date(2026, 3, 23), date(2026, 4, 2), date(2026, 4, 13))
REPORT_ON = date(2026, 4, 20)
ASSESSED_ON = date(2026, 4, 27)
DECIDED_ON = date(2026, 5, 4)


def at(day: date, hour: int = 3) -> datetime:
    """Ten in the morning in Hanoi on a day, unless another hour is asked for."""
    return datetime.combine(day, time(hour), UTC)


@dataclass
class Player:
    """One candidate's path with the cast of `tests.cast`; ids only, for each step is its own commit."""

    holder: Member = WORLD.ana
    module: str = "WPC"
    supervisor: Member = WORLD.bo
    facilitator: Member = WORLD.bea
    observer: Member = WORLD.tuan
    certification: str = ""
    cohort: str = ""
    workshop: str = ""
    visits: list[str] = field(default_factory=list)
    later: int = 0  # days after the usual ones

    def on(self, usual: date) -> date:
        """The day on which this player does what is usually done on that one."""
        return usual + timedelta(self.later)

    def move(self, name: str, actor: Member, day: date, **facts: Any) -> None:
        """One move of the certification."""
        with write_tx() as session:
            thing = session.get_one(Certification, self.certification)
            engine.perform(thing, name, WORLD.actor(session, actor, day), at(day), **facts)

    def apply(self) -> "Player":
        """To `submitted`."""
        with write_tx() as session:
            holder = WORLD.actor(session, self.holder, self.on(APPLIED_ON))
            case = open_certification(
                session, holder, at(self.on(APPLIED_ON)), module=self.module, country="VN"
            )
            case.specialisation, case.employer = "Lean", "Self-employed"
            case.sectors, case.languages = ["garments"], ["vi", "en"]
            case.professional_years, case.sme_years = 8, 5
            session.add(
                StoredFile(
                    sha256="0" * 64,
                    name="cv.pdf",
                    media_type="application/pdf",
                    size=9,
                    kind="cv",
                    certification=case,
                    uploaded_by_id=self.holder.id,
                    uploaded_at=at(self.on(APPLIED_ON)),
                )
            )
            self.certification = case.id
        self.move(
            "submit", self.holder, self.on(APPLIED_ON), declaration=True, consents=["data"], conflicts=[]
        )
        return self

    def admit(self) -> "Player":
        """To `admitted`: two screening sheets by Bea and Tuấn."""
        for member in (WORLD.bea, WORLD.quy):
            self.move("assign_screener", WORLD.olu, self.on(APPLIED_ON), person=member.id)
            self._score("screening", member, self.on(APPLIED_ON), {item.id: 4 for item in EDITION.screening})
        self.move("admit", WORLD.olu, self.on(APPLIED_ON))
        return self

    def train(self) -> "Player":
        """To `classroom_delivery`: the ToT held, submitted and confirmed; the supervisor assigned."""
        first = self.on(TOT_ON)
        with write_tx() as session:
            days = [{"on": (first + timedelta(n)).isoformat(), "hours": "7"} for n in range(5)]
            event = create_activity(
                session, WORLD.actor(session, WORLD.olu, first), at(self.on(APPLIED_ON)), kind="tot_event",
                module=self.module, country="VN",
                fields={"days": days, "facilitators": [self.facilitator.id]},
            )  # fmt: skip
            event_id = event.id
        self.move("enrol", WORLD.olu, self.on(APPLIED_ON), activity=event_id)
        self.move("assign_supervisor", WORLD.olu, self.on(APPLIED_ON), person=self.supervisor.id)
        last = first + timedelta(4)
        with write_tx() as session:
            entry = session.get_one(Activity, event_id).roster[0]
            entry.hours_present, entry.test_percent, entry.micro_teaching = 35, 82, [4, 4]
        self.do(event_id, "submit", self.facilitator, last)
        self.do(event_id, "confirm", self.facilitator, last)
        self.move("complete_training", self.facilitator, last)
        return self

    def deliver(self) -> "Player":
        """To `supervised_visits`: four enterprises, their baselines, a workshop of two days."""
        enterprises = list(WORLD.enterprises[:4])
        with write_tx() as session:
            cohort: Cohort = create_cohort(
                session, WORLD.actor(session, self.holder, self.on(BASELINE_ON)), at(self.on(BASELINE_ON)),
                module=self.module, country="VN", name="Spring cohort", trainers=[self.holder.id],
                supervisor=self.supervisor.id, enterprises=enterprises,
            )  # fmt: skip
            self.cohort = cohort.id
        for one in enterprises:
            self.record(
                "baseline",
                self.on(BASELINE_ON),
                enterprise=one,
                manager_interviewed=True,
                worker_interviewed=True,
            )
        attendance = [
            {"enterprise": one, "role": role, "sex": sex, "n": 1}
            for one in enterprises
            for role in ("manager", "worker")
            for sex in ("f", "m")
        ]
        days = [{"on": (self.on(CLASSROOM_ON) + timedelta(n)).isoformat(), "hours": "7"} for n in range(2)]
        self.workshop = self.record(
            "workshop", self.on(CLASSROOM_ON) + timedelta(1), days=days, trainers=[self.holder.id],
            enterprises=enterprises, attendance=attendance,
            feedback={"asked": 16, "answers": [5] * 10 + [4] * 3},
        )  # fmt: skip
        self.move("begin_visits", self.holder, self.on(CLASSROOM_ON) + timedelta(1))
        return self

    def visit(self) -> "Player":
        """To `assessment`: three visits an enterprise, a project each, the cycle report."""
        for day in map(self.on, VISITS_ON):
            for one in WORLD.enterprises[:4]:
                self.visits.append(
                    self.record(
                        "visit",
                        day,
                        enterprise=one,
                        trainers=[self.holder.id],
                        purpose="consultation",
                        people_met="Line leads",
                        report="Flow of work looked at together.",
                    )
                )
        for one in WORLD.enterprises[:4]:
            self.record(
                "improvement_project", self.on(VISITS_ON[-1]), enterprise=one, problem="Rework", action="5S",
                before="9 %", after="5 %", sustained=True,
            )  # fmt: skip
        self.record(
            "cycle_report", self.on(REPORT_ON), report="All four went on.", lessons="Ask the workers first."
        )
        self.move(
            "submit_for_assessment", self.holder, self.on(REPORT_ON),
            self_assessment={item.id: 4 for item in EDITION.checklist},
        )  # fmt: skip
        return self

    def recommend(self) -> "Player":
        """To `recommended`: the workshop and a visit observed, the supervisor's recommendation."""
        for activity, place in ((self.workshop, "classroom"), (self.visits[0], "visit")):
            self.move(
                "assign_observer", WORLD.olu, self.on(REPORT_ON), person=self.observer.id, activity=activity
            )
            scores = {item.id: 4 for item in EDITION.checklist if place in item.applies}
            self._score("observation", self.observer, self.on(ASSESSED_ON), scores)
        self.move(
            "recommend", self.supervisor, self.on(ASSESSED_ON), narrative="She hears managers and workers."
        )
        return self

    def grant(self, day: date | None = None) -> "Player":
        """To `certified`, by Maya."""
        day = day or self.on(DECIDED_ON)
        reasons = [{"requirement": "mean-score", "reason": "Strong in every event."}]
        self.move("grant", WORLD.maya, day, reasons=reasons, effective_on=day)
        return self

    def record(self, kind: str, day: date, **fields: Any) -> str:
        """An activity of the cohort, submitted by the holder and confirmed; its id."""
        with write_tx() as session:
            if kind != "workshop":
                fields["held_on"] = day.isoformat()
            made = create_activity(
                session, WORLD.actor(session, self.holder, day), at(day), kind=ActivityKind(kind),
                cohort=session.get_one(Cohort, self.cohort), fields=fields,
            )  # fmt: skip
            activity = made.id
        self.do(activity, "submit", self.holder, day)
        if kind == "visit":
            self.do(activity, "confirm", self.supervisor, day + timedelta(15), reason="No answer came.")
        else:
            self.do(activity, "confirm", self.supervisor, day)
        return activity

    def do(self, activity: str, name: str, actor: Member, day: date, **facts: Any) -> None:
        """One move of an activity."""
        with write_tx() as session:
            thing = session.get_one(Activity, activity)
            engine.perform(thing, name, WORLD.actor(session, actor, day), at(day), **facts)

    def _score(self, kind: str, assessor: Member, day: date, scores: dict[str, int | None]) -> None:
        """The assessor declares and submits whatever of the kind still waits for it."""
        for name, facts in (
            ("declare", {"conflicts": []}),
            ("submit", {"scores": scores, "comments": {}, "not_applicable": {}}),
        ):
            with write_tx() as session:
                case = session.get_one(Certification, self.certification)
                waiting = [
                    one
                    for one in case.assessments
                    if one.kind == kind
                    and one.assessor_id == assessor.id
                    and one.state in ("assigned", "declared")
                ]
                engine.perform(waiting[0], name, WORLD.actor(session, assessor, day), at(day), **facts)


def state_of(session: Session, certification: str) -> str:
    """The stored state."""
    return str(session.get_one(Certification, certification).state)
