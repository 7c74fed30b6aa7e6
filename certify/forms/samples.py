"""One of each field, for the developers' page that shows every component."""

from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField

from certify.forms.base import Form
from certify.forms.fields import (
    Checkboxes,
    Day,
    Lines,
    LongText,
    Name,
    Pick,
    Radios,
    StrictDecimal,
    StrictInteger,
    Text,
)
from certify.forms.rows import Reasons, Scores, TextsByItem
from certify.scheme.sentences import say
from certify.workflows.moves import Refusal

REQUIREMENTS = [("critical-items", "No critical item below 3"), ("mean-score", "Mean of at least 3.5")]
ITEMS = [
    ("objectives", "Meets the session's objectives", True),
    ("plan", "An improvement plan is made", False),
]
SUPERVISORS = [
    ("p1", "Bo Nyström"),
    ("p2", "ဒေါ်ခင်မာ"),
    ("p3", "Dr. Wickramasinghe Arachchilage Don Dharmasiri"),
]
WRONG = {
    "name": "Ana\u202e",
    "hours": "sNaN",
    "people": "a few",
    "effective_on": "31 February",
    "outcome": "dance",
    "supervisor": "nobody",
    "reasons-0-requirement": "mean-score",
    "scores-plan": "na",
}


class EveryField(Form):
    """One of each field."""

    outcome = Radios("Outcome", choices=[("grant", "Grant: certify"), ("refuse", "Refuse")])
    reason = LongText(
        "Reason", description="The candidate will read this. Plain language, no internal notes."
    )
    effective_on = Day("Valid from")
    people = StrictInteger("People met", required=False)
    hours = StrictDecimal("Hours")
    name = Name("Name as it stands on the certificate")
    enterprise = Text("Name of the enterprise")
    supervisor = Pick("Supervising Expert Trainer", choices=SUPERVISORS)
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


class Nothing(Form):
    """A form that only asks whether to go on."""


def fresh() -> EveryField:
    """The form before anything is typed."""
    return EveryField(formdata=None)


def in_error() -> EveryField:
    """The form as it comes back: filled in wrongly in most fields."""
    form = EveryField(formdata=MultiDict({**WRONG, "csrf_token": generate_csrf()}))
    form.validate()
    return form


def refused() -> EveryField:
    """The form as it comes back when a rule said no."""
    form = EveryField(formdata=None)
    form.refuse([Refusal("visits-span", say("Only {n} days passed.", n=12), ("candidate",))])
    return form
