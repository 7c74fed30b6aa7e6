"""Which requirements a case need not meet yet: until admission, those of the steps that come after it."""

from collections.abc import Iterable

from certify.models import Certification
from certify.scheme.evidence import RequirementResult
from certify.scheme.types import Edition
from certify.workflows.certification_moves import MOVES

Results = tuple[RequirementResult, ...]

ADMISSION = "admission"  # the scheme's word for the step
_BEFORE = frozenset(MOVES["submit"].sources) | frozenset(MOVES["admit"].sources)


def now_and_later(
    edition: Edition, certification: Certification, listed: Iterable[RequirementResult]
) -> tuple[Results, Results]:
    """What counts now, and what only a later step asks for; what is cleared already is shown as such."""
    results = tuple(listed)
    if certification.state not in _BEFORE:
        return results, ()
    later = [one for one in results if not one.cleared and edition.requirements[one.id].step != ADMISSION]
    return tuple(one for one in results if one not in later), tuple(later)
