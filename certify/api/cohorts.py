"""/api/v1/cohorts: the ToE cycles, who takes which enterprises through a module."""

from typing import Any

from flask import Response
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from certify import auth
from certify.api import lists
from certify.api.commands import Answer, answer, command, reread
from certify.api.document import PREFIX, Resource, takes
from certify.api.schemas import PageQuery, Shape, body_of, page_of
from certify.extensions import clock
from certify.models import Cohort, db
from certify.queries.cohorts import cohort_page
from certify.scheme.sentences import say
from certify.workflows.cohort import create_cohort
from certify.workflows.cohort_checks import LONGEST_NAME
from certify.workflows.facts import Fact, FactKind, clean

bp = Resource("cohorts", __name__, description="ToE cycles: trainers and the enterprises that they train.")
OPENING = (
    Fact("module", FactKind.MODULE, say("Module")),
    Fact("country", FactKind.COUNTRY, say("Country")),
    Fact("variant", FactKind.REQUIREMENT, say("Variant of the module"), required=False),
    Fact("name", FactKind.TEXT, say("Name"), required=False, max_length=LONGEST_NAME),
    Fact("trainers", FactKind.ACTIVITIES, say("Trainers")),
    Fact(
        "supervisor",
        FactKind.PERSON,
        say("Supervising Expert Trainer"),
        hint=say("The assigned one of every candidate; none where all trainers are certified."),
        required=False,
    ),
    Fact("enterprises", FactKind.ACTIVITIES, say("Enterprises"), required=False),
)


class CohortShape(Shape):
    """A cohort; people and enterprises by id."""

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    module = fields.String()
    country = fields.String()
    variant = fields.String(allow_none=True)
    trainers = fields.List(fields.String())
    supervisor = fields.String(allow_none=True)
    enterprises = fields.List(fields.String())


class CohortQuery(PageQuery):
    """What the list is narrowed by."""

    module = fields.String(validate=validate.Length(max=10))
    country = fields.String(validate=validate.Length(max=2))
    name = fields.String(validate=validate.Length(max=120))


@bp.get("/cohorts")
@takes(CohortQuery, location="query")
@bp.response(200, page_of(CohortShape))
@auth.action("cohort.list")
def index() -> Response:
    """The cohorts that the token's person may see, the newest first."""
    auth.require("cohort.list")
    lists.only_parameters("module", "country", "name")
    page = cohort_page(
        db.session(),
        auth.current_actor(),
        clock().now().date(),
        module=lists.text("module", longest=10),
        country=lists.text("country", longest=2),
        name=lists.text("name", longest=120).strip(),
        cursor=lists.cursor(),
        limit=lists.limit(),
    )
    return answer(lists.listed(page, cohort_as_json))


@bp.post("/cohorts")
@takes(body_of("cohort", OPENING))
@bp.response(201, CohortShape)
@auth.action("cohort.create")
@command
def open_one(session: Session, given: dict[str, Any]) -> Answer:
    """Start a cycle; a coordinator, a trainer of it, its supervisor or their provider."""
    auth.require("cohort.create")
    cohort = create_cohort(session, auth.current_actor(), clock().now(), **clean(OPENING, given))
    reread(session)
    return _whole(cohort, status=201, location=f"{PREFIX}/cohorts/{cohort.id}")


@bp.get("/cohorts/<id>")
@bp.response(200, CohortShape)
@auth.action("cohort.see")
def show(id: str) -> Response:
    """One cohort."""
    return answer(_whole(auth.find(Cohort, id, "cohort.see")))


def cohort_as_json(cohort: Cohort) -> dict[str, Any]:
    """A cohort with who and what is in it, each by name."""
    return {
        "id": cohort.id,
        "version": cohort.version,
        "name": cohort.name,
        "module": cohort.module,
        "country": cohort.country,
        "variant": cohort.variant,
        "trainers": [person.id for person in cohort.trainers],
        "supervisor": cohort.supervisor_id,
        "enterprises": [enterprise.id for enterprise in cohort.enterprises],
    }


def _whole(cohort: Cohort, **more: Any) -> Answer:
    return Answer(cohort_as_json(cohort), version=cohort.version, **more)
