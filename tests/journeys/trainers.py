"""What candidates and trainers do in the story of three years, by programs, each step at its instant."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from tests.api.test_main_path import DRAFT
from tests.cast import WORLD, Member
from tests.journeys.cycles import days_of
from tests.journeys.path import SURE, cv
from tests.journeys.years import Years
from tests.player import EDITION

SAID = {"declaration": True, "consents": ["data"], "conflicts": []}


@dataclass
class Trainer:
    """One person's certification in one module."""

    years: Years
    holder: Member
    module: str = "WPC"
    case: str = ""
    number: str = ""

    def move(self, actor: Member, name: str, **facts: Any) -> Any:
        """A move of the certification."""
        return self.years.post(actor, f"certifications/{self.case}/moves/{name}", facts)

    @property
    def state(self) -> str:
        """As the holder reads it."""
        return str(self.years.get(self.holder, f"certifications/{self.case}")["state"])

    def open(self) -> "Trainer":
        """A draft, complete but for its being submitted."""
        wish = {"module": self.module, "country": "VN"}
        self.case = self.years.post(self.holder, "certifications", wish)["id"]
        self.years.patch(self.holder, f"certifications/{self.case}", DRAFT)
        self.years.upload(
            self.holder, f"certifications/{self.case}/files", kind="cv", file=(BytesIO(cv()), "cv.pdf")
        )
        return self

    def apply(self) -> "Trainer":
        """To `submitted`."""
        (self if self.case else self.open()).move(self.holder, "submit", **SAID)
        return self

    def panel(self, *members: Member) -> None:
        """The coordinator names who screens."""
        for member in members:
            self.move(WORLD.olu, "assign_screener", person=member.id)

    def score(self, member: Member, kind: str = "observation") -> None:
        """The member declares and hands in every sheet of the case that waits for them."""
        for sheet in self.years.get(member, "assessments", state="assigned")["items"]:
            if (sheet["certification"], sheet["assessor"], sheet["kind"]) == (self.case, member.id, kind):
                path = f"assessments/{sheet['id']}/moves"
                self.years.post(member, f"{path}/declare", {"conflicts": []})
                scores = {item["id"]: 4 for item in sheet["items"]}
                self.years.post(member, f"{path}/submit", {"scores": scores})

    def enrol(self, event: str) -> None:
        """A place in a ToT, and a supervisor for what follows."""
        self.move(WORLD.olu, "enrol", activity=event)
        self.move(WORLD.olu, "assign_supervisor", person=WORLD.bo.id)

    def assess_self(self) -> None:
        """To `assessment`."""
        self.move(
            self.holder, "submit_for_assessment", self_assessment={item.id: 4 for item in EDITION.checklist}
        )

    def observe(self, member: Member, *activities: str) -> None:
        """The coordinator has the member observe these."""
        for activity in activities:
            self.move(WORLD.olu, "assign_observer", person=member.id, activity=activity)

    def recommend(self) -> None:
        """To `recommended`."""
        self.move(WORLD.bo, "recommend", narrative="Hears managers and workers alike.")

    def grant(self, decider: Member) -> None:
        """To `certified`."""
        reasons = [{"requirement": "mean-score", "reason": "Strong in every event."}]
        self.move(decider, "grant", reasons=reasons, effective_on=self.years.today.isoformat())
        self.numbered()

    def grant_in_place_of(self, decider: Member, absent: Member) -> None:
        """The same on the page, by a deputy."""
        browser = self.years.browser(decider)
        form = browser.open(f"/certifications/{self.case}/approval").form("Record decision")
        form.fill("Outcome", "Grant: certify for this module")
        form.fill("You do this", f"In place of {absent.name}, who is away")
        form.fill("Requirement", "mean-score", within="Reason 1")
        form.fill("Reason", "Strong in every event.", within="Reason 1")
        browser.send(form.fill("Valid from", self.years.today.isoformat()).fill(SURE, True))
        self.numbered()

    def numbered(self) -> None:
        """The number, as the holder reads it."""
        told = self.years.get(self.holder, f"certifications/{self.case}")
        self.number = told["credentials"][-1]["number"]

    # Once certified.

    def sign(self) -> None:
        """The code of conduct, again."""
        told = {"kind": "code_of_conduct", "signed_on": self.years.today.isoformat()}
        made = self.years.post(self.holder, "activities", {**told, "certification": self.case})
        for name in ("submit", "confirm"):
            self.years.post(self.holder, f"activities/{made['id']}/moves/{name}")

    def refresh(self) -> None:
        """A day of refresher training, which Quý confirms."""
        told = {"kind": "refresher", "held_on": self.years.today.isoformat(), "hours": 8}
        made = self.years.post(self.holder, "activities", {**told, "certification": self.case})
        self.years.post(self.holder, f"activities/{made['id']}/moves/submit")
        self.years.post(WORLD.quy, f"activities/{made['id']}/moves/confirm")

    def watch(self, activity: str) -> None:
        """Quý observes for quality."""
        self.move(WORLD.quy, "assign_qa", person=WORLD.quy.id, activity=activity)
        self.score(WORLD.quy, "qa")

    def file(self) -> str:
        """A renewal, opened and filed; its id."""
        made = str(self.years.post(self.holder, f"certifications/{self.case}/renewals")["id"])
        self.renew(self.holder, made, "file", declaration=True)
        return made

    def renew(self, actor: Member, renewal: str, name: str, **facts: Any) -> Any:
        """A move of the renewal."""
        return self.years.post(actor, f"renewals/{renewal}/moves/{name}", facts)

    def review(self, renewal: str) -> None:
        """Quý reviews it."""
        self.renew(WORLD.quy, renewal, "review", outcome="A full log, and enterprises that come back.")

    def grant_renewal(self, decider: Member, renewal: str) -> str:
        """The number of the next certificate."""
        reasons = [{"requirement": "practice-per-year", "reason": "A cycle in every year."}]
        self.renew(decider, renewal, "grant", reasons=reasons)
        told = self.years.get(self.holder, f"certifications/{self.case}")
        return str(told["credentials"][-1]["number"])


def tot(years: Years, first: str) -> str:
    """A ToT of five days that Bea leads; its id."""
    wish = {"kind": "tot_event", "module": "WPC", "country": "VN", "facilitators": [WORLD.bea.id]}
    return str(years.post(WORLD.olu, "activities", {**wish, "days": days_of(first, 5)})["id"])


def complete_tot(years: Years, event: str, *trainers: Trainer) -> None:
    """Held: the roster filled in, submitted and confirmed, each completes it."""
    attended = {"hours_present": 35, "test_percent": 82, "micro_teaching": [4, 4]}
    roster = [{"certification": each.case, **attended} for each in trainers]
    years.patch(WORLD.bea, f"activities/{event}", {"roster": roster})
    for name in ("submit", "confirm"):
        years.post(WORLD.bea, f"activities/{event}/moves/{name}")
    for each in trainers:
        each.move(WORLD.bea, "complete_training")
