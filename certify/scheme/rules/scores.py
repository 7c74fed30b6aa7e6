"""Scores: the screening sheet's per cent, an observation's mean, and where two observers differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from certify.scheme.evidence import Observation
from certify.scheme.rules.case import number
from certify.scheme.types import ChecklistItem, Edition

Scores = Mapping[str, int | None]


@dataclass(frozen=True)
class ScreeningResult:
    """What a screening sheet came to; `failed_mandatory` are item ids."""

    percent: Decimal
    passed: bool
    failed_mandatory: tuple[str, ...]


def screening_result(
    edition: Edition, scores: Scores, *, module: str | None = None, country: str | None = None
) -> ScreeningResult:
    """Sum ÷ (highest score × items) in per cent, and each mandatory item; a missing score is no point."""
    given = {item.id: scores.get(item.id) or 0 for item in edition.screening}
    highest = number(edition, "score_max", module=module, country=country)
    share = percent(sum(given.values()), int(highest) * len(given))
    enough = number(edition, "mandatory_minimum", module=module, country=country)
    failed = tuple(item.id for item in edition.screening if item.mandatory and given[item.id] < enough)
    passing = number(edition, "screening_percent", module=module, country=country)
    return ScreeningResult(shown(share, 1), share >= Fraction(passing) and not failed, failed)


def percent(part: int, whole: int) -> Fraction:
    """An exact percentage; of nothing it is 0."""
    return Fraction(100 * part, whole) if whole else Fraction(0)


def mean(values: list[Fraction]) -> Fraction | None:
    """The exact mean; None of nothing."""
    return sum(values, Fraction(0)) / len(values) if values else None


def shown(value: Fraction, places: int) -> Decimal:
    """For the screen, cut and never rounded up: 59.97 % must not read as 60 %."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)


def scores_of(observation: Observation) -> dict[str, int | None]:
    """The scores that stand: the agreed ones where two observers reconciled theirs."""
    return {**observation.scores, **(observation.agreed or {})}


def applicable(edition: Edition, place: str) -> tuple[ChecklistItem, ...]:
    """The checklist items of a place, "classroom" or "visit"."""
    return tuple(item for item in edition.checklist if place in item.applies)


def observation_mean(edition: Edition, observation: Observation, place: str) -> Fraction | None:
    """The mean over the items that apply at this place ("classroom", "visit") and are scored."""
    standing = scores_of(observation)
    given = [standing.get(item.id) for item in applicable(edition, place)]
    return mean([Fraction(score) for score in given if score is not None])


def needs_reconciling(a: Scores, b: Scores, *, gap: int = 2) -> tuple[str, ...]:
    """Ids of the items that two observers of one event scored so differently that they must agree."""
    far = []
    for item, score in a.items():
        other = b.get(item)
        if score is not None and other is not None and abs(score - other) >= gap:
            far.append(item)
    return tuple(sorted(far))
