"""The verdict on a certificate as the document tells it; its words are those of credentials/verdict.py."""

from marshmallow import fields, validate

from certify.api.schemas import Shape
from certify.scheme.words import Verdict

REASONS = (
    "expired", "in_grace", "suspended", "withdrawn", "retired", "superseded", "not_yet_valid", None,
)  # fmt: skip


class RecognisedShape(Shape):
    """Whose certificate was recognised."""

    source = fields.String()
    number = fields.String()


class VerdictShape(Shape):
    """What a certificate is worth; null where it does not apply."""

    number = fields.String()
    verdict = fields.String(validate=validate.OneOf([each.value for each in Verdict]))
    reason = fields.String(allow_none=True, validate=validate.OneOf(REASONS))
    since = fields.Date(allow_none=True)
    holder = fields.String(allow_none=True)
    module = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    credential_type = fields.String(allow_none=True)
    scheme_version = fields.String(allow_none=True)
    issuer = fields.String(allow_none=True)
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    supersedes = fields.String(allow_none=True)
    superseded_by = fields.String(allow_none=True)
    renewal_filed = fields.Boolean(allow_none=True)
    recognised = fields.Nested(RecognisedShape, allow_none=True)
    as_of = fields.DateTime()
    on = fields.Date(allow_none=True)


class VerdictQuery(Shape):
    """About which day is asked."""

    on = fields.Date(metadata={"description": "the end of that day, with today's knowledge; now without it"})

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:  # type: ignore[type-arg]
        """It may be left out."""
