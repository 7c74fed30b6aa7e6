"""The verdict on a certificate as the document tells it; its words are those of credentials/verdict.py."""

import json
from collections.abc import Mapping
from hashlib import sha256

from marshmallow import fields, validate

from certify.api.schemas import Shape
from certify.credentials.verdict import VerdictDocument
from certify.scheme.words import Verdict

REASONS = (
    "expired", "in_grace", "suspended", "withdrawn", "retired", "superseded", "not_yet_valid", None,
)  # fmt: skip

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-cache",  # kept, but asked for again each time
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_plain = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


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


def spoken(document: VerdictDocument) -> tuple[bytes, str]:
    """The document in JSON, and its tag: the same as long as the answer is, whenever it is given."""
    told = document.as_json()
    as_of = told.pop("as_of")
    rest = _plain(told)
    return f'{{"as_of":"{as_of}",{rest[1:]}\n'.encode(), f'W/"{sha256(rest.encode()).hexdigest()[:32]}"'
