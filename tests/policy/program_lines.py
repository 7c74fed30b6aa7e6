"""What programs ask of cohorts, activities, assessments, people and places: lines of the matrix."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.policy import rights
from tests.policy.rights import Line, Thing, get, post, who

if TYPE_CHECKING:
    from tests.policy.lines import Ids

API = "/api/v1"


def delivery_lines(ids: "Ids") -> Iterator[Line]:
    """All of them."""
    yield from _lists()
    yield from _activities(ids)
    yield from _assessments(ids)
    yield from _things(ids)


def _lists() -> Iterator[Line]:
    readers = f"{rights.REGISTRARS} coordinator_abroad master_abroad sami other_provider"
    inviting = "ada olu coordinator_abroad sami other_provider"
    yield Line(f"{API}/activities", {**get("anybody"), **post("anybody")})  # who may, its kind and cohort say
    yield Line(f"{API}/assessments", get("anybody"))
    yield Line(f"{API}/cohorts", {**get("anybody"), **post(rights.DELIVERS)})
    yield Line(f"{API}/enterprises", {**get("anybody"), **post(rights.DELIVERS)})
    yield Line(f"{API}/organisations", {**get(who(readers)), **post(who("ada olu coordinator_abroad"))})
    yield Line(f"{API}/people", {**get(who(readers)), **post(who(inviting))})


def _activities(ids: "Ids") -> Iterator[Line]:
    here = f"{API}/activities/<id>"
    workshop = Thing({"id": ids.workshop}, who("ana bo tuan olu maya quy asa"))
    visit = Thing({"id": ids.visit}, who("ana bo tuan olu maya quy asa eka"))
    event = Thing({"id": ids.tot_event}, who("ana bea olu maya quy asa"))
    for thing, editors, uploaders, confirmers in (
        (workshop, "ana bo", "ana bo", "bo"),
        (visit, "ana bo", "ana bo", "bo eka"),
        (event, "olu bea", "bea", "bea"),
    ):
        yield Line(here, {**get("anybody"), "PATCH": who(editors)}, thing)
        yield Line(f"{here}/files", post(who(uploaders)), thing)
        for move, may in (
            ("submit", editors), ("confirm", confirmers), ("return", confirmers),
            ("void", f"{confirmers} olu"),
        ):  # fmt: skip
            yield Line(f"{here}/moves/<move>", post(who(may)), thing, {"move": move})


def _assessments(ids: "Ids") -> Iterator[Line]:
    here, everybody = f"{API}/assessments/<id>", "ana bo olu maya quy asa"
    for id, assessor in ((ids.observation, "tuan"), (ids.screening, "bea")):
        sheet = Thing({"id": id}, who(f"{assessor} {everybody}"))
        yield Line(here, get("anybody"), sheet)
        for move, may in (
            ("declare", assessor), ("submit", assessor), ("correct", assessor), ("reconcile", "bo"),
            ("void", "olu"),
        ):  # fmt: skip
            yield Line(f"{here}/moves/<move>", post(who(may)), sheet, {"move": move})


def _things(ids: "Ids") -> Iterator[Line]:
    cohort = Thing({"id": ids.cohort}, who("ana bo olu maya quy asa"))
    yield Line(f"{API}/cohorts/<id>", get("anybody"), cohort)
    for id, more in ((ids.enterprise, "ana bo eka"), (ids.other_enterprise, "")):
        enterprise = Thing({"id": id}, who(f"olu maya quy asa {more}"))
        yield Line(f"{API}/enterprises/<id>", get("anybody"), enterprise)
    for id, own in ((ids.ana, "ana"), (ids.lan, "lan sami")):  # Lan works for Sami's organisation
        person = Thing({"id": id}, who(f"{own} {rights.REGISTRARS}"))
        yield Line(f"{API}/people/<id>", get("anybody"), person)
    organisation = Thing({"id": ids.provider}, who(f"{rights.REGISTRARS} sami other_provider"))
    yield Line(f"{API}/organisations/<id>", get("anybody"), organisation)
