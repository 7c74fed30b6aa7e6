"""In which order the files run, and which of them one worker takes together."""

from pathlib import Path

from xdist.scheduler import LoadFileScheduling

# A file is one worker's: those of half a minute and more come first, so that none is left alone at the end.
LONGEST = frozenset(
    f"test_{name}.py"
    for name in (
        "demo", "rights_matrix", "kills", "fuzz", "shown", "pages", "journeys", "query_counts", "schema",
        "checklist", "states", "other_verifiers", "three_years", "accounts", "tampering", "headers", "serve",
        "translation", "invariants",
    )
)  # fmt: skip


def turn_of(path: Path) -> bool:
    """What the files are sorted by."""
    return path.name not in LONGEST


class Lanes(LoadFileScheduling):
    """By file; the browser's are two lanes, for each worker that takes one starts a browser and a site."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        if file.startswith("tests/browser/") and not file.endswith("/test_pages.py"):
            return "tests/browser"
        return file
