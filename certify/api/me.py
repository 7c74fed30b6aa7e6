"""/api/v1/me: for whom a token acts, and with which roles."""

from flask import Response
from marshmallow import fields

from certify import auth
from certify.api.commands import Answer, answer
from certify.api.document import Resource
from certify.api.schemas import Shape, day

bp = Resource("me", __name__, description="For whom the token acts.")


class RoleShape(Shape):
    """A role in force, or to come; module or country null: all."""

    role = fields.String()
    module = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    until = fields.Date(allow_none=True)
    issuer = fields.String(allow_none=True, metadata={"description": "the issuing body's id"})


RoleShape._declared_fields["from"] = fields.Date(required=True)


class MeShape(Shape):
    """The token's person."""

    id = fields.String()
    name = fields.String()
    email = fields.Email()
    roles = fields.List(fields.Nested(RoleShape))


@bp.get("/me")
@bp.response(200, MeShape)
@auth.signed_in
def show() -> Response:
    """For whom the token acts, and their roles."""
    person, actor = auth.current_person(), auth.current_actor()
    assert person is not None  # a token in force has one
    roles = [
        {
            "role": grant.role.value,
            "module": grant.module,
            "country": grant.country,
            "from": day(grant.from_on),
            "until": day(grant.until_on),
            "issuer": grant.issuer,
        }
        for grant in actor.grants
    ]
    return answer(Answer({"id": person.id, "name": person.name, "email": person.email, "roles": roles}))
