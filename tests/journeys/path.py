"""The path from application to certificate over HTTP, stretch by stretch, with the cast of `tests.cast`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from flask import Flask
from pypdf import PdfWriter

from tests.cast import WORLD, Member
from tests.journeys.filling import Form
from tests.journeys.pages import Page
from tests.journeys.tree import words
from tests.journeys.walker import Letter, PatientClient, Walker, letters, signed_in, visitor
from tests.player import (
    APPLIED_ON,
    ASSESSED_ON,
    BASELINE_ON,
    CLASSROOM_ON,
    DECIDED_ON,
    REPORT_ON,
    TOT_ON,
    VISITS_ON,
)

ENTERPRISES = ("May Hòa Bình", "Gỗ Tân Phú", "Nhựa Đại Lợi", "Cơ khí Hà Đông")
CONTACTS = ("eka@example.org", "contact1@example.org", "contact2@example.org", "contact3@example.org")
MODULES = {"WPC": "Workplace Cooperation (WPC)", "OSH": "Safety & Health at Work (OSH)"}
INTERVIEWED = {"A manager was interviewed": True, "A worker was interviewed": True}
SURE = "I have read this file. I know that this decision cannot be undone."
READ = {"Reading 1: What was read": "Defect rate", "Reading 1: Value": "9", "Reading 1: Unit": "% of units"}


Thing = TypeVar("Thing")


def cv() -> bytes:
    """A curriculum vitae of one blank page."""
    written, paper = BytesIO(), PdfWriter()
    paper.add_blank_page(width=595, height=842)
    paper.write(written)
    return written.getvalue()


@dataclass
class Journey:
    """One candidate's way; ids only are kept between its stretches, and every step is taken on a page."""

    app: Flask
    clock: Callable[[date], None]
    outbox: Path
    hasty: bool = False
    holder: Member = WORLD.ana
    module: str = "WPC"
    case: str = ""
    event: str = ""
    cohort: str = ""
    workshop: str = ""
    visits: list[str] = field(default_factory=list)
    number: str = ""
    browsers: dict[str, Walker] = field(default_factory=dict)

    def turn(self, on: date) -> None:
        """Set the clock; what was looked at before is looked at with fresh eyes."""
        self.clock(on)
        for browser in self.browsers.values():
            if isinstance(browser.client, PatientClient):
                browser.client.met.clear()

    def walk(self, member: Member) -> Walker:
        """The browser of a member, signed in once."""
        if member.key not in self.browsers:
            self.browsers[member.key] = signed_in(self.app, member, hasty=self.hasty)
        return self.browsers[member.key]

    @property
    def visitor(self) -> Walker:
        """Anybody from the street."""
        return visitor(self.app, hasty=self.hasty)

    def mail(self, to: str) -> list[Letter]:
        """The letters to an address, the earliest first."""
        return letters(self.outbox, to)

    @property
    def path(self) -> str:
        """The case's page."""
        return f"/certifications/{self.case}"

    def make(self, move: str, actor: Member, button: str, **fields: str | list[str]) -> Page:
        """A move of the case on its own page, `fields` by label with underscores for spaces."""
        form = self.walk(actor).open(f"{self.path}/moves/{move}").form(button)
        for label, value in fields.items():
            form.fill(label.replace("_", " "), value)
        return self.walk(actor).send(form)

    def refused(self, move: str, actor: Member) -> Page:
        """The page of a move that cannot be made now: reasons, and no button."""
        page = self.walk(actor).open(f"{self.path}/moves/{move}")
        assert "This cannot be done now" in page.text, page.text
        return page

    def reasons_against(self, move: str, actor: Member) -> list[str]:
        """The requirements that the case's page names beside the button of a move that cannot be made."""
        page = self.walk(actor).open(self.path)
        why = next(e for e in page.top.iter("div") if e.get("id") == f"why-{move}")
        return [words(code) for code in why.iter("code")]

    def give_role(self, member: Member, role: str, *, until: date | None = None) -> str:
        """Ada proposes it, Sol confirms it; returns where it is shown."""
        ada, sol = self.walk(WORLD.ada), self.walk(WORLD.sol)
        form = ada.open(f"/roles/new/{member.id}").form("Propose it")
        form.fill("Role", role).fill("Country", "Vietnam")
        page = ada.send(form.fill("Last day", until.isoformat() if until else ""))
        return sol.send(sol.open(page.path).form("Confirm the role")).path

    # The stretches.

    def apply(self, on: date = APPLIED_ON) -> "Journey":
        """To `submitted`."""
        self.turn(on)
        holder = self.walk(self.holder)
        form = holder.open("/apply?another=1").form("Open the application")
        page = holder.send(form.fill("Module", MODULES[self.module]).fill("Country", "Vietnam"))
        self.case = page.path.split("/")[2]
        self._answer(holder)
        form = holder.open(f"{self.path}/application/submit").form("Submit the application")
        form.fill("What I state here is true, and I accept the scheme's code of conduct", True)
        holder.send(form)
        return self

    def _answer(self, holder: Walker) -> None:
        """The five steps of the application, each saved on its own."""

        def step(name: str) -> Form:
            return holder.open(f"{self.path}/application/{name}").form("Save and continue")

        holder.send(step("background").fill("Specialisation", "Lean in garment factories"))
        years = step("experience").fill("Years of professional experience", "8")
        holder.send(years.fill("Years of work with small and medium enterprises", "5"))
        work = step("work").fill("Languages you can train in", "vi\nen")
        work.fill("Sectors", "garments\nfurniture").fill("Employer or service provider", "none")
        holder.send(work)
        holder.send(step("files").attach("Your CV", cv(), "cv.pdf"))
        consents = ["My data may be used to train, assess and certify me. (Needed for certification.)"]
        holder.send(step("declarations").fill("Consents", consents))

    def screen(self, score: int = 4) -> "Journey":
        """Two members of the panel are named, declare and hand their sheets in."""
        for member in (WORLD.bea, WORLD.quy):
            self.make("assign_screener", WORLD.olu, "Name a panel member", Person=member.name)
            self.assess(member, score)
        return self

    def admit(self) -> "Journey":
        """To `admitted`."""
        self.screen().make("admit", WORLD.olu, "Admit")
        return self

    def train(self) -> "Journey":
        """To `classroom_delivery`: the ToT made, held, submitted and confirmed; the supervisor assigned."""
        olu, lead = self.walk(WORLD.olu), self.walk(WORLD.bea)
        page = olu.open("/tot-events/new")
        form = page.form("Continue").fill("Module", MODULES[self.module]).fill("Country", "Vietnam")
        form = olu.send(form).form("Plan the event").fill("Lead facilitator", WORLD.bea.name)
        self.event = olu.send(self._days(form, TOT_ON, 5)).id
        self.make("enrol", WORLD.olu, "Enrol in a ToT", ToT_event="ToT event · 2 Feb 2026")
        self.make("assign_supervisor", WORLD.olu, "Assign the supervisor", Expert_Trainer=WORLD.bo.name)
        self.turn(TOT_ON + timedelta(4))
        form = lead.open(f"/activities/{self.event}").form("Save the roster")
        form.fill(f"{self.holder.name}: Hours present", "35")
        form.fill(f"{self.holder.name}: Knowledge test", "82")
        form.fill(f"{self.holder.name}: Micro-teaching, each 1 to 5", "4 4")
        lead.send(form)
        self.do(self.event, "submit", WORLD.bea, "Submit")
        self.do(self.event, "confirm", WORLD.bea, "Confirm")
        self.make("complete_training", WORLD.bea, "Complete the ToT")
        return self

    def gather(self, enterprises: Iterable[str] = ENTERPRISES) -> "Journey":
        """A cohort with these enterprises."""
        self.turn(BASELINE_ON)
        olu = self.walk(WORLD.olu)
        page = olu.open("/cohorts/new")
        form = page.form("Continue").fill("Module", MODULES[self.module]).fill("Country", "Vietnam")
        form = olu.send(form).form("Start the cohort").fill("Name", "Hà Nội, spring 2026")
        form.fill("Trainers", [self.holder.name]).fill("Supervising Expert Trainer", WORLD.bo.name)
        self.cohort = olu.send(form.fill("Enterprises", enterprises)).id
        return self

    def baselines(self, on: date = BASELINE_ON, enterprises: Iterable[str] = ENTERPRISES) -> "Journey":
        """A baseline at each enterprise, confirmed by the supervisor."""
        for each in self._each(enterprises):
            self.confirmed("baseline", on, Enterprise=each, **INTERVIEWED, **READ)
        return self

    def teach(self, enterprises: Iterable[str] = ENTERPRISES) -> "Journey":
        """The workshop of two days with attendance and feedback, confirmed by the supervisor."""
        self.turn(CLASSROOM_ON + timedelta(1))
        holder, people = self.walk(self.holder), 0
        form = holder.open(f"/cohorts/{self.cohort}/activities/new/workshop").form("Save")
        self._days(form, CLASSROOM_ON, 2)
        for each in enterprises:
            for who in ("Managers, women", "Managers, men", "Workers, women", "Workers, men"):
                form.fill(f"{each}: {who}", "1")
                people += 1
        form.fill("People: Asked", str(people)).fill("People: Answered 4", "3")
        form.fill("People: Answered 5", str(people - 6))
        self.workshop = holder.send(form).id
        self.do(self.workshop, "submit", self.holder, "Submit")
        self.do(self.workshop, "confirm", WORLD.bo, "Confirm")
        return self

    def deliver(self) -> "Journey":
        """To `supervised_visits`."""
        self.gather().baselines().teach()
        self.make("begin_visits", self.holder, "Begin the supervised visits")
        return self

    def visit(self) -> "Journey":
        """Three visits an enterprise, each confirmed by its contact through the mailed link."""
        for day in VISITS_ON:
            for enterprise, contact in self._each(zip(ENTERPRISES, CONTACTS, strict=True)):
                self.visits.append(self.visited(day, enterprise, contact))
        return self

    def visited(self, day: date, enterprise: str, contact: str, *, counts: bool = True) -> str:
        """One visit, submitted and confirmed by the contact; its id."""
        self.turn(day)
        met: dict[str, str | bool] = {"Enterprise": enterprise, "People_met": "Line leads"}
        activity = self.recorded("visit", day, counts=counts, **met)
        self.do(activity, "submit", self.holder, "Submit")
        link, browser = self.mail(contact)[-1].link("/confirm-visit"), self.visitor
        browser.send(browser.open(link).form("Yes, this visit happened"))
        return activity

    def report(self) -> "Journey":
        """To `assessment`: a project an enterprise, the cycle report, the self-assessment."""
        self.turn(REPORT_ON)
        for each in self._each(ENTERPRISES):
            self.confirmed(
                "improvement_project", REPORT_ON, Enterprise=each, Problem="Rework after sewing",
                What_was_done="5S", Before="9 %", After="5 %", The_improvement_is_sustained=True,
            )  # fmt: skip
        self.confirmed("cycle_report", REPORT_ON, Report="All four went on.", Lessons="Ask the workers.")
        self.assess_self()
        return self

    def assess_self(self) -> None:
        """The candidate submits for assessment."""
        holder = self.walk(self.holder)
        form = holder.open(f"{self.path}/self-assessment").form("Submit for assessment")
        holder.send(form.score(4))

    def observe(self, observer: Member = WORLD.tuan) -> "Journey":
        """The workshop and a visit are observed: declared and scored."""
        self.turn(ASSESSED_ON)
        events = ("Classroom workshop · 9 Mar 2026", f"Enterprise visit · 13 Apr 2026 · {ENTERPRISES[0]}")
        for each in events:
            self.observed_by(observer, each)
        return self

    def observed_by(self, observer: Member, event: str) -> None:
        """One observation: assigned, declared, scored."""
        self.make(
            "assign_observer", WORLD.olu, "Assign an observer",
            Expert_Trainer=observer.name, Workshop_or_visit_to_observe=event,
        )  # fmt: skip
        self.assess(observer)

    def recommend(self, on: date = ASSESSED_ON) -> "Journey":
        """To `recommended`, by the supervisor."""
        self.turn(on)
        bo = self.walk(WORLD.bo)
        form = bo.open(f"{self.path}/recommendation").form("Record the assessment")
        form.fill("Outcome", "Recommend for certification")
        bo.send(form.fill("Recommendation", "She hears managers and workers alike."))
        return self

    def grant(self, on: date = DECIDED_ON) -> "Journey":
        """To `certified`, by Maya."""
        self.turn(on)
        maya = self.walk(WORLD.maya)
        form = maya.open(f"{self.path}/approval").form("Record decision")
        form.fill("Outcome", "Grant: certify for this module")
        form.fill("Requirement", "mean-score", within="Reason 1")
        form.fill("Reason", "Strong in both events.", within="Reason 1")
        maya.send(form.fill("Valid from", on.isoformat()).fill(SURE, True))
        self.number = maya.open(self.path).number
        return self

    # What the stretches are made of.

    def recorded(self, kind: str, day: date, *, counts: bool = True, **fields: str | bool) -> str:
        """An activity as the holder enters it, asked once more where its day does not count; its id."""
        holder = self.walk(self.holder)
        form = holder.open(f"/cohorts/{self.cohort}/activities/new/{kind}").form("Save")
        form.fill("Held on", day.isoformat())
        for label, value in fields.items():
            form.fill(label.replace("_", " "), value)
        if not counts:
            asked = holder.send_refused(form, 422)
            assert "Save once more if the day is right." in asked.problem
            form = asked.form("Save")
        return holder.send(form).id

    def confirmed(self, kind: str, day: date, *, counts: bool = True, **fields: str | bool) -> str:
        """An activity, entered, submitted and confirmed by the supervisor; its id."""
        activity = self.recorded(kind, day, counts=counts, **fields)
        self.do(activity, "submit", self.holder, "Submit")
        self.do(activity, "confirm", WORLD.bo, "Confirm")
        return activity

    def do(self, activity: str, move: str, actor: Member, button: str, **fields: str) -> Page:
        """A move of an activity."""
        form = self.walk(actor).open(f"/activities/{activity}/moves/{move}").form(button)
        for label, value in fields.items():
            form.fill(label.replace("_", " "), value)
        return self.walk(actor).send(form)

    def assess(self, assessor: Member, score: int = 4) -> None:
        """Whatever sheet waits for the assessor is declared, scored and handed in."""
        browser = self.walk(assessor)
        sheet = next(
            a.get("href", "")
            for a in browser.open("/assessments").top.iter("a")
            if a.get("href", "").startswith("/assessments/")
        )
        browser.send(browser.open(sheet).form("Declare and go on"))
        browser.send(browser.open(sheet).form("Hand in the scores").score(score))

    def _days(self, form: Form, first: date, n: int) -> Form:
        for day in range(n):
            form.fill(f"Day {day + 1}: Day", (first + timedelta(day)).isoformat())
            form.fill(f"Day {day + 1}: Hours", "7")
        return form

    def _each(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """One after the other; where a form leads is looked at for the first one alone."""
        always = self.hasty
        for n, thing in enumerate(things):
            self._hasten(always or n > 0)
            yield thing
        self._hasten(always)

    def _hasten(self, hasty: bool) -> None:
        self.hasty = hasty
        for browser in self.browsers.values():
            browser.hasty = hasty
