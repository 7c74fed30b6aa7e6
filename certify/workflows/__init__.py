"""What may happen: one move table per thing that has a life, on one engine."""

from importlib import import_module

NAMES = (
    "certification",
    "activity",
    "assessment",
    "credential",
    "renewal",
    "review",
    "licence",
    "name_change",
)


def load() -> None:
    """Declare every workflow; the engine knows them by their row from then on."""
    for name in NAMES:
        import_module(f"certify.workflows.{name}")
