"""The self-assessment: one item of the checklist a row, kept as often as wanted before it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from wtforms import HiddenField

from certify.forms.merging import marks_of
from certify.forms.moves import MoveForm, form_for
from certify.forms.rows import NOT_APPLICABLE
from certify.forms.two_windows import MergingForm
from certify.scheme.types import Edition
from certify.workflows.certification_moves import MOVES


class SelfAssessmentForm(MergingForm, MoveForm):
    """Scores from 1 to 5, item by item."""

    seen = HiddenField(name="marks")  # the page's “seen” is the last event that it shows

    def inputs(self) -> list[str]:
        """The items: each is an input of one field."""
        return [part.key for part in self.self_assessment.parts]

    def typed(self) -> dict[str, str]:
        """The answer to each item, as its radio buttons send it."""
        return {part.key: part.text for part in self.self_assessment.parts}

    def label_of(self, name: str) -> str:
        """The item's text."""
        return next(str(part.label) for part in self.self_assessment.parts if part.key == name)

    def write(self, texts: Mapping[str, str]) -> None:
        """Put answers into the field as if they had been chosen there."""
        field = self.self_assessment
        answers = {**self.typed(), **texts}
        field.show({key: field.value(text) for key, text in answers.items() if text})

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
    shown = {**kept, "seen": marks_of(kept_texts(kept))}
    form = form_for(replace(move, facts=facts), edition=edition, base=SelfAssessmentForm, data=shown)
    return cast(SelfAssessmentForm, form)


def kept_texts(kept: Mapping[str, Any]) -> dict[str, str]:
    """The draft as its radio buttons show it, by item."""
    scores: Mapping[str, int | None] = kept.get("self_assessment") or {}
    return {id: NOT_APPLICABLE if score is None else str(score) for id, score in scores.items()}
