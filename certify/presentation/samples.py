"""What the developers' page fills the components with: every state, long names, many scripts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from certify.presentation.citations import Citation
from certify.presentation.words import WORDS
from certify.scheme.evidence import RequirementResult
from certify.scheme.sentences import say
from certify.scheme.words import RequirementStatus
from certify.workflows.moves import Move, Offer, Refusal

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG = "Wickramasinghe Arachchilage Don Dharmasiri Bandaranayake-Karunaratne of Sabaragamuwa Province"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
NAMES = {
    "Latin": "Nguyễn Thị Hồng Hạnh",
    "Arabic": "فاطمة الزهراء بنت عبد الرحمن",
    "Burmese": "ဒေါ်ခင်မာလာဝင်း",
    "Ethiopic": "ወይዘሮ ትዕግሥት ገብረ መድኅን",
    "Chinese": "欧阳晓红",
    "Devanagari": "श्रीमती लक्ष्मीनारायण त्रिपाठी",
    "Cyrillic": "Гүлнара Төлөгөнова",
}


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    text: str
    classroom: int | None
    visit: int | None
    word: str
    tone: str


STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)
STEPS = ("ToT", "Classroom delivery", "Supervised visits", "Assessment approval", "Certified")
PATHS: dict[str, tuple[str, ...]] = {
    "Nothing done yet": ("current", "ahead", "ahead", "ahead", "ahead"),
    "On the way": ("done", "done", "done", "current", "ahead"),
    "Stopped": ("done", "done", "stopped", "ahead", "ahead"),
    "Arrived": ("done", "done", "done", "done", "done"),
}


def paths() -> dict[str, list[dict[str, Any]]]:
    """The path in each of its shapes."""
    return {
        title: [_step(*pair) for pair in zip(STEPS, shape, strict=True)] for title, shape in PATHS.items()
    }


def _step(label: str, status: str) -> dict[str, Any]:
    shown = {"done": date(2026, 11, 3), "current": "Due 25 Nov 2026", "stopped": date(2026, 11, 18)}
    return {"label": label, "status": status, "date": shown.get(status)}


def rows() -> list[Row]:
    """Rows of a table: met, below, missing, and a label that does not fit."""
    return [
        Row("Meets session objectives", 4, 4, "Met", "good"),
        Row("Improvement plan produced", 2, 4, "Below 3, critical", "bad"),
        Row(UNBROKEN, None, None, "Waits for the second observer", "warn"),
        Row(NAMES["Arabic"], 3, None, "Not scored", "calm"),
    ]


def requirements() -> list[RequirementResult]:
    """A requirement in each status."""
    return [_requirement(status) for status in RequirementStatus]


def _requirement(status: RequirementStatus) -> RequirementResult:
    met = status is RequirementStatus.MET
    return RequirementResult(
        id=f"visits-{status}",
        text=say("At least {n} visits to each enterprise.", n=3),
        status=status,
        evidence=("a1", "gone"),
        reasons=() if met else (say("{n} of 3 visits are confirmed.", n=2), "One visit came too early."),
        who=() if met else ("candidate", "expert_trainer"),
        earliest_on=None if met else date(2026, 12, 1),
    )


def cited() -> list[Citation]:
    """A reason that cites a requirement, one that cites none, a requirement alone, an id that is unknown."""
    text = say("At least {n} visits to each enterprise.", n=3)
    return [
        Citation("Every visit was made.", "visits-per-enterprise", text),
        Citation("Two visits did not happen."),
        Citation("", "visits-span", text),
        Citation("As agreed.", "visits-of-old"),
    ]


def offers() -> list[Offer]:
    """A move that can be made, one with one reason against it, one with many."""
    early = Refusal("visits-span", say("Only {n} days passed.", n=12), ("candidate",), date(2026, 12, 1))
    late = Refusal("visits-span", "A visit has no report.", ("candidate",), date(2026, 12, 4))
    scored = Refusal("mean-score", "The mean is 3.2; 3.5 is needed.", ("expert_trainer",))
    return [
        Offer(_move("grant", "Grant"), ()),
        Offer(_move("recommend", "Recommend"), (scored,)),
        Offer(_move("refuse", "Refuse"), (early, late, scored, Refusal(None, "The file is not complete."))),
    ]


def _move(name: str, label: str) -> Move:
    return Move(name, label, ("recommended",), "certified", ("master_trainer",), "{actor} decided.")


def entries() -> list[dict[str, Any]]:
    """Entries of a history."""
    return [
        {"at": NOON, "sentence": say("{actor} recommended the candidate.", actor="Bo"), "actor": "Bo"},
        {"at": NOON, "sentence": "Ana applied.", "note": "By nomination.", "url": "/styleguide"},
        {"at": NOON, "sentence": f"{LONG} supervised {NAMES['Burmese']}.", "actor": NAMES["Ethiopic"]},
    ]


def files() -> list[SimpleNamespace]:
    """Stored files: an ordinary one, and one with a name that nobody should give."""
    named = (("cv.pdf", 120_000), (f"{UNBROKEN}-{UNBROKEN}.pdf", 9_800_000), ("دليل.pdf", 312))
    return [
        SimpleNamespace(id=f"f{n}", name=name, size=size, uploaded_at=NOON)
        for n, (name, size) in enumerate(named)
    ]


def states() -> list[Any]:
    """Every word of every vocabulary."""
    return [each for words in WORDS.values() for each in words]


FUNNEL = [
    ("Applied", 128.0),
    ("Admitted", 96.0),
    ("Trained", 81.0),
    ("Certified", 52.0),
    (LONG, 3.0),
    ("Few", None),
]
MONTHS = [("Jun", 12.0), ("Jul", 19.0), ("Aug", None), ("Sep", 7.0), ("Oct", 22.5), ("Nov", 24.0)]
