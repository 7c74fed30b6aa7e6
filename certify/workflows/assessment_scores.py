"""Complete scoring: every item that applies has a score, or a reason why it could not be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, AssessmentKind

Errors = dict[str, list[str]]
CLASSROOM, VISIT = "classroom", "visit"


@dataclass(frozen=True)
class ScoredItem:
    """One line of a sheet as scoring sees it."""

    id: str
    text: str
    required: bool  # critical, or of a screening sheet: it cannot be left without a score


@dataclass(frozen=True)
class Scoring:
    """A complete set of scores; `not_applicable` gives the reason for each item without one."""

    scores: Mapping[str, int | None]
    comments: Mapping[str, str]
    not_applicable: Mapping[str, str]


def place_of(kind: ActivityKind) -> str:
    """Where the checklist is used: in the classroom or on a visit."""
    return CLASSROOM if kind is ActivityKind.WORKSHOP else VISIT


def items_of(edition: Edition, kind: AssessmentKind, place: str) -> tuple[ScoredItem, ...]:
    """The items that have to be scored: all of a screening sheet, or those that apply at the place."""
    if kind is AssessmentKind.SCREENING:
        return tuple(ScoredItem(item.id, item.text, True) for item in edition.screening)
    return tuple(
        ScoredItem(item.id, item.text, item.critical) for item in edition.checklist if place in item.applies
    )


def known_items(edition: Edition, kind: AssessmentKind) -> frozenset[str]:
    """Every item id of the sheet; a score for an item that does not apply here is left out, not refused."""
    if kind is AssessmentKind.SCREENING:
        return frozenset(item.id for item in edition.screening)
    return frozenset(item.id for item in edition.checklist)


def scoring_of(items: tuple[ScoredItem, ...], facts: Mapping[str, Any]) -> Scoring:
    """The given scores, comments and reasons, for these items alone."""
    ids = [item.id for item in items]
    given, comments = facts.get("scores", {}), facts.get("comments", {})
    reasons = facts.get("not_applicable", {})
    return Scoring(
        scores={id: given.get(id) for id in ids},
        comments={id: comments[id] for id in ids if comments.get(id)},
        not_applicable={id: reasons[id] for id in ids if reasons.get(id)},
    )


def scoring_errors(items: tuple[ScoredItem, ...], known: frozenset[str], facts: Mapping[str, Any]) -> Errors:
    """Every item whose score is missing, unexplained or contradictory, each in its own sentence."""
    errors: Errors = {}
    for field in ("scores", "comments", "not_applicable"):
        for id in facts.get(field, {}):
            if id not in known:
                _add(errors, field, say("“{item}” is no item of this sheet.", item=id))
    scoring = scoring_of(items, facts)
    for item in items:
        field, sentence = _item_error(item, scoring)
        if sentence:
            _add(errors, field, sentence)
    return errors


def agreement_errors(
    apart: tuple[str, ...], items: tuple[ScoredItem, ...], agreed: Mapping[str, int | None]
) -> Errors:
    """Agreed scores: one for each item on which the two observers are apart, and none for a stranger."""
    errors: Errors = {}
    texts = {item.id: item.text for item in items}
    for id in agreed:
        if id not in texts:
            _add(errors, "scores", say("“{item}” is no item of this sheet.", item=id))
    for id in apart:
        if agreed.get(id) is None:
            _add(errors, "scores", say("Give the agreed score: {item} ({id})", item=texts[id], id=id))
    return errors


def _item_error(item: ScoredItem, scoring: Scoring) -> tuple[str, str]:
    scored = scoring.scores[item.id] is not None
    excused = item.id in scoring.not_applicable
    if scored and excused:
        return "not_applicable", say(
            "It has a score and is “not applicable”: {item} ({id})", item=item.text, id=item.id
        )
    if scored or (excused and not item.required):
        return "", ""
    if item.required:
        return "scores", say("This item has to be scored: {item} ({id})", item=item.text, id=item.id)
    return "scores", say("Score it, or say why it does not apply: {item} ({id})", item=item.text, id=item.id)


def _add(errors: Errors, field: str, sentence: str) -> None:
    errors.setdefault(field, []).append(sentence)
