"""A reason with the requirement that it cites, in the words of the edition that the case was judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from certify.scheme.types import Edition


@dataclass(frozen=True)
class Citation:
    """What was said, and of which requirement: its id and its sentence, both empty where none is cited."""

    said: str = ""
    requirement: str = ""
    text: str = ""


def cite(requirement: str | None, edition: Edition, said: str = "") -> Citation:
    """A requirement of the edition with what was said of it; an id that the edition lacks stands alone."""
    if not requirement:
        return Citation(said)
    parts = (edition.requirements, edition.renewal_requirements, edition.licence_requirements)
    told = next((part[requirement] for part in parts if requirement in part), None)
    return Citation(said, requirement, told.text if told else "")


def citations(reasons: Iterable[Mapping[str, str | None]], edition: Edition) -> tuple[Citation, ...]:
    """The reasons of a decision as the case and the log keep them: `{requirement, reason}`."""
    return tuple(cite(each.get("requirement"), edition, str(each.get("reason"))) for each in reasons)
