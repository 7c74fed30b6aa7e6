"""A reason reads with the sentence of the requirement that it cites."""

from certify.presentation.citations import Citation, citations, cite
from certify.scheme.catalogue import shipped


def test_a_reason_is_told_with_the_sentence_of_its_requirement() -> None:
    edition = shipped("score-2026")
    reasons = [
        {"requirement": "mean-score", "reason": "Strong."},
        {"requirement": "refresher", "reason": "Eight hours."},
        {"requirement": None, "reason": "Well done."},
        {"requirement": "of-old", "reason": "As agreed."},
    ]
    assert citations(reasons, edition) == (
        Citation("Strong.", "mean-score", edition.requirements["mean-score"].text),
        Citation("Eight hours.", "refresher", edition.renewal_requirements["refresher"].text),
        Citation("Well done."),
        Citation("As agreed.", "of-old"),
    )


def test_a_requirement_may_stand_alone() -> None:
    edition = shipped("score-2026")
    assert cite("visits-span", edition) == Citation(
        "", "visits-span", edition.requirements["visits-span"].text
    )
