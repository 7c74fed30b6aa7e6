"""The rules of the scheme: which evidence counts, and how each requirement stands."""

from certify.scheme.rules.counting import counted
from certify.scheme.rules.requirements import requirements, visits_made
from certify.scheme.rules.scores import (
    ScreeningResult,
    needs_reconciling,
    observation_mean,
    screening_result,
)

__all__ = [
    "ScreeningResult",
    "counted",
    "needs_reconciling",
    "observation_mean",
    "requirements",
    "screening_result",
    "visits_made",
]
