"""/api/v1/organisations: service providers, lead buyers, donors."""

from typing import Any

from flask import Response
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from certify import auth
from certify.api import lists
from certify.api.commands import Answer, answer, command, reread
from certify.api.document import PREFIX, Resource, takes
from certify.api.schemas import PageQuery, Shape, body_of, day, page_of
from certify.extensions import clock
from certify.models import Organisation, db
from certify.queries.people import organisations_page
from certify.scheme.sentences import say
from certify.scheme.words import OrganisationKind
from certify.workflows.facts import Fact, FactKind, clean
from certify.workflows.organisations import found

bp = Resource("organisations", __name__, description="Service providers and others of the programme.")
KINDS = [kind.value for kind in OrganisationKind]
DESCRIBED = (
    Fact("name", FactKind.TEXT, say("Name"), max_length=200),
    Fact("kind", FactKind.CHOICE, say("Kind"), choices=tuple((kind, kind) for kind in KINDS)),
    Fact("country", FactKind.COUNTRY, say("Country")),
    Fact("agreement_from_on", FactKind.DAY, say("Agreement from"), required=False),
    Fact("agreement_until_on", FactKind.DAY, say("Agreement until"), required=False),
)


class OrganisationShape(Shape):
    """An organisation."""

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    country = fields.String()
    agreement_from_on = fields.Date(allow_none=True)
    agreement_until_on = fields.Date(allow_none=True)


class OrganisationQuery(PageQuery):
    """What the list is narrowed by."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    country = fields.String(validate=validate.Length(max=2))
    name = fields.String(validate=validate.Length(max=100))


@bp.get("/organisations")
@takes(OrganisationQuery, location="query")
@bp.response(200, page_of(OrganisationShape))
@auth.action("organisation.list")
def index() -> Response:
    """The organisations that the token's person may see, by name."""
    auth.require("organisation.list")
    lists.only_parameters("kind", "country", "name")
    page = organisations_page(
        db.session(),
        auth.current_actor(),
        auth.day_of(None),
        search=lists.text("name", longest=100).strip(),
        kind=lists.one_of("kind", KINDS),
        country=lists.text("country", longest=2),
        cursor=lists.cursor(),
        limit=lists.limit(),
    )
    return answer(lists.listed(page, organisation_as_json))


@bp.post("/organisations")
@takes(body_of("organisation", DESCRIBED))
@bp.response(201, OrganisationShape)
@auth.action("organisation.create")
@command
def add(session: Session, given: dict[str, Any]) -> Answer:
    """Add an organisation."""
    auth.require("organisation.create")
    facts = {"agreement_from_on": None, "agreement_until_on": None, **clean(DESCRIBED, given)}
    organisation = found(session, clock().now(), **{**facts, "kind": OrganisationKind(facts["kind"])})
    reread(session)
    return _whole(organisation, status=201, location=f"{PREFIX}/organisations/{organisation.id}")


@bp.get("/organisations/<id>")
@bp.response(200, OrganisationShape)
@auth.action("organisation.see")
def show(id: str) -> Response:
    """One organisation."""
    return answer(_whole(auth.find(Organisation, id, "organisation.see")))


def organisation_as_json(organisation: Organisation) -> dict[str, Any]:
    """An organisation and how long its agreement lasts."""
    return {
        "id": organisation.id,
        "version": organisation.version,
        "name": organisation.name,
        "kind": organisation.kind.value,
        "country": organisation.country,
        "agreement_from_on": day(organisation.agreement_from_on),
        "agreement_until_on": day(organisation.agreement_until_on),
    }


def _whole(organisation: Organisation, **more: Any) -> Answer:
    return Answer(organisation_as_json(organisation), version=organisation.version, **more)
