"""What a command is refused with, whole."""

from collections.abc import Callable

import pytest

from certify.workflows.engine import Refusal, Refused
from certify.workflows.facts import InvalidFacts


def errors_of(call: Callable[[], object]) -> dict[str, list[str]]:
    """What is wrong with the fields, by field."""
    with pytest.raises(InvalidFacts) as refused:
        call()
    return {name: list(told) for name, told in refused.value.errors.items()}


def refused_by(call: Callable[[], object]) -> tuple[Refusal, ...]:
    """Every reason why not."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.refusals
