"""The typed fields of a move: declared once, and form, API schema and check are made from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from certify.scheme.places import is_country
from certify.scheme.sentences import say
from certify.workflows import values


class FactKind(StrEnum):
    """What sort of value a fact is; each maps to one form field and one API type."""

    TEXT = "text"  # one line
    LONG_TEXT = "long_text"
    TEXTS = "texts"  # a list of lines
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DAY = "day"  # YYYY-MM-DD
    CHOICE = "choice"
    MODULE = "module"
    COUNTRY = "country"
    PERSON = "person"  # a person's id
    ACTIVITY = "activity"  # an activity's id
    ACTIVITIES = "activities"  # ids
    ISSUER = "issuer"  # an issuing body's id
    REQUIREMENT = "requirement"  # a requirement id
    REASONS = "reasons"  # [{requirement, reason}]
    SCORES = "scores"  # {item: 1–5 or null}
    TEXT_BY_ITEM = "text_by_item"  # {item: text}


@dataclass(frozen=True)
class Fact:
    """One field of a move."""

    name: str
    kind: FactKind
    label: str
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()  # value, label
    max_length: int = 4000
    must_be_true: bool = False
    most: int = 1_000_000  # of a whole number
    may_be_empty: bool = False  # an empty list is an answer too, yet it has to be given
    confided: bool = False  # no history of the case tells it
    on_paper: bool = False  # it stands on a certificate


class InvalidFacts(Exception):
    """Facts that do not fit their declaration: `{field: [sentence]}`, answered with 422."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


def clean(facts: tuple[Fact, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values, checked and typed; absent optional facts are left out. Raises InvalidFacts."""
    errors: dict[str, list[str]] = {}
    cleaned: dict[str, Any] = {}
    names = {fact.name for fact in facts}
    for name in given:
        if name not in names:
            errors[name] = [say("This move takes no such field.")]
    for fact in facts:
        value = given.get(fact.name)
        if value is None or value == "" or value == [] or value == {}:
            if value == [] and fact.kind is FactKind.TEXTS and (fact.may_be_empty or not fact.required):
                cleaned[fact.name] = []
            elif fact.required:
                errors[fact.name] = [say("Fill in: {label}.", label=fact.label)]
            continue
        try:
            cleaned[fact.name] = _CHECKS[fact.kind](fact, value)
        except ValueError as error:
            errors[fact.name] = [error.args[0]]
    if errors:
        raise InvalidFacts(errors)
    return cleaned


def _text(fact: Fact, value: Any) -> str:
    if fact.on_paper and isinstance(value, str) and values.holds_unseen(value):
        raise ValueError(values.UNSEEN)
    return values.text(value, label=fact.label, max_length=fact.max_length)


def _texts(fact: Fact, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > 100:
        raise ValueError(say("Give a list of at most 100 entries."))
    return [_text(fact, each) for each in value]


def _boolean(fact: Fact, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(say("Answer yes or no."))
    if fact.must_be_true and not value:
        raise ValueError(say("You have to agree to go on: {label}", label=fact.label))
    return value


def _integer(fact: Fact, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= fact.most:
        raise ValueError(say("Give a whole number between 0 and {most}.", most=f"{fact.most:,}"))
    return value


def _day(_fact: Fact, value: Any) -> date:
    return values.day(value)


def _choice(fact: Fact, value: Any) -> str:
    if not isinstance(value, str) or value not in {choice for choice, _ in fact.choices}:
        raise ValueError(say("Choose one of the options."))
    return value


def _country(_fact: Fact, value: Any) -> str:
    if not isinstance(value, str) or not is_country(value):
        raise ValueError(say("Choose one of the options."))
    return value


def _id(_fact: Fact, value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 40 or not value.isalnum():
        raise ValueError(say("Choose one of the entries."))
    return value


def _ids(fact: Fact, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > 100:
        raise ValueError(say("Give a list of at most 100 entries."))
    return [_id(fact, each) for each in value]


def _requirement(_fact: Fact, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError(say("Choose one of the requirements."))
    return value


def _reasons(fact: Fact, value: Any) -> list[dict[str, str | None]]:
    if not isinstance(value, list) or len(value) > 60:
        raise ValueError(say("Give each reason with the requirement it cites."))
    reasons: list[dict[str, str | None]] = []
    for each in value:
        if not isinstance(each, dict) or not set(each) <= {"requirement", "reason"}:
            raise ValueError(say("Give each reason with the requirement it cites."))
        cited = each.get("requirement")
        reasons.append(
            {
                "requirement": None if cited is None else _requirement(fact, cited),
                "reason": _text(fact, each.get("reason")),
            }
        )
    return reasons


def _scores(_fact: Fact, value: Any) -> dict[str, int | None]:
    if not isinstance(value, dict) or len(value) > 60:
        raise ValueError(say("Score each item from 1 to 5."))
    for item, score in value.items():
        if not isinstance(item, str) or (
            score is not None and (type(score) is not int or not 1 <= score <= 5)
        ):
            raise ValueError(say("Score each item from 1 to 5."))
    return dict(value)


def _text_by_item(fact: Fact, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > 60:
        raise ValueError(say("Give a text for each item."))
    return {str(item): _text(fact, text) for item, text in value.items() if text not in (None, "")}


_CHECKS = {
    FactKind.TEXT: _text,
    FactKind.LONG_TEXT: _text,
    FactKind.TEXTS: _texts,
    FactKind.BOOLEAN: _boolean,
    FactKind.INTEGER: _integer,
    FactKind.DAY: _day,
    FactKind.CHOICE: _choice,
    FactKind.MODULE: _requirement,
    FactKind.COUNTRY: _country,
    FactKind.PERSON: _id,
    FactKind.ACTIVITY: _id,
    FactKind.ACTIVITIES: _ids,
    FactKind.ISSUER: _id,
    FactKind.REQUIREMENT: _requirement,
    FactKind.REASONS: _reasons,
    FactKind.SCORES: _scores,
    FactKind.TEXT_BY_ITEM: _text_by_item,
}
