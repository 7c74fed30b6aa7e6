"""Lists, search and the fields of a page show exactly what the table of rights lets their reader see."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Select, select

from certify.models import (
    Activity,
    Assessment,
    Certification,
    Cohort,
    Enterprise,
    Organisation,
    Person,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.policy import may
from certify.queries import search
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.workflows.engine import workflow_of
from certify.workflows.people import actor_of
from tests.cast import WORLD, named
from tests.conftest import DATABASES
from tests.player import Player
from tests.policy.ground import NOW, Ground, ground_of, settled
from tests.policy.rights import PEOPLE

# Where the links of a list lead, and what its reader has to be allowed to see behind them.
BEHIND: Mapping[str, tuple[type, str]] = {
    "certifications": (Certification, "certification.see"),
    "cohorts": (Cohort, "cohort.see"),
    "enterprises": (Enterprise, "enterprise.see"),
    "activities": (Activity, "activity.see"),
    "assessments": (Assessment, "assessment.see"),
    "people": (Person, "person.see"),
    "organisations": (Organisation, "organisation.see"),
    "roles": (RoleGrant, "role.list"),
}
LINK = re.compile(r'href="/(\w+)/(\w{20})(?=["/#?])')
# A list of everything: its address, what it lists, and the action that opens it.
LISTS = (
    ("/certifications", "certifications", "certification.list"),
    ("/cohorts", "cohorts", "cohort.list"),
    ("/enterprises", "enterprises", "enterprise.list"),
    ("/tot-events", "activities", "tot_event.list"),
    ("/people", "people", "person.list"),
    ("/organisations", "organisations", "organisation.list"),
    ("/roles", "roles", "role.list"),
)
QUEUES = (
    "/desk",
    "/assessments",
    "/assessments?view=done",
    "/board",
    "/board/calendar",
    "/board/departures",
    "/board/screening-panels",
    "/board/waivers",
    "/decisions",
    "/decisions/made",
    "/my-path",
    "/my-path/activities",
    "/my-path/files",
    "/supervision",
    "/to-confirm",
    "/trainers",
    "/search?q=a",
)
NOTES = "Between us: she was nervous."
COMMENT = "Lets the workers speak first."


@pytest.fixture(scope="module", params=DATABASES)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Lan's workshop observed by Tuấn and not yet by Bea; Ana, Eka and Sami applied, Eka is admitted."""
    with settled(request, request.param, "half_observed") as (app, lan):
        Player(holder=WORLD.ana).apply()
        Player(holder=WORLD.eka, supervisor=WORLD.bea, facilitator=WORLD.bo).apply().admit()
        Player(holder=WORLD.sami).apply()
        with write_tx() as session:
            sheet = session.scalars(_sheet(lan)).one()
            sheet.private_notes, sheet.comments = NOTES, {next(iter(sheet.scores)): COMMENT}
        yield ground_of(app)


def _sheet(lan: Player) -> Select[Assessment]:
    return select(Assessment).filter_by(activity_id=lan.workshop, assessor_id=WORLD.tuan.id)


def sheet_of(ground: Ground) -> Assessment:
    """Tuấn's sheet of the workshop."""
    asked = select(Assessment).filter_by(assessor_id=WORLD.tuan.id, kind="observation")
    return db.session.scalars(asked).one()


def may_see(who: str, action: str, thing: Any) -> bool:
    """What the table says of this moment, on the thing's own day."""
    return may(actor_of(db.session(), named(who), NOW.date()), action, thing, _day(thing))


def _day(thing: Any) -> date:
    try:
        return workflow_of(thing).day(thing, NOW)
    except KeyError:
        return day_in(NOW, zone_of(getattr(thing, "country", None) or ""))


def linked(page: str) -> set[tuple[str, str]]:
    """The kinds and ids of the things that a page leads to."""
    return {found for found in LINK.findall(page) if found[0] in BEHIND}


def test_a_list_shows_what_its_reader_may_see_and_nothing_else(ground: Ground) -> None:
    wrong, shown = [], 0
    for address, kind, opens in LISTS:
        row, see = BEHIND[kind]
        everything = db.session.scalars(select(row)).all()
        if address == "/tot-events":
            everything = [one for one in everything if one.kind == "tot_event"]
        for who in PEOPLE:
            answer = ground.askers[who].get(address)
            if not may_see(who, opens, None):
                assert answer.status_code == 403, (address, who)
                continue
            listed = {id for found, id in linked(answer.text) if found == kind}
            allowed = {one.id for one in everything if may_see(who, see, one)}
            shown += len(listed)
            if listed != allowed:
                wrong.append((address, who, sorted(listed - allowed), sorted(allowed - listed)))
    assert wrong == []
    assert shown > 200  # of 22 people: the comparison of nothing with nothing would prove nothing


