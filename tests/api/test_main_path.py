"""The whole main path by programs alone: from the application to a certificate that anyone can verify."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from tests.api.client import Program, program_of
from tests.cast import Member, World
from tests.conftest import Turn
from tests.files.making import written_pdf
from tests.player import EDITION

APPLIED_ON, TOT_ON, CLASSROOM_ON = date(2026, 1, 12), date(2026, 2, 2), date(2026, 3, 9)
REPORTED_ON, ASSESSED_ON, DECIDED_ON = date(2026, 4, 20), date(2026, 4, 27), date(2026, 5, 4)
VISITED_ON = (date(2026, 3, 23), date(2026, 4, 2), date(2026, 4, 13))
DRAFT = {
    "specialisation": "Productivity in garment factories",
    "sectors": ["garments"],
    "languages": ["vi", "en"],
    "employer": "none",
    "professional_years": 9,
    "sme_years": 4,
}
NO_ANSWER = {"reason": "No answer came."}
GRANT = {
    "reasons": [{"requirement": "mean-score", "reason": "Strong in every event."}],
    "effective_on": "2026-05-04",
}


@dataclass
class Path:
    """One certification on its way, by the programs of those who take part in it."""

    app: Flask
    world: World
    turn: Turn
    certification: str = ""
    cohort: str = ""
    tot_event: str = ""
    workshop: str = ""
    visits: list[str] = field(default_factory=list)
    programs: dict[str, Program] = field(default_factory=dict)
    enterprises: list[str] = field(default_factory=list)

    def of(self, member: Member, scope: str = "write") -> Program:
        """The member's program, with a token that reaches so far and no further."""
        key = f"{member.key} {scope}"
        if key not in self.programs:
            self.programs[key] = program_of(self.app, member, scope)
        return self.programs[key]

    def made(self, member: Member, path: str, body: Any, *, scope: str = "write") -> Any:
        """What was made: 201, and a GET of its address reads the same."""
        answer = self.of(member, scope).post(path, body)
        assert answer.status_code == 201, answer.text
        assert self.of(member, "read").get(answer.headers["Location"]).json == answer.json
        return answer.json

    def move(self, member: Member, name: str, body: Any = None, *, scope: str = "write") -> Any:
        """A move of the certification."""
        return self.done(member, f"certifications/{self.certification}/moves/{name}", body, scope=scope)

    def done(self, member: Member, path: str, body: Any = None, *, scope: str = "write") -> Any:
        """A move that was made: 200."""
        answer = self.of(member, scope).post(path, body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def refused(self, member: Member, name: str, body: Any = None, *, scope: str = "decide") -> list[Any]:
        """The requirements for which a move of the certification is refused: 409."""
        answer = self.of(member, scope).post(f"certifications/{self.certification}/moves/{name}", body)
        assert answer.status_code == 409, answer.text
        return [one["requirement"] for one in answer.json["refusals"]]

    def read(self, member: Member) -> Any:
        """The certification as somebody reads it."""
        answer = self.of(member, "read").get(f"certifications/{self.certification}")
        assert answer.status_code == 200, answer.text
        return answer.json

    def waiting(self, member: Member) -> list[Any]:
        """The sheets that wait for a member."""
        found = self.of(member, "read").get("assessments", state="assigned").json["items"]
        return [one for one in found if one["assessor"] == member.id]

    def score(self, member: Member, sheet: Any, **scores: int) -> Any:
        """Declare, and hand a sheet in: 4 for every item but those that are named."""
        path = f"assessments/{sheet['id']}/moves"
        self.done(member, f"{path}/declare", {"conflicts": []})
        given = {item["id"]: 4 for item in sheet["items"]} | {
            n.replace("_", "-"): s for n, s in scores.items()
        }
        handed_in = self.done(member, f"{path}/submit", {"scores": given})
        assert handed_in["state"] == "submitted"
        return handed_in

    def record(self, kind: str, on: date, **own: Any) -> Any:
        """An activity of the cohort, recorded and submitted by the candidate on its day."""
        if kind != "workshop":
            own["held_on"] = on.isoformat()
        made = self.made(self.world.ana, "activities", {"kind": kind, "cohort": self.cohort, **own})
        return self.done(self.world.ana, f"activities/{made['id']}/moves/submit")

    def confirm(self, member: Member, activity: Any, body: Any = None) -> None:
        confirmed = self.done(member, f"activities/{activity['id']}/moves/confirm", body)
        assert (confirmed["state"], confirmed["confirmed_by"]) == ("confirmed", member.name)


@pytest.fixture
def path(app: Flask, world: World, turn: Turn) -> Path:
    return Path(app, world, turn)


def apply(path: Path) -> None:
    """Ana applies, with her CV."""
    world = path.world
    path.turn(APPLIED_ON)
    path.certification = path.made(world.ana, "certifications", {"module": "WPC", "country": "VN"})["id"]
    address = f"certifications/{path.certification}"
    assert path.of(world.ana).patch(address, DRAFT).status_code == 200
    cv = {"kind": "cv", "file": (BytesIO(written_pdf(1)), "cv.pdf")}
    assert path.of(world.ana).send("POST", f"{address}/files", data=cv).status_code == 201
    said = {"declaration": True, "consents": ["data"], "conflicts": []}
    assert path.move(world.ana, "submit", said)["state"] == "submitted"


def admit(path: Path) -> None:
    """Two screen her; Olu admits her."""
    world = path.world
    assert path.refused(world.olu, "admit") == ["screening"]
    for member in (world.bea, world.quy):
        path.move(world.olu, "assign_screener", {"person": member.id})
    for member in (world.bea, world.quy):
        (sheet,) = path.waiting(member)
        assert (sheet["kind"], sheet["certification"]) == ("screening", path.certification)
        path.score(member, sheet)
    admitted = path.move(world.olu, "admit")
    assert (admitted["state"], admitted["scheme_version"]) == ("admitted", "score-2026")


def train(path: Path) -> None:
    """The ToT is planned, held, its roster filled in and confirmed by Bea, who leads it."""
    world = path.world
    days = [{"on": (TOT_ON + timedelta(n)).isoformat(), "hours": 7} for n in range(5)]
    planned = path.made(
        world.olu,
        "activities",
        {"kind": "tot_event", "module": "WPC", "country": "VN", "days": days, "facilitators": [world.bea.id]},
    )
    assert (planned["state"], planned["phase"], planned["roster"]) == ("open", "planned", [])
    path.tot_event = planned["id"]
    assert path.move(world.olu, "enrol", {"activity": path.tot_event})["state"] == "training"
    path.move(world.olu, "assign_supervisor", {"person": world.bo.id})
    path.turn(TOT_ON + timedelta(4))
    attended = {"certification": path.certification, "hours_present": 35, "test_percent": 82.5}
    row = {**attended, "micro_teaching": [4, 4]}
    address = f"activities/{path.tot_event}"
    filled = path.of(world.bea).patch(address, {"roster": [row]})
    assert (filled.status_code, filled.json["roster"]) == (200, [{**row, "days_present": None}])
    path.done(world.bea, f"{address}/moves/submit")
    assert path.refused(world.bea, "complete_training") != []
    path.confirm(world.bea, planned)
    assert path.move(world.bea, "complete_training")["state"] == "classroom_delivery"


def deliver(path: Path) -> None:
    """Four enterprises, a cohort, their baselines and a workshop of two days."""
    world = path.world
    path.turn(CLASSROOM_ON - timedelta(7))
    for n, member in enumerate((world.eka, world.eka, world.kim, world.kim)):
        contact = {"name": member.name, "email": member.email}
        path.enterprises.append(
            path.made(
                world.olu,
                "enterprises",
                {"name": f"Xưởng {n + 1}", "country": "VN", "sector": "C14", "size": 80, "consent": "named",
                 "contact": contact},
            )["id"]
        )  # fmt: skip
    wish = {"module": "WPC", "country": "VN", "trainers": [world.ana.id], "supervisor": world.bo.id}
    path.cohort = path.made(world.ana, "cohorts", {**wish, "enterprises": path.enterprises})["id"]
    for one in path.enterprises:
        told = path.record(
            "baseline",
            CLASSROOM_ON - timedelta(7),
            enterprise=one,
            manager_interviewed=True,
            worker_interviewed=True,
            readings={"defects": 9.5},
        )
        path.confirm(world.bo, told)
    path.turn(CLASSROOM_ON + timedelta(1))
    assert set(path.refused(world.ana, "begin_visits")) >= {"classroom-days", "participants"}
    held = path.record("workshop", CLASSROOM_ON, **workshop(path))
    path.confirm(world.bo, held)
    path.workshop = held["id"]
    assert path.move(world.ana, "begin_visits")["state"] == "supervised_visits"


def workshop(path: Path) -> dict[str, Any]:
    return {
        "days": [{"on": (CLASSROOM_ON + timedelta(n)).isoformat(), "hours": 7} for n in range(2)],
        "enterprises": path.enterprises,
        "attendance": [
            {"enterprise": one, "role": role, "sex": sex, "n": 1}
            for one in path.enterprises
            for role in ("manager", "worker")
            for sex in ("f", "m")
        ],
        "feedback": {"asked": 16, "answers": [5] * 10 + [4] * 3},
    }


def visit(path: Path) -> None:
    """Three visits an enterprise, the first ones confirmed by their contact; projects, and the report."""
    world = path.world
    for day in VISITED_ON:
        path.turn(day)
        for one in path.enterprises:
            told = path.record(
                "visit", day, enterprise=one, purpose="consultation", people_met="Line leads", report="Flow."
            )
            path.visits.append(told["id"])
    path.turn(REPORTED_ON)
    for one in path.enterprises:
        told = path.record(
            "improvement_project", REPORTED_ON, enterprise=one, problem="Rework", action="5S", before=9,
            after="5 %", sustained=True,
        )  # fmt: skip
        path.confirm(world.bo, told)
    path.confirm(world.bo, path.record("cycle_report", REPORTED_ON, report="All went on.", lessons="Ask."))


def confirm_visits(path: Path) -> None:
    """A contact confirms; in the others' place the supervisor does, not before 14 days, with a reason."""
    world = path.world
    early = path.of(world.bo).post(f"activities/{path.visits[-1]}/moves/confirm", NO_ANSWER)
    assert (early.status_code, early.json["refusals"][0]["earliest_on"]) == (409, "2026-04-27")
    path.turn(ASSESSED_ON)
    asked = [one["id"] for one in path.of(world.eka, "read").get("activities", kind="visit").json["items"]]
    assert len(asked) == 6
    for id in path.visits:
        by_contact = id in asked
        path.confirm(world.eka if by_contact else world.bo, {"id": id}, None if by_contact else NO_ANSWER)
    everything = {item.id: 4 for item in EDITION.checklist}
    handed_in = path.move(world.ana, "submit_for_assessment", {"self_assessment": everything})
    assert handed_in["state"] == "assessment"


def observe(path: Path) -> None:
    """The workshop is observed by two, blind to each other, who then agree; a visit by one of them."""
    world = path.world
    for member, activity in ((world.tuan, path.workshop), (world.bea, path.workshop)):
        path.move(world.olu, "assign_observer", {"person": member.id, "activity": activity})
    path.move(world.olu, "assign_observer", {"person": world.tuan.id, "activity": path.visits[0]})
    first, second = (
        next(one for one in path.waiting(member) if one["activity"] == path.workshop)
        for member in (world.tuan, world.bea)
    )
    gap = next(
        item["id"] for item in first["items"] if "classroom" in item["applies"] and not item["critical"]
    )
    path.score(world.tuan, first, **{gap: 5})
    blind(path, first)
    path.score(world.bea, second, **{gap: 3})
    seen = path.of(world.bea, "read").get(f"assessments/{first['id']}")
    assert (seen.status_code, seen.json["scores"][gap]) == (200, 5)
    unseen = path.of(world.ana, "read").get(f"assessments/{first['id']}").json
    assert (unseen["scores"], unseen["comments"], unseen["reasons"]) == (None, None, None)
    (third,) = path.waiting(world.tuan)
    path.score(world.tuan, third)
    reconcile(path, first, second, gap)


def blind(path: Path, first: Any) -> None:
    """Bea, whose own sheet is not in, learns nothing of Tuấn's."""
    world = path.world
    bea = path.of(world.bea, "read")
    assert bea.get(f"assessments/{first['id']}").status_code == 404
    listed = bea.get("assessments", activity=path.workshop).json["items"]
    assert [one["assessor"] for one in listed] == [world.bea.id]
    told = {one["id"]: one for one in path.read(world.bea)["requirements"]}["mean-score"]
    assert (told["status"], told["reasons"]) == ("not_met", ["The scores are not shown to you yet."])


def reconcile(path: Path, first: Any, second: Any, gap: str) -> None:
    """Two points apart on an item: the supervisor enters what they agreed on, the originals stay."""
    world = path.world
    apart = path.refused(world.bo, "recommend", {"narrative": "She hears managers and workers."})
    assert apart != []
    address = f"assessments/{first['id']}/moves/reconcile"
    agreed = path.done(world.bo, address, {"scores": {gap: 4}})
    assert (agreed["state"], agreed["scores"][gap], agreed["agreed"][gap]) == ("reconciled", 5, 4)
    other = path.of(world.bo, "read").get(f"assessments/{second['id']}").json
    assert (other["state"], other["scores"][gap], other["agreed"][gap]) == ("reconciled", 3, 4)


def decide(path: Path) -> None:
    """Bo recommends; Maya grants, with a token that decides and with none that only writes."""
    world = path.world
    recommended = path.move(world.bo, "recommend", {"narrative": "She hears managers and workers."})
    assert recommended["state"] == "recommended"
    observed = path.of(world.ana, "read").get("assessments", kind="observation").json["items"]
    assert len(observed) == 3
    assert all(one["scores"] for one in observed)
    path.turn(DECIDED_ON)
    address = f"certifications/{path.certification}/moves/grant"
    small = path.of(world.maya, "write").post(address, GRANT)
    assert (small.status_code, small.json["scope"]) == (403, "decide")
    assert path.of(world.bo, "decide").post(address, GRANT).status_code == 403
    granted = path.move(world.maya, "grant", GRANT, scope="decide")
    assert (granted["state"], granted["standing"], granted["valid_from"]) == (
        "certified", "valid", "2026-05-04",
    )  # fmt: skip
    assert {one["status"] for one in granted["requirements"]} == {"met"}


def verified(path: Path) -> Iterator[Any]:
    """What anyone is told of the number, with no token."""
    for credential in path.read(path.world.ana)["credentials"]:
        yield Program(path.app).get(f"verify/{credential['number']}").json


def test_the_whole_path_is_walked_by_programs_alone(path: Path) -> None:
    for step in (apply, admit, train, deliver, visit, confirm_visits, observe, decide):
        step(path)
    (verdict,) = verified(path)
    assert (verdict["verdict"], verdict["holder"], verdict["module"], verdict["valid_until"]) == (
        "valid", "Ana Trần", "WPC", "2029-05-04",
    )  # fmt: skip
    evidence = path.of(path.world.maya, "read").get(
        f"certifications/{path.certification}/evidence", limit=100
    )
    assert len(evidence.json["items"]) == 23
    assert all(one["counted"] for one in evidence.json["items"])


def test_what_is_out_of_order_is_kept_and_says_why_it_does_not_count(path: Path) -> None:
    for step in (apply, admit, train):
        step(path)
    world = path.world
    path.turn(CLASSROOM_ON)
    path.enterprises = list(world.enterprises[:4])
    wish = {"module": "WPC", "country": "VN", "trainers": [world.ana.id], "enterprises": path.enterprises}
    opened = path.made(world.ana, "cohorts", wish)
    path.cohort = opened["id"]
    assert opened["supervisor"] == world.bo.id
    told = path.record("visit", CLASSROOM_ON, enterprise=path.enterprises[1], purpose="consultation")
    assert told["counted"] is False
    assert {one["requirement"] for one in told["reasons"]} == {None, "visits-after-classroom"}
