"""A group of candidates that goes through training and one cohort together, as far as the story wants."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from certify.demo import application, assessing, delivery, training
from certify.demo.application import Crew
from certify.demo.delivery import Cycle
from certify.demo.stage import Stage
from certify.models import Activity, Certification

# Days after the first day of the ToT.
COMPLETED, COHORT, BASELINE, PLANNED, WORKSHOP, BEGUN = 8, 20, 30, 32, 45, 50
VISITS = (60, 72, 84)
PROJECTS, REPORT, HANDED_IN, RECOMMENDED = 88, 91, 94, 98


@dataclass
class Group:
    """Candidates by key, with the days counted from the ToT's first day, `start` days ago."""

    stage: Stage
    crew: Crew
    keys: Sequence[str]
    start: int
    facilitators: tuple[str, ...]
    supervisor: str
    observer: str
    cases: dict[str, Certification] = field(default_factory=dict)

    def ago(self, after: int) -> int:
        """Days ago, of so many days after the ToT began."""
        return self.start - after

    def train(self, *, weak: Sequence[str] = ()) -> Activity:
        """Application, admission and the ToT with its results."""
        for key in self.keys:
            self.cases[key] = application.admitted(self.stage, key, self.ago(-20), crew=self.crew)
        event = training.plan(self.stage, self.crew, self.facilitators, self.ago(-15), first=self.start)
        training.enrol(self.stage, self.crew, event, self.cases.values(), self.ago(-10))
        failed = [self.cases[key].id for key in weak]
        training.hold(self.stage, event, self.facilitators[0], self.ago(training.DAYS), weak=failed)
        return event

    def complete(self, *, but: Sequence[str] = ()) -> None:
        """The facilitator lets everybody go on whose results suffice."""
        for key in self.keys:
            if key not in but:
                training.complete(
                    self.stage, self.crew, self.cases[key], self.facilitators[0], self.supervisor,
                    self.ago(COMPLETED),
                )  # fmt: skip

    def open_cohort(self, name: str, factories: Sequence[str]) -> Cycle:
        """The cohort with its baselines."""
        cycle = delivery.begin(
            self.stage, name, self.crew.coordinator, tuple(self.keys), self.supervisor, factories,
            self.ago(COHORT), country=self.crew.country,
        )  # fmt: skip
        delivery.baselines(self.stage, cycle, self.ago(BASELINE))
        return cycle

    def teach(self, cycle: Cycle) -> Activity:
        """The workshop, observed; then the visits may begin."""
        workshop = delivery.plan_workshop(self.stage, cycle, self.ago(WORKSHOP), planned=self.ago(PLANNED))
        self.observe(workshop, self.supervisor, self.ago(WORKSHOP + 1))
        delivery.hand_in(self.stage, cycle, workshop, self.ago(WORKSHOP + 2))
        for key in self.keys:
            self.stage.move(self.cases[key], "begin_visits", key, self.ago(BEGUN))
        return workshop

    def visit(self, cycle: Cycle) -> None:
        """Three visits to each enterprise, the second round observed; projects and the report."""
        for nth, after in enumerate(VISITS, start=1):
            made = delivery.visits(self.stage, cycle, self.ago(after), nth=nth)
            if nth == 2:
                self.observe(made[0], self.observer, self.ago(after + 2))
        delivery.projects(self.stage, cycle, self.ago(PROJECTS))
        delivery.report(self.stage, cycle, self.ago(REPORT))

    def observe(self, activity: Activity, who: str, ago: int) -> None:
        """Everybody who takes part is observed by the same person."""
        for case in self.cases.values():
            assessing.observe(self.stage, case, activity, self.crew.coordinator, who, ago)

    def hand_in(self) -> None:
        """Everybody submits the cycle for assessment."""
        for key, case in self.cases.items():
            assessing.hand_in(self.stage, case, key, self.ago(HANDED_IN))

    def recommend(self, *keys: str) -> None:
        """The supervisor recommends some, or all."""
        for key in keys or self.keys:
            assessing.recommend(self.stage, self.cases[key], self.supervisor, self.ago(RECOMMENDED))

    def whole(self, name: str, factories: Sequence[str]) -> None:
        """The whole path up to the recommendation of everybody."""
        self.train()
        self.complete()
        cycle = self.open_cohort(name, factories)
        self.teach(cycle)
        self.visit(cycle)
        self.hand_in()
