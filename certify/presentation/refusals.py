"""Refusals as people read them: one line a requirement, with all its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from certify.workflows.engine import Refusal


@dataclass(frozen=True)
class Told:
    """The reasons of one requirement, who can clear them, and the day on which the last of them can be."""

    requirement: str | None
    reasons: tuple[str, ...]
    who: tuple[str, ...]
    earliest_on: date | None


def by_requirement(refusals: Iterable[Refusal]) -> list[Told]:
    """In the order given; reasons outside the scheme stand each for itself."""
    groups: list[list[Refusal]] = []
    for refusal in refusals:
        same = [each for each in groups if refusal.requirement and each[0].requirement == refusal.requirement]
        if same and same[0][0].who == refusal.who:
            same[0].append(refusal)
        else:
            groups.append([refusal])
    return [_told(group) for group in groups]


def _told(group: list[Refusal]) -> Told:
    days = [refusal.earliest_on for refusal in group]
    known = [day for day in days if day is not None]
    return Told(
        group[0].requirement,
        tuple(refusal.reason for refusal in group),
        group[0].who,
        max(known) if len(known) == len(days) else None,
    )
