"""The own fields of each kind of activity as marshmallow fields: as they are sent, and as they are read."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from certify.api.schemas import ID, WRITTEN, Body, Shape
from certify.workflows.activity_fields import Field, FieldKind

MOST_ROWS = 300
_NUMBERS = ["number", "string"]


def sent(declared: Iterable[Field], *, partial: bool = False) -> dict[str, fields.Field[Any]]:
    """The fields as a program sends them; `partial` where those that are left out stay."""
    return {one.name: _sent(one, required=one.required and not partial) for one in declared}


def read(declared: Iterable[Field]) -> dict[str, fields.Field[Any]]:
    """The fields as a program reads them: always there, null where nothing was entered."""
    return {one.name: _read(one) for one in declared}


def as_json(declared: Iterable[Field], held: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of these fields; decimals as numbers, what was not entered as null."""
    return {one.name: _told(one, held.get(one.name)) for one in declared}


def _told(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.kind is FieldKind.DECIMAL:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    if field.kind is FieldKind.ROWS:
        return [as_json(field.columns, row) for row in value]
    return as_json(field.columns, value) if field.kind is FieldKind.GROUP else value


def _sent(field: Field, *, required: bool) -> fields.Field[Any]:
    told = {"description": f"{field.label}. {field.hint}".strip()}
    options: dict[str, Any] = {"required": required, "allow_none": not required, "metadata": told}
    if field.kind in _AS_SENT:
        return fields.Raw(**{**options, "metadata": {**told, **_AS_SENT[field.kind]}})
    return _plain(field, options, lambda columns: _schema(field, "Sent", Body, sent(columns)))


def _read(field: Field) -> fields.Field[Any]:
    options: dict[str, Any] = {"allow_none": True, "metadata": {"description": str(field.label)}}
    if field.kind in _AS_READ:
        return fields.Raw(**{**options, "metadata": {**options["metadata"], **_AS_READ[field.kind]}})
    return _plain(field, options, lambda columns: _schema(field, "Read", Shape, read(columns)))


def _schema(field: Field, way: str, base: type[Schema], columns: dict[str, Any]) -> type[Schema]:
    """One schema for each list of rows, however often it is asked for."""
    name = f"{''.join(part.title() for part in field.name.split('_'))}{way}"
    if name not in _SCHEMAS:
        _SCHEMAS[name] = type(name, (base,), {"__doc__": str(field.label), **columns})
    return _SCHEMAS[name]


_SCHEMAS: dict[str, type[Schema]] = {}


def _plain(field: Field, options: dict[str, Any], nested: Any) -> fields.Field[Any]:
    between = validate.Range(field.minimum, field.maximum)
    match field.kind:
        case FieldKind.DAY:
            return fields.Date(**options)
        case FieldKind.BOOLEAN:
            return fields.Boolean(**options)
        case FieldKind.INTEGER:
            return fields.Integer(strict=True, validate=between, **options)
        case FieldKind.CHOICE:
            words = [value for value, _label in field.choices]
            return fields.String(validate=validate.OneOf(words), **options)
        case FieldKind.ENTERPRISE | FieldKind.CERTIFICATION:
            return fields.String(validate=ID, **options)
        case FieldKind.PERSONS | FieldKind.ENTERPRISES:
            return fields.List(fields.String(validate=ID), validate=validate.Length(max=MOST_ROWS), **options)
        case FieldKind.SCORES:
            return fields.List(fields.Integer(strict=True, validate=between), **options)
        case FieldKind.ROWS:
            rows = fields.Nested(nested(field.columns))
            return fields.List(rows, validate=validate.Length(max=MOST_ROWS), **options)
        case FieldKind.GROUP:
            return fields.Nested(nested(field.columns), **options)
        case _:
            return fields.String(validate=[validate.Length(1, field.max_length), WRITTEN], **options)


_READING = {"type": ["string", "number"]}
_AS_SENT: Mapping[FieldKind, dict[str, Any]] = {
    FieldKind.DECIMAL: {"type": _NUMBERS},
    FieldKind.READING: _READING,
    FieldKind.READINGS: {
        "anyOf": [
            {"type": "object", "additionalProperties": _READING},
            {"type": "array", "items": {"type": "object"}},
        ],
    },
    FieldKind.PEOPLE_MET: {"type": ["string", "number", "array"], "items": {"type": "string"}},
}
_AS_READ: Mapping[FieldKind, dict[str, Any]] = {
    FieldKind.DECIMAL: {"type": "number"},
    FieldKind.READINGS: {"type": "array", "items": {"type": "object"}},
    FieldKind.PEOPLE_MET: {"type": ["string", "array"], "items": {"type": "string"}},
}
