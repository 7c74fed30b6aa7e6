"""The shapes of the interface, as marshmallow schemas: what the document promises of each answer and body."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from certify.workflows.facts import Fact, FactKind

# Text with something in it, and no control character but those that end a line.
WRITTEN = validate.Regexp(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*[^\s\x00-\x1f][^\x00-\x08\x0b\x0c\x0e-\x1f]*$")
ID = validate.Regexp("^[A-Za-z0-9]{1,40}$")


class Shape(Schema):
    """A thing that is answered: every field is always there, and null where there is nothing to tell."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Tell that nothing is ever left out."""
        field_obj.required = True


class Body(Schema):
    """A body that is sent: it takes no field that it does not know."""

    class Meta:
        """Told as `additionalProperties: false`."""

        unknown = RAISE


class Empty(Body):
    """No facts: nothing, or an empty object."""


class RefusalShape(Shape):
    """One reason why a move cannot happen now."""

    requirement = fields.String(allow_none=True, metadata={"description": "null outside the scheme"})
    reason = fields.String()
    who = fields.List(fields.String(), metadata={"description": "the roles that can clear it"})
    earliest_on = fields.Date(allow_none=True, metadata={"description": "null when unknowable"})


class ChangeShape(Shape):
    """One of the last things that were done."""

    seq = fields.Integer()
    at = fields.DateTime()
    actor = fields.String(metadata={"description": "the name"})
    sentence = fields.String()


class Problem(Schema):
    """RFC 9457: what went wrong."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    refusals = fields.List(fields.Nested(RefusalShape), metadata={"description": "409: every reason"})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "422: sentences by field"},
    )
    version = fields.Integer(metadata={"description": "409 after If-Match: the version now"})
    changes = fields.List(
        fields.Nested(ChangeShape),
        metadata={"description": "409 after If-Match: what was done last, the latest first"},
    )
    scope = fields.String(metadata={"description": "403: the scope that is needed"})


class Named(Shape):
    """Somebody."""

    id = fields.String()
    name = fields.String()


class CitedReason(Body):
    """A reason with the requirement that it cites."""

    requirement = fields.String(required=True, validate=validate.Regexp("^[a-z-]{1,40}$"))
    reason = fields.String(required=True, validate=[validate.Length(1, 4000), WRITTEN])


class PageQuery(Schema):
    """How a list is read on."""

    cursor = fields.String(
        validate=validate.Regexp("^[A-Za-z0-9_-]+$"), metadata={"description": "`next` of the page before"}
    )
    limit = fields.Integer(load_default=25, validate=validate.Range(1, 100))


@cache
def page_of(shape: type[Schema]) -> type[Schema]:
    """A page of a list."""
    return type(
        f"{shape.__name__}Page",
        (Shape,),
        {
            "__doc__": "One page; `next` is null on the last.",
            "items": fields.List(fields.Nested(shape)),
            "next": fields.String(allow_none=True),
        },
    )


@cache
def body_of(name: str, facts: tuple[Fact, ...]) -> type[Schema]:
    """The body of a move, from the facts that it declares."""
    if not facts:
        return Empty
    return type(
        f"{''.join(part.title() for part in name.split('_'))}Body",
        (Body,),
        {f.name: field_of(f) for f in facts},
    )


def field_of(fact: Fact) -> fields.Field[Any]:
    """One fact as a field of the document."""
    told = {"description": f"{fact.label}. {fact.hint}".strip()}
    required = fact.required and not fact.may_be_empty
    made: fields.Field[Any] = _FIELDS[fact.kind](
        fact, {"required": required, "allow_none": not required, "metadata": told}
    )
    return made


def _text(fact: Fact, told: Any) -> fields.Field[Any]:
    return fields.String(validate=[validate.Length(1, fact.max_length), WRITTEN], **told)


def _word(_fact: Fact, told: Any) -> fields.Field[Any]:
    return fields.String(validate=validate.Regexp("^[A-Za-z0-9-]{1,40}$"), **told)


def _id(_fact: Fact, told: Any) -> fields.Field[Any]:
    return fields.String(validate=ID, **told)


def _ids(_fact: Fact, told: Any) -> fields.Field[Any]:
    return fields.List(fields.String(validate=ID), validate=validate.Length(max=100), **told)


_SCORE: dict[str, Any] = {"allow_none": True, "validate": validate.Range(1, 5), "strict": True}
_FIELDS: dict[FactKind, Any] = {
    FactKind.TEXT: _text,
    FactKind.LONG_TEXT: _text,
    FactKind.TEXTS: lambda fact, told: fields.List(
        fields.String(validate=[validate.Length(1, fact.max_length), WRITTEN]),
        validate=validate.Length(max=100),
        **told,
    ),
    FactKind.BOOLEAN: lambda _fact, told: fields.Boolean(**told),
    FactKind.INTEGER: lambda fact, told: fields.Integer(
        strict=True, validate=validate.Range(0, fact.most), **told
    ),
    FactKind.DAY: lambda _fact, told: fields.Date(**told),
    FactKind.CHOICE: lambda fact, told: fields.String(
        validate=validate.OneOf([value for value, _ in fact.choices]), **told
    ),
    FactKind.MODULE: _word,
    FactKind.COUNTRY: lambda _fact, told: fields.String(validate=validate.Regexp("^[A-Z]{2}$"), **told),
    FactKind.PERSON: _id,
    FactKind.ACTIVITY: _id,
    FactKind.ACTIVITIES: _ids,
    FactKind.ISSUER: _id,
    FactKind.REQUIREMENT: _word,
    FactKind.REASONS: lambda _fact, told: fields.List(
        fields.Nested(CitedReason), validate=validate.Length(1, 60), **told
    ),
    FactKind.SCORES: lambda _fact, told: fields.Dict(
        keys=fields.String(), values=fields.Integer(**_SCORE), **told
    ),
    FactKind.TEXT_BY_ITEM: lambda _fact, told: fields.Dict(
        keys=fields.String(), values=fields.String(), **told
    ),
}


def day(value: date | None) -> str | None:
    """`YYYY-MM-DD`, or null."""
    return value.isoformat() if value is not None else None


def instant(value: datetime) -> str:
    """ISO 8601 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
