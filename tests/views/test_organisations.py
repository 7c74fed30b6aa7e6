"""Organisations, issuing bodies and delegations: who keeps them, and what is refused."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Delegation, IssuingBody, Organisation, db
from certify.models.store import write_tx
from certify.scheme.words import OrganisationKind
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.views.sending import fields_on

ClientOf = Callable[[Member], StrictClient]
BODY = {"code": "et-score", "legal_name": "SCORE Ethiopia", "country": "ET", "zone": "Africa/Addis_Ababa"}
DELEGATION = {"country": "VN", "modules": "WPC", "from_on": "2026-01-01", "instrument": "Letter of 1 January"}


def _post(client: StrictClient, path: str, page: str | None = None, **fields: object):
    return client.post(path, data={"csrf_token": client.token(page or path), **fields})


def test_an_organisation_is_added_found_and_corrected(world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    fields = {"name": "Đại học Cần Thơ", "kind": "university", "country": "VN"}
    page = _post(olu, "/organisations/new", **fields).headers["Location"]
    assert "Đại học Cần Thơ" in olu.get("/organisations?search=Cần&kind=university&country=VN").text
    assert "Đại học Cần Thơ" not in olu.get("/organisations?kind=donor").text
    again = {**fields, "agreement_from_on": "2026-01-01", "agreement_until_on": "2028-12-31"}
    assert _post(olu, f"{page}/edit", **again).status_code == 303
    row = db.session.get_one(Organisation, page.rpartition("/")[2])
    assert (row.kind, str(row.agreement_from_on), str(row.agreement_until_on)) == (
        OrganisationKind.UNIVERSITY, "2026-01-01", "2028-12-31",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Fill in:"),
        ("kind", "castle", "Choose one of the entries."),
        ("country", "XX", "Choose one of the entries."),
        ("agreement_until_on", "2025-01-01", "The last day lies before the first."),
        ("agreement_until_on", "2025-02-30", "Give a date like 2026-11-22."),
    ],
)
def test_a_wrong_organisation_comes_back_filled(
    world: World, client_of: ClientOf, field: str, value: str, sentence: str
) -> None:
    fields = {"name": "Đại học", "kind": "university", "country": "VN", "agreement_from_on": "2026-01-01"}
    answer = _post(client_of(world.olu), "/organisations/new", **{**fields, field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.scalar(select(Organisation.id).where(Organisation.name == "Đại học")) is None


def test_organisations_are_kept_by_coordinators_and_administrators(world: World, client_of: ClientOf) -> None:
    statuses = {
        member.key: (
            client_of(member).get("/organisations").status_code,
            client_of(member).get("/organisations/new").status_code,
        )
        for member in (world.ada, world.olu, world.sami, world.kim)
    }
    assert statuses == {"ada": (200, 200), "olu": (200, 200), "sami": (200, 403), "kim": (403, 403)}
    assert client_of(world.kim).get(f"/organisations/{world.provider}").status_code == 404


def test_the_list_pages_through_every_organisation_once(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        for n in range(55):
            session.add(
                Organisation(name=f"Body {n:02}", kind=OrganisationKind.OTHER, country="VN", created_at=NOW)
            )
    client, url, names = client_of(world.ada), "/organisations?search=Body", []
    while url:
        page = client.get(url).text
        names += [line[:2] for line in page.split('">Body ')[1:]]
        url = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert names == [f"{n:02}" for n in range(55)]


def test_an_issuing_body_is_added_by_the_scheme_owner_alone(world: World, client_of: ClientOf) -> None:
    sol = client_of(world.sol)
    page = _post(sol, "/issuing-bodies/new", **BODY).headers["Location"]
    assert "Africa/Addis_Ababa" in sol.get(page).text
    assert client_of(world.ada).get("/issuing-bodies/new").status_code == 403
    assert client_of(world.kim).get(page).status_code == 200
    assert "issuing-bodies/new" not in client_of(world.kim).get("/issuing-bodies").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "vn-score", "Another issuing body has this code."),
        ("code", "ET Score", "Use small letters, digits and single hyphens"),
        ("code", "et--score", "Use small letters, digits and single hyphens"),
        ("zone", "Mars/Olympus", "Choose one of the entries."),
        ("zone", "", "Fill in:"),
        ("country", "XX", "Choose one of the entries."),
    ],
)
def test_a_wrong_issuing_body_comes_back_filled(
    world: World, client_of: ClientOf, field: str, value: str, sentence: str
) -> None:
    answer = _post(client_of(world.sol), "/issuing-bodies/new", **{**BODY, field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "SCORE Ethiopia" in answer.text
    assert len(db.session.scalars(select(IssuingBody)).all()) == 1


def test_a_delegation_names_modules_days_and_instrument(world: World, client_of: ClientOf) -> None:
    sol = client_of(world.sol)
    path = f"/issuing-bodies/{world.issuer}/delegations/new"
    fields = {**DELEGATION, "modules": ["WPC", "QUA"], "may_recognise": "y"}
    assert _post(sol, path, **fields).status_code == 303
    [row] = db.session.scalars(select(Delegation).where(Delegation.id != world.delegation))
    assert (row.modules, row.country, row.may_recognise) == (["QUA", "WPC"], "VN", True)
    assert (row.from_on, row.until_on, row.created_by_id) == (date(2026, 1, 1), None, world.sol.id)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"modules": []}, "Fill in:"),
        ({"modules": "MAGIC"}, "Choose among the entries shown."),
        ({"instrument": ""}, "Fill in:"),
        ({"until_on": "2025-01-01"}, "The last day lies before the first."),
    ],
)
def test_a_wrong_delegation_comes_back_filled(
    world: World, client_of: ClientOf, changed: dict[str, object], sentence: str
) -> None:
    path = f"/issuing-bodies/{world.issuer}/delegations/new"
    answer = _post(client_of(world.sol), path, **{**DELEGATION, **changed})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert len(db.session.scalars(select(Delegation)).all()) == 1


def test_a_delegation_ends_and_is_not_stretched(world: World, client_of: ClientOf) -> None:
    sol = client_of(world.sol)
    path = f"/issuing-bodies/{world.issuer}/delegations/{world.delegation}/end"
    unsure = _post(sol, path, until_on="2026-12-31")
    assert (unsure.status_code, 'href="#sure"' in unsure.text) == (422, True)
    assert _post(sol, path, until_on="2026-12-31", sure="y").status_code == 303
    longer = _post(sol, path, until_on="2027-12-31", sure="y")
    assert (longer.status_code, "a longer one needs a new instrument" in longer.text) == (409, True)
    db.session.rollback()
    assert str(db.session.get_one(Delegation, world.delegation).until_on) == "2026-12-31"
    assert sol.get(f"/issuing-bodies/{world.issuer}/delegations/nothing/end").status_code == 404
    assert client_of(world.ada).get(path).status_code == 403


def test_a_stale_correction_is_told_what_changed_and_keeps_what_was_typed(
    client_of: ClientOf, world: World
) -> None:
    first, second = client_of(world.ada), client_of(world.ada)
    address = f"/organisations/{world.provider}/edit"
    stale = fields_on(second.get(address).text, address)
    changed = {**fields_on(first.get(address).text, address), "name": "Sông Hồng Consulting"}
    assert first.post(address, data=changed).status_code == 303
    answer = second.post(address, data={**stale, "name": "Red River Consulting"})
    assert answer.status_code == 409
    assert "now reads “Sông Hồng Consulting”" in answer.text
    assert 'value="Red River Consulting"' in answer.text
