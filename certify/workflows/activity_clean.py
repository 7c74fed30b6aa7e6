"""Checking what was typed about an activity: every field strictly by its declaration."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from certify.scheme.sentences import say
from certify.scheme.words import ActivityKind
from certify.workflows import values
from certify.workflows.activity_consistency import inconsistencies
from certify.workflows.activity_fields import FIELDS, Field, FieldKind
from certify.workflows.facts import InvalidFacts

MOST_ROWS = 300
MOST_SCORES = 2000
_DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?", re.ASCII)
_SAME_WORD = {"female": "f", "male": "m", "women": "f", "men": "m", "other": "x"}


def clean_fields(kind: ActivityKind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The kind's fields, checked and typed; absent optional ones are left out. Raises InvalidFacts.

    Days become dates, decimals Decimal; `held_on` is there for every kind.
    """
    cleaned, errors = _object(FIELDS[kind], fields)
    if not errors:
        errors = inconsistencies(kind, cleaned)
    if errors:
        raise InvalidFacts(errors)
    return cleaned


def _object(
    declared: tuple[Field, ...], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    known = {field.name for field in declared}
    errors: dict[str, list[str]] = {
        str(name): [say("There is no such field here.")] for name in given if name not in known
    }
    cleaned: dict[str, Any] = {}
    for field in declared:
        value = given.get(field.name)
        if value is None or (isinstance(value, str) and not value.strip()) or value in ([], {}):
            if field.required:
                errors[field.name] = [say("Fill in: {label}.", label=field.label)]
            continue
        try:
            cleaned[field.name] = _CHECKS[field.kind](field, value)
        except ValueError as error:
            errors[field.name] = [error.args[0]]
    return cleaned, errors


def _day(_field: Field, value: Any) -> date:
    return values.day(value)


def _text(field: Field, value: Any) -> str:
    return values.text(value, label=field.label, max_length=field.max_length)


def _boolean(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(say("Answer yes or no."))
    return value


def _integer(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(say("Give a whole number."))
    _bounded(field, value)
    return value


def _decimal(field: Field, value: Any) -> Decimal:
    if isinstance(value, float) and math.isfinite(value):
        value = repr(value)  # what the program wrote, not its binary neighbour
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError(say("Give a number."))
    text = str(value).strip()
    if not _DECIMAL.fullmatch(text):
        raise ValueError(say("Give a number."))
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(say("Give a number.")) from error
    _bounded(field, number)
    if number != round(number, 2):
        raise ValueError(say("At most two digits after the point."))
    return number


def _bounded(field: Field, number: int | Decimal) -> None:
    if field.above is not None and not number > field.above:
        raise ValueError(say("Give a number above {n}.", n=field.above))
    if field.minimum is not None and number < field.minimum:
        raise ValueError(say("Give a number from {n} on.", n=field.minimum))
    if field.maximum is not None and number > field.maximum:
        raise ValueError(say("Give a number up to {n}.", n=field.maximum))


def _choice(field: Field, value: Any) -> str:
    if isinstance(value, str):
        word = value if value in dict(field.choices) else _SAME_WORD.get(value.lower())
        if word in dict(field.choices):
            return str(word)
    raise ValueError(say("Choose one of the options."))


def _id(_field: Field, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Za-z]{1,40}", value):
        raise ValueError(say("Choose one of the entries."))
    return value


def _ids(field: Field, value: Any) -> list[str]:
    ids = [_id(field, each) for each in _list(value, MOST_ROWS)]
    if len(set(ids)) != len(ids):
        raise ValueError(say("An entry is given twice."))
    return ids


def _scores(field: Field, value: Any) -> list[int]:
    return [_integer(field, each) for each in _list(value, MOST_SCORES)]


def _rows(field: Field, value: Any) -> list[dict[str, Any]]:
    rows = []
    for number, each in enumerate(_list(value, MOST_ROWS), start=1):
        if not isinstance(each, Mapping):
            raise ValueError(say("Give a list of rows with their fields."))
        cleaned, errors = _object(field.columns, each)
        if errors:
            name, sentences = next(iter(errors.items()))
            label = {column.name: column.label for column in field.columns}.get(name, name)
            raise ValueError(say("Row {n}, {field}: {why}", n=number, field=label, why=sentences[0]))
        rows.append(cleaned)
    return rows


def _group(field: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(say("Give the fields of this part."))
    cleaned, errors = _object(field.columns, value)
    if errors:
        name, sentences = next(iter(errors.items()))
        label = {column.name: column.label for column in field.columns}.get(name, name)
        raise ValueError(say("{field}: {why}", field=label, why=sentences[0]))
    return cleaned


def _reading(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError(say("Write a text or a number."))
    if isinstance(value, int | Decimal) or (isinstance(value, float) and math.isfinite(value)):
        return str(value)
    return _text(field, value)


def _readings(field: Field, value: Any) -> list[dict[str, str]]:
    if isinstance(value, Mapping):
        value = [{"kpi": name, "value": reading} for name, reading in value.items()]
    readings = []
    for each in _list(value, MOST_ROWS):
        if not isinstance(each, Mapping) or not set(each) <= {"kpi", "value", "unit"}:
            raise ValueError(say("Give each reading with its name, value and unit."))
        readings.append({str(k): _reading(field, v) for k, v in each.items() if v not in (None, "")})
    return readings


def _people_met(field: Field, value: Any) -> Any:
    if isinstance(value, list):
        return [_text(field, each) for each in _list(value, MOST_ROWS)]
    return _reading(field, value)


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > most:
        raise ValueError(say("Give a list of at most {n} entries.", n=most))
    return list(value)


_CHECKS: Mapping[FieldKind, Callable[[Field, Any], Any]] = {
    FieldKind.DAY: _day,
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.READING: _reading,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.CHOICE: _choice,
    FieldKind.PERSONS: _ids,
    FieldKind.ENTERPRISE: _id,
    FieldKind.ENTERPRISES: _ids,
    FieldKind.CERTIFICATION: _id,
    FieldKind.SCORES: _scores,
    FieldKind.ROWS: _rows,
    FieldKind.GROUP: _group,
    FieldKind.READINGS: _readings,
    FieldKind.PEOPLE_MET: _people_met,
}
