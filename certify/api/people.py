"""/api/v1/people: accounts by invitation, and whom the token's person may know of."""

from typing import Any

from flask import Response
from marshmallow import fields, validate
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form

from certify import auth
from certify.api import lists
from certify.api.commands import Answer, answer, command, reread
from certify.api.document import PREFIX, Resource, takes
from certify.api.schemas import PageQuery, Shape, body_of, page_of
from certify.extensions import clock
from certify.forms.fields import Name
from certify.forms.people import EmailText
from certify.models import Organisation, Person, db
from certify.queries.programs import readers_people_page
from certify.scheme.sentences import say
from certify.workflows.accounts import invite, staffed_by
from certify.workflows.facts import Fact, FactKind, InvalidFacts, clean

bp = Resource("people", __name__, description="People with an account.")
INVITED = (
    Fact("name", FactKind.TEXT, say("Name"), max_length=200),
    Fact("email", FactKind.TEXT, say("E-mail address"), max_length=254),
    Fact("country", FactKind.COUNTRY, say("Country")),
    Fact(
        "organisation",
        FactKind.ISSUER,
        say("Works for"),
        hint=say("Of a service provider's coordinator, the own one unless there are several."),
        required=False,
    ),
)


class PersonShape(Shape):
    """Somebody with an account."""

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    email = fields.String()
    country = fields.String()


class PersonQuery(PageQuery):
    """What the list is narrowed by."""

    name = fields.String(
        validate=validate.Length(max=100), metadata={"description": "what a name or an address begins with"}
    )


class InvitedForm(Form):  # type: ignore[misc]
    """What the pages ask of a name and an address."""

    name = Name()
    email = EmailText()


@bp.get("/people")
@takes(PersonQuery, location="query")
@bp.response(200, page_of(PersonShape))
@auth.action("person.read")
def index() -> Response:
    """The people whom the token's person may know of, by name; for a provider, who works there."""
    auth.require("person.read")
    lists.only_parameters("name")
    page = readers_people_page(
        db.session(),
        auth.current_actor(),
        auth.day_of(None),
        search=lists.text("name", longest=100).strip(),
        cursor=lists.cursor(),
        limit=lists.limit(),
    )
    return answer(lists.listed(page, person_as_json))


@bp.post("/people")
@takes(body_of("person", INVITED))
@bp.response(201, PersonShape)
@auth.action("person.invite")
@command
def invite_one(session: Session, given: dict[str, Any]) -> Answer:
    """Open an account for somebody, who is sent an invitation."""
    auth.require("person.invite")
    facts = clean(INVITED, given)
    organisation = _organisation(session, facts.pop("organisation", None))
    person = invite(
        session, auth.current_actor(), clock().now(), **_invited(facts), organisation=organisation
    )
    reread(session)
    return _whole(person, status=201, location=f"{PREFIX}/people/{person.id}")


@bp.get("/people/<id>")
@bp.response(200, PersonShape)
@auth.action("person.read")
def show(id: str) -> Response:
    """One person."""
    return answer(_whole(auth.find(Person, id, "person.read")))


def _invited(facts: dict[str, Any]) -> dict[str, Any]:
    """Name and address as the pages take them. Raises InvalidFacts."""
    form = InvitedForm(MultiDict({name: facts[name] for name in ("name", "email")}))
    errors = {} if form.validate() else {name: list(map(str, told)) for name, told in form.errors.items()}
    if errors:
        raise InvalidFacts(errors)
    return {"name": form.name.data, "email": form.email.data, "country": facts["country"]}


def _organisation(session: Session, id: str | None) -> Organisation | None:
    """Where the person works; a provider invites its own staff, nobody else's. Raises InvalidFacts."""
    own = staffed_by(auth.current_actor(), auth.day_of(None))
    if id is None and own is None:
        return None
    if id is None and own is not None and len(own) == 1:
        (id,) = own
    organisation = session.get(Organisation, id) if id is not None and (own is None or id in own) else None
    if organisation is None:
        raise InvalidFacts({"organisation": [say("Choose the organisation for which the person works.")]})
    return organisation


def person_as_json(person: Person) -> dict[str, Any]:
    """Somebody."""
    return {
        "id": person.id,
        "version": person.version,
        "name": person.name,
        "email": person.email,
        "country": person.country,
    }


def _whole(person: Person, **more: Any) -> Answer:
    return Answer(person_as_json(person), version=person.version, **more)
