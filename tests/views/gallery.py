"""A page with every component in every state, for the HTML checker, the photographs and axe."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import BooleanField, FileField

from certify.forms.base import Form
from certify.forms.fields import (
    Checkboxes,
    Day,
    Lines,
    LongText,
    Pick,
    Radios,
    StrictDecimal,
    StrictInteger,
    Text,
)
from certify.forms.rows import Reasons, Scores, TextsByItem
from certify.presentation.words import WORDS
from certify.scheme.evidence import RequirementResult
from certify.scheme.sentences import say
from certify.scheme.words import RequirementStatus
from certify.workflows.engine import Move, Offer, Refusal

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REQUIREMENTS = [("critical-items", "No critical item below 3"), ("mean-score", "Mean of at least 3.5")]
ITEMS = [
    ("objectives", "Meets the session's objectives", True),
    ("plan", "An improvement plan is made", False),
]


class EveryField(Form):
    """One of each field."""

    outcome = Radios("Outcome", choices=[("grant", "Grant: certify"), ("refuse", "Refuse")])
    reason = LongText(
        "Reason", description="The candidate will read this. Plain language, no internal notes."
    )
    effective_on = Day("Valid from")
    people = StrictInteger("People met", required=False)
    hours = StrictDecimal("Hours")
    name = Text("Name of the enterprise")
    supervisor = Pick("Supervising Expert Trainer", choices=[("p1", "Bo Nyström"), ("p2", "ဒေါ်ခင်မာ")])
    exclude = Checkboxes(
        "Activities to exclude", choices=[("a1", "Workshop"), ("a2", "Visit")], required=False
    )
    none = Checkboxes("Nothing to choose", required=False)
    conflicts = Lines("Conflicts of interest", required=False, description="One on each line.")
    cv = FileField("Curriculum vitae")
    declaration = BooleanField("I have answered truthfully", description="Required by the scheme.")
    reasons = Reasons("Reasons by requirement", choices=REQUIREMENTS)
    scores = Scores("Scores", items=ITEMS)
    comments = TextsByItem("Comments", items=ITEMS, required=False)


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    text: str
    classroom: int
    visit: int
    word: str
    tone: str


def gallery(app: Flask, **sent: Any) -> str:
    """The page, its form as sent (or fresh when nothing was)."""
    app.jinja_env.loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(Path(__file__).parent)])
    method = "POST" if sent else "GET"
    with app.test_request_context("/certifications/1", method=method, data=sent):
        form = EveryField()
        if sent:
            form.validate()
        return render_template("gallery.html", form=form, **_things())


def _things() -> dict[str, Any]:
    early = Refusal("visits-span", say("Only {n} days passed.", n=12), ("candidate",), date(2026, 12, 1))
    plain = Refusal(None, "The file is not complete.")
    refused = Offer(_move("refuse", "Refuse"), (early, plain))
    step = [("ToT", "done"), ("Classroom delivery", "done"), ("Supervised visits", "stopped")]
    step += [("Assessment approval", "current"), ("Certified", "ahead")]
    return {
        "steps": [
            {"label": a, "date": date(2026, 11, 3) if b != "ahead" else None, "status": b} for a, b in step
        ],
        "rows": [
            Row("Meets session objectives", 4, 4, "Met", "good"),
            Row("Improvement plan produced", 2, 4, "Below 3, critical", "bad"),
        ],
        "day_shown": "valid until 22 Nov 2029 (36 months, score-2026)",
        "requirements": [_requirement(status) for status in RequirementStatus],
        "entries": [
            {"at": NOON, "sentence": say("{actor} recommended the candidate.", actor="Bo"), "actor": "Bo"},
            {"at": NOON, "sentence": "Ana applied.", "note": "By nomination.", "url": "/certifications/1"},
        ],
        "files": [SimpleNamespace(id="f1", name="cv.pdf", size=120_000, uploaded_at=NOON)],
        "offers": [Offer(_move("grant", "Grant"), ()), refused],
        "states": [each for words in WORDS.values() for each in words],
    }


def _move(name: str, label: str) -> Move:
    return Move(name, label, ("recommended",), "certified", ("master_trainer",), "{actor} decided.")


def _requirement(status: RequirementStatus) -> RequirementResult:
    met = status is RequirementStatus.MET
    return RequirementResult(
        id=f"visits-{status}",
        text=say("At least {n} visits to each enterprise.", n=3),
        status=status,
        evidence=("a1", "gone"),
        reasons=() if met else (say("{n} of 3 visits are confirmed.", n=2),),
        who=() if met else ("candidate", "expert_trainer"),
        earliest_on=None if met else date(2026, 12, 1),
    )