def test_programs_are_listed_the_same(ground: Ground) -> None:
    everything = db.session.scalars(select(Certification)).all()
    for who in PEOPLE:
        bearer = {"Authorization": f"Bearer {ground.tokens[who]}"}
        listed = ground.askers[who].get("/api/v1/certifications", headers=bearer).json
        allowed = {one.id for one in everything if may_see(who, "certification.see", one)}
        assert {one["id"] for one in listed["items"]} == allowed, who


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("people", "people"),
        ("cohorts", "cohorts"),
        ("enterprises", "enterprises"),
        ("organisations", "organisations"),
    ],
)
def test_search_finds_what_its_reader_may_see_and_nothing_else(ground: Ground, group: str, kind: str) -> None:
    row, see = BEHIND[kind]
    everything = db.session.scalars(select(row)).all()
    opens = search.GROUPS[group][0]
    for who in PEOPLE:
        actor = actor_of(db.session(), named(who), NOW.date())
        for name in {one.name for one in everything}:
            found = search.found_in(search.Search(db.session(), actor, NOW, name), group)
            allowed = {one.id for one in everything if one.name == name and may_see(who, see, one)}
            expected = allowed if may_see(who, opens, None) else set()
            assert {one.id for one in found.rows if one.name == name} == expected, (who, name)


def test_search_finds_the_cases_that_its_reader_may_see_and_nothing_else(ground: Ground) -> None:
    everything = db.session.scalars(select(Certification)).all()
    assert len(everything) == 4
    for who in PEOPLE:
        actor = actor_of(db.session(), named(who), NOW.date())
        for case in everything:
            asked = search.Search(db.session(), actor, NOW, case.holder.name)
            found = {one.id for holder in search.found_in(asked, "cases").rows for one in holder.cases}
            assert (case.id in found) is may_see(who, "certification.see", case), (who, case.holder.name)


@pytest.mark.parametrize("address", QUEUES)
def test_no_queue_leads_to_what_its_reader_may_not_see(ground: Ground, address: str) -> None:
    for who in PEOPLE:
        for kind, id in linked(ground.askers[who].get(address).text):
            row, see = BEHIND[kind]
            assert may_see(who, see, db.session.get_one(row, id)), (who, kind, id)


def test_a_page_leads_only_to_what_its_reader_may_see(ground: Ground, request: pytest.FixtureRequest) -> None:
    """From every thing on SQLite, from every third on PostgreSQL, from all there with `--long`."""
    dead, followed = [], 0
    whole = db.engine.dialect.name == "sqlite" or request.config.getoption("long")
    step = 1 if whole else 3
    for kind, (row, see) in BEHIND.items():
        for thing in db.session.scalars(select(row)).all()[::step]:
            for who in PEOPLE:
                if not may_see(who, see, thing):
                    continue
                page = ground.askers[who].get(f"/{kind}/{thing.id}").text
                for behind, id in linked(page):
                    followed += 1
                    if not may_see(who, BEHIND[behind][1], db.session.get_one(BEHIND[behind][0], id)):
                        dead.append(f"/{kind}/{thing.id} leads {who} to /{behind}/{id}")
    assert dead == []
    assert followed > 500 // step


def _readers_of(ground: Ground, address: str, words: str) -> set[str]:
    """Who finds the words at the address; to be told 404 or 403 is not to find them."""
    return {who for who in PEOPLE if words in ground.askers[who].get(address).text}


def test_private_notes_and_comments_are_read_by_staff_and_not_by_the_candidate(ground: Ground) -> None:
    address = f"/assessments/{sheet_of(ground).id}"
    staff = {"tuan", "bo", "olu", "maya", "quy", "asa"}
    assert _readers_of(ground, address, NOTES) == staff
    assert _readers_of(ground, address, COMMENT) == staff
    assert _readers_of(ground, f"{address}/print", COMMENT) == staff
    assert _readers_of(ground, f"{address}/print", NOTES) == set()


def test_an_email_address_of_a_candidate_is_read_on_no_page_of_the_case(ground: Ground) -> None:
    lan = WORLD.lan
    case = sheet_of(ground).certification
    assert _readers_of(ground, f"/people/{lan.id}", lan.email) == {"lan", "ada", "olu", "sol", "asa", "maya"}
    for page in ("", "/history", "/application", "/approval", "/recommendation"):
        assert _readers_of(ground, f"/certifications/{case.id}{page}", lan.email) <= {"lan"}, page


def test_a_contacts_email_is_read_by_who_sees_the_enterprise(ground: Ground) -> None:
    enterprise = WORLD.enterprises[0]
    readers = {"olu", "maya", "quy", "asa", "eka", "lan", "bo", "sami"}  # the cohort is of Sami's provider
    assert _readers_of(ground, f"/enterprises/{enterprise}", WORLD.eka.email) == readers
    cohort = sheet_of(ground).activity.cohort_id
    assert _readers_of(ground, f"/cohorts/{cohort}", WORLD.eka.email) <= {"eka"}
    visit = db.session.scalars(select(Activity).filter_by(kind="visit", enterprise_id=enterprise)).first()
    assert _readers_of(ground, f"/activities/{visit.id}", WORLD.eka.email) <= {"eka"}


def test_a_program_is_told_no_score_before_its_person_may_read_it(ground: Ground) -> None:
    case = sheet_of(ground).certification
    told = {}
    for who in ("lan", "tuan", "bo", "maya"):
        bearer = {"Authorization": f"Bearer {ground.tokens[who]}"}
        body = ground.askers[who].get(f"/api/v1/certifications/{case.id}", headers=bearer).json
        mean = next(one for one in body["requirements"] if one["id"] == "mean-score")
        told[who] = "not shown to you yet" in str(mean["reasons"])
    assert told == {"lan": True, "tuan": False, "bo": False, "maya": False}
