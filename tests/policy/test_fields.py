"""Rights to a field of a thing that many may read: of the readers of a case, who reads this part of it."""

from collections.abc import Iterator

import pytest

from certify.models import Certification
from certify.models.store import own_tx
from certify.policy import ACTIONS
from certify.views import certifications
from tests.conftest import DATABASES
from tests.policy.ground import API, Ground, ground_of, settled
from tests.policy.rights import who

NEEDS = "A ramp, and breaks for feeding."
ARRANGES = who("ana bo bea olu")  # the person, the supervisor, a facilitator of the ToT, the coordinator
SEES = who("ana bo bea tuan quy maya olu asa")  # the case


@pytest.fixture(scope="module", params=DATABASES[:1])  # the table is asked above the database
def ground(request: pytest.FixtureRequest) -> Iterator[tuple[Ground, str]]:
    """Ana recommended, with access needs; made once a database."""
    with settled(request, request.param, "recommended") as (app, ana):
        with own_tx() as session:
            session.get_one(Certification, ana.certification).access_needs = NEEDS
        yield ground_of(app), ana.certification


def _told(ground: Ground, address: str, people: frozenset[str]) -> set[str]:
    """Who reads the field there, of those who are shown the page."""
    told = set()
    for each in people:
        headers = {"Authorization": f"Bearer {ground.tokens[each]}"} if address.startswith(API) else {}
        told |= {each} if NEEDS in ground.askers[each].get(address, headers=headers).text else set()
    return told


def test_access_needs_are_read_by_those_who_arrange_and_by_no_other(ground: tuple[Ground, str]) -> None:
    asked, case = ground
    assert _told(asked, f"/certifications/{case}", SEES | {"kim", "sami"}) == ARRANGES


@pytest.mark.parametrize(
    "address",
    [
        "/certifications/{case}/history",
        "/certifications/{case}/approval",
        "/certifications/{case}/recommendation",
        "/search?q=ramp",
        "/api/v1/certifications/{case}",
        "/api/v1/certifications/{case}/events",
        "/api/v1/certifications/{case}/evidence",
        "/my-path/data.json",
    ],
)
def test_nothing_else_tells_of_them_but_to_the_person(ground: tuple[Ground, str], address: str) -> None:
    asked, case = ground
    told = _told(asked, address.format(case=case), who("ana bo maya asa"))
    assert told == ({"ana"} if address == "/my-path/data.json" else set())


def test_a_reader_of_the_case_that_is_added_to_the_table_reads_them(
    ground: tuple[Ground, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power check: it is the table that answers, and the page that asks it."""
    asked, case = ground
    monkeypatch.setitem(ACTIONS, "certification.access_needs", ("holder", "auditor"))
    assert _told(asked, f"/certifications/{case}", who("ana bo asa")) == {"ana", "asa"}
    assert "certification.access_needs" in certifications.show.certify_asks  # type: ignore[attr-defined]
