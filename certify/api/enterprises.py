"""/api/v1/enterprises: those that take part, with the contact who confirms visits."""

from typing import Any

from flask import Response
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from certify import auth
from certify.api import lists
from certify.api.commands import Answer, answer, command, reread
from certify.api.document import PREFIX, Resource, takes
from certify.api.schemas import WRITTEN, Body, PageQuery, Shape, field_of, page_of
from certify.extensions import clock
from certify.models import Enterprise, EnterpriseContact, db
from certify.queries.enterprises import enterprise_page
from certify.scheme.sentences import say
from certify.scheme.words import ConsentLevel
from certify.workflows.enterprises import take_on
from certify.workflows.facts import Fact, FactKind, InvalidFacts, clean

bp = Resource("enterprises", __name__, description="Enterprises, with the contact who confirms visits.")
LONGEST_NAME = 200
LONGEST_ADDRESS = 254
DESCRIBED = (
    Fact("name", FactKind.TEXT, say("Name"), max_length=LONGEST_NAME),
    Fact("country", FactKind.COUNTRY, say("Country")),
    Fact("sector", FactKind.TEXT, say("Sector"), max_length=100),
    Fact("size", FactKind.INTEGER, say("People employed")),
    Fact(
        "consent",
        FactKind.CHOICE,
        say("Use of its data"),
        choices=tuple((level.value, level.value) for level in ConsentLevel),
    ),
)
CONTACT = (
    Fact("name", FactKind.TEXT, say("Contact's name"), max_length=LONGEST_NAME),
    Fact("email", FactKind.TEXT, say("Contact's e-mail"), max_length=LONGEST_ADDRESS),
)


class ContactBody(Body):
    """Who confirms visits, by a mailed link; no account is needed."""

    name = fields.String(required=True, validate=[validate.Length(1, LONGEST_NAME), WRITTEN])
    email = fields.String(required=True, validate=[validate.Length(3, LONGEST_ADDRESS), WRITTEN])


class EnterpriseBody(Body):
    """A new enterprise."""

    contact = fields.Nested(ContactBody, required=True)


EnterpriseBody._declared_fields |= {fact.name: field_of(fact) for fact in DESCRIBED}


class ContactShape(Shape):
    """Who confirms visits."""

    name = fields.String()
    email = fields.String()


class EnterpriseShape(Shape):
    """An enterprise."""

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    country = fields.String()
    sector = fields.String()
    size = fields.Integer(metadata={"description": "people employed"})
    consent = fields.String(validate=validate.OneOf([level.value for level in ConsentLevel]))
    contact = fields.Nested(ContactShape, allow_none=True, metadata={"description": "the first"})
    contacts = fields.List(fields.Nested(ContactShape))


class EnterpriseQuery(PageQuery):
    """What the list is narrowed by."""

    country = fields.String(validate=validate.Length(max=2))
    name = fields.String(validate=validate.Length(max=120))


@bp.get("/enterprises")
@takes(EnterpriseQuery, location="query")
@bp.response(200, page_of(EnterpriseShape))
@auth.action("enterprise.list")
def index() -> Response:
    """The enterprises that the token's person may see, by name."""
    auth.require("enterprise.list")
    lists.only_parameters("country", "name")
    page = enterprise_page(
        db.session(),
        auth.current_actor(),
        clock().now().date(),
        country=lists.text("country", longest=2),
        name=lists.text("name", longest=120).strip(),
        cursor=lists.cursor(),
        limit=lists.limit(),
    )
    return answer(lists.listed(page, enterprise_as_json))


@bp.post("/enterprises")
@takes(EnterpriseBody)
@bp.response(201, EnterpriseShape)
@auth.action("enterprise.create")
@command
def add(session: Session, given: dict[str, Any]) -> Answer:
    """Take an enterprise on, with its contact."""
    auth.require("enterprise.create")
    facts = _given(given)
    try:
        enterprise = take_on(session, auth.current_actor(), clock().now(), **facts)
    except InvalidFacts as wrong:
        told = {name.replace("contact_", "contact."): each for name, each in wrong.errors.items()}
        raise InvalidFacts(told) from wrong
    reread(session)
    return _whole(enterprise, status=201, location=f"{PREFIX}/enterprises/{enterprise.id}")


@bp.get("/enterprises/<id>")
@bp.response(200, EnterpriseShape)
@auth.action("enterprise.see")
def show(id: str) -> Response:
    """One enterprise."""
    return answer(_whole(auth.find(Enterprise, id, "enterprise.see")))


def _given(given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, as `take_on` takes it. Raises InvalidFacts with every field that is wrong."""
    errors: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    described = {name: value for name, value in given.items() if name != "contact"}
    try:
        found = clean(DESCRIBED, described)
    except InvalidFacts as wrong:
        errors |= wrong.errors
    if found.get("size") == 0:
        errors["size"] = [say("Give a number from {n} on.", n=1)]
    try:
        contact = _contact(given.get("contact"))
    except InvalidFacts as wrong:
        errors |= {f"contact.{name}": sentences for name, sentences in wrong.errors.items()}
    if errors:
        raise InvalidFacts(errors)
    return {**found, "contact_name": contact["name"], "contact_email": contact["email"]}


def _contact(given: Any) -> dict[str, Any]:
    return clean(CONTACT, given if isinstance(given, dict) else {})


def enterprise_as_json(enterprise: Enterprise) -> dict[str, Any]:
    """An enterprise with its contacts, the first one first."""
    contacts = [_contact_as_json(one) for one in enterprise.contacts]
    return {
        "id": enterprise.id,
        "version": enterprise.version,
        "name": enterprise.name,
        "country": enterprise.country,
        "sector": enterprise.sector,
        "size": enterprise.size,
        "consent": enterprise.consent.value,
        "contact": contacts[0] if contacts else None,
        "contacts": contacts,
    }


def _contact_as_json(contact: EnterpriseContact) -> dict[str, str]:
    return {"name": contact.name, "email": contact.email}


def _whole(enterprise: Enterprise, **more: Any) -> Answer:
    return Answer(enterprise_as_json(enterprise), version=enterprise.version, **more)
