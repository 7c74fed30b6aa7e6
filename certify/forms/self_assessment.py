"""The self-assessment: one item of the checklist a row, kept as often as wanted before it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from certify.forms.moves import MoveForm, form_for
from certify.scheme.types import Edition
from certify.workflows.certification_moves import MOVES


class SelfAssessmentForm(MoveForm):
    """Scores from 1 to 5, item by item."""

    @property
    def done(self) -> int:
        """How many items have an answer."""
        return sum(bool(part.text) for part in self.self_assessment.parts)

    @property
    def all(self) -> int:
        """How many items there are."""
        return len(self.self_assessment.parts)


def self_assessment_form(edition: Edition, kept: Mapping[str, Any], *, whole: bool) -> SelfAssessmentForm:
    """The checklist as filled in so far; `whole`: every item has to have its answer."""
    move = MOVES["submit_for_assessment"]
    facts = tuple(replace(fact, required=whole) for fact in move.facts)
    form = form_for(replace(move, facts=facts), edition=edition, base=SelfAssessmentForm, data=dict(kept))
    return cast(SelfAssessmentForm, form)
