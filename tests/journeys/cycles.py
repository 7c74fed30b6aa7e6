"""A cohort of enterprises in the story of three years: what its trainers do, by programs and mailed links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.cast import WORLD, Member
from tests.journeys.years import Years


def days_of(first: str, n: int) -> list[dict[str, Any]]:
    """So many days in a row, seven hours each."""
    begun = date.fromisoformat(first)
    return [{"on": (begun + timedelta(each)).isoformat(), "hours": 7} for each in range(n)]


def attendance_of(enterprises: Iterable[str]) -> list[dict[str, Any]]:
    """Two managers and two workers of each."""
    return [
        {"enterprise": one, "role": role, "sex": sex, "n": 1}
        for one in enterprises
        for role in ("manager", "worker")
        for sex in ("f", "m")
    ]


@dataclass
class Cycle:
    """A cohort of enterprises with its trainers; `supervisor` None: of certified trainers only."""

    years: Years
    trainers: Sequence[Member]
    supervisor: Member | None = WORLD.bo
    module: str = "WPC"
    enterprises: tuple[str, ...] = WORLD.enterprises[:4]
    cohort: str = ""
    workshop: str = ""
    visits: list[str] = field(default_factory=list)

    @property
    def first(self) -> Member:
        """Who writes everything down."""
        return self.trainers[0]

    def begin(self) -> "Cycle":
        """The cohort."""
        wish = {
            "module": self.module,
            "country": "VN",
            "trainers": [each.id for each in self.trainers],
            "enterprises": list(self.enterprises),
        }
        if self.supervisor:
            wish["supervisor"] = self.supervisor.id
        self.cohort = self.years.post(self.first, "cohorts", wish)["id"]
        return self

    def baselines(self) -> "Cycle":
        """What is read before the first classroom day."""
        met = {"manager_interviewed": True, "worker_interviewed": True}
        for one in self.enterprises:
            self.confirmed("baseline", enterprise=one, **met, readings={"defects": 9.5})
        return self

    def teach(self, first_day: str) -> None:
        """The workshop of two days, the second of which is today."""
        self.workshop = self.confirmed(
            "workshop",
            days=days_of(first_day, 2),
            enterprises=list(self.enterprises),
            attendance=attendance_of(self.enterprises),
            feedback={"asked": 16, "answers": [5] * 10 + [4] * 3},
        )

    def visit(self, *silent: str) -> None:
        """Each enterprise is visited today, and its contact confirms, but for those who keep silent."""
        for one in self.enterprises:
            told = {"purpose": "consultation", "people_met": "Line leads", "report": "Flow of work."}
            activity = self.recorded("visit", enterprise=one, **told)
            self.visits.append(activity)
            if one not in silent:
                self.answer(activity, WORLD.enterprises.index(one))

    def answer(self, activity: str, n: int) -> None:
        """The n-th enterprise's contact confirms a visit: Eka by a program, the others by the mailed link."""
        if n == 0:
            self.years.post(WORLD.eka, f"activities/{activity}/moves/confirm")
            return
        browser = self.years.visitor
        page = browser.open(self.years.link_to(f"contact{n}", "/confirm-visit"))
        browser.send(page.form("Yes, this visit happened"))

    def report(self) -> None:
        """A project an enterprise, and the cycle report."""
        done = {"problem": "Rework", "action": "5S", "before": 9, "after": 5, "sustained": True}
        for one in self.enterprises:
            self.confirmed("improvement_project", enterprise=one, **done)
        self.confirmed("cycle_report", report="All went on.", lessons="Ask the workers first.")

    def confirmed(self, kind: str, **own: Any) -> str:
        """An activity of today, submitted, and confirmed by the supervisor or in their place by Olu."""
        activity = self.recorded(kind, **own)
        self.years.post(self.supervisor or WORLD.olu, f"activities/{activity}/moves/confirm")
        return activity

    def recorded(self, kind: str, **own: Any) -> str:
        """An activity of today, submitted by the first trainer."""
        if kind != "workshop":
            own["held_on"] = self.years.today.isoformat()
        if kind in ("workshop", "visit"):
            own["trainers"] = [each.id for each in self.trainers]
        told = {"kind": kind, "cohort": self.cohort, **own}
        activity = str(self.years.post(self.first, "activities", told)["id"])
        self.years.post(self.first, f"activities/{activity}/moves/submit")
        return activity


def delivered(years: Years, trainer: Member, workshop_on: str, visit_on: str) -> Cycle:
    """A certified trainer's cycle with Eka's enterprise, confirmed by Olu, and the visit by Eka."""
    first = date.fromisoformat(workshop_on)
    years.until((first + timedelta(1)).isoformat())
    cycle = Cycle(years, [trainer], supervisor=None, enterprises=WORLD.enterprises[:1]).begin()
    cycle.teach(workshop_on)
    years.until(visit_on)
    cycle.visit()
    return cycle
