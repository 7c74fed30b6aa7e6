"""The demonstration: every state is there, its record holds, and every page of every role opens."""

import re
import stat
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from certify.audit import verify
from certify.cli.serve import sign_ins
from certify.demo.people import CERTIFIED
from certify.demo.play import PASSWORD
from certify.models import (
    Activity,
    Assessment,
    Certification,
    Cohort,
    Enterprise,
    IssuingBody,
    Organisation,
    Person,
    RoleGrant,
    db,
)
from certify.models.store import seal_of
from certify.reminders.outbox import deliver_owed
from certify.scheme.words import CertificationState
from tests.client import StrictClient, sign_in
from tests.databases import Postgresql, Sqlite
from tests.demo import TODAY, Demo, Signed, installed
from tests.place import moved

LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')  # the strict client has parsed the page already
MOST_OF_A_KIND = {"sqlite": 2, "postgresql": 1}  # pages of one route that a role looks at


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The installation on each kind of database."""
    kind: Sqlite | Postgresql = request.getfixturevalue(f"{request.param}_kind")
    demo = installed(kind, tmp_path_factory.mktemp("demo"))
    yield demo
    kind.drop(demo.settings.database_url)


@pytest.fixture
def demo_app(demo: Demo, built: Flask) -> Iterator[Flask]:
    """An application on the demonstration."""
    with moved(built, demo.settings) as app:
        deliver_owed(TODAY)
        yield app


@pytest.mark.usefixtures("demo_app")
def test_every_state_of_the_path_is_there() -> None:
    states = set(db.session.scalars(select(Certification.state)))
    assert states == set(CertificationState) - {CertificationState.NEW}


def test_the_record_holds(demo: Demo, demo_app: Flask) -> None:
    """Chain, MAC, personal values, states by replay, leaves, orphans and files."""
    seal = seal_of(db.session())
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        parts = verify.checks(connection, seal, demo.settings.instance / "files")
        assert [(name, finding) for name, part in parts.items() for finding in part()] == []


def test_an_expert_trainer_has_a_sheet_to_score_scores_to_reconcile_and_a_tot_that_has_begun(
    demo: Demo, demo_app: Flask
) -> None:
    client = StrictClient(demo_app)
    sign_in(client, _somebody(demo, "expert_trainer"))
    assert "Declare conflicts" in client.get("/assessments").text
    assert "points apart" in client.get("/assessments").text
    begun = db.session.scalars(
        select(Activity).where(
            Activity.kind == "tot_event", Activity.state == "open", Activity.held_on <= TODAY.date()
        )
    ).one()
    hours = sorted(int(entry.hours_present or 0) for entry in begun.roster)
    tests = sorted(int(entry.test_percent or 0) for entry in begun.roster)
    assert (hours, tests) == ([18, 21, 21], [0, 76, 82])
    assert "Save the roster" in client.get(f"/activities/{begun.id}").text


def test_the_list_of_sign_ins_is_complete(demo: Demo) -> None:
    assert Counter(entry["role"] for entry in demo.entries) == {
        "candidate": 2,
        "expert_trainer": 3,
        "master_trainer": 2,
        "coordinator": 1,
        "provider": 1,
        "enterprise_contact": 1,
        "qa_reviewer": 1,
        "scheme_owner": 1,
        "auditor": 1,
        "administrator": 1,
    }
    fields = {"role", "name", "email", "password", "token", "totp_secret"}
    assert all(set(entry) == fields and entry["totp_secret"] is None for entry in demo.entries)
    assert stat.S_IMODE(demo.path.stat().st_mode) == 0o600


def test_a_sign_in_of_the_list_works(demo: Demo, demo_app: Flask) -> None:
    entry = demo.entries[0]
    client = StrictClient(demo_app)
    form = {**entry, "csrf_token": client.token("/sign-in")}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.get("/desk").status_code == 200


def test_a_token_of_the_list_opens_the_interface_to_its_person(demo: Demo, demo_app: Flask) -> None:
    client = StrictClient(demo_app)
    for entry in demo.entries:
        answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {entry['token']}"})
        assert (answer.status_code, answer.json["email"]) == (200, entry["email"])


@pytest.mark.usefixtures("demo_app")
def test_one_candidate_of_the_list_has_a_case(demo: Demo) -> None:
    emails = [entry["email"] for entry in demo.entries if entry["role"] == "candidate"]
    cases = [
        len(
            db.session.scalars(
                select(Certification.id).join(Certification.holder).filter_by(email=email)
            ).all()
        )
        for email in emails
    ]
    assert cases == [1, 0]


def test_one_of_the_sign_ins_that_are_printed_holds_a_certificate(demo: Demo, demo_app: Flask) -> None:
    printed = sign_ins(demo.path).splitlines()
    assert printed[-1].split() == ["certified", "trainer", CERTIFIED.email, *PASSWORD.split()]
    client = StrictClient(demo_app)
    form = {"email": CERTIFIED.email, "password": PASSWORD, "csrf_token": client.token("/sign-in")}
    assert client.post("/sign-in", data=form).status_code == 303
    page = client.get("/my-credentials").text
    assert (page.count("pill-good"), page.count("Download PDF")) == (1, 1)


def _somebody(demo: Demo, role: str) -> Signed:
    email = next(entry["email"] for entry in demo.entries if entry["role"] == role)
    person = db.session.scalars(select(Person).filter_by(email=email)).one()
    return Signed(key=email.partition("@")[0], name=person.name, role=role, row=person.id)


def _links(html: str) -> list[str]:
    paths = [urldefrag(unescape(link))[0] for link in LINK.findall(html)]
    return [path for path in paths if path.startswith("/") and not urlsplit(path).netloc]


@pytest.mark.parametrize(
    "role",
    [
        "visitor", "candidate", "expert_trainer", "master_trainer", "coordinator", "provider",
        "enterprise_contact", "qa_reviewer", "scheme_owner", "auditor", "administrator",
    ],
)  # fmt: skip
def test_every_page_that_a_role_can_reach_opens(demo: Demo, demo_app: Flask, role: str) -> None:
    client = StrictClient(demo_app)
    if role != "visitor":
        sign_in(client, _somebody(demo, role))
    adapter = demo_app.url_map.bind("localhost")
    most, seen, broken = MOST_OF_A_KIND[db.engine.dialect.name], Counter[str](), []
    waiting = [("/", ""), ("/desk", "")]
    asked: set[str] = set()
    while waiting:
        path, linked_on = waiting.pop(0)
        endpoint = adapter.match(urlsplit(path).path, method="GET")[0]
        if path in asked or endpoint.endswith("static") or seen[endpoint] >= most:
            continue
        asked.add(path)
        seen[endpoint] += 1
        response = client.get(path)
        if response.status_code not in (200, 303):
            broken.append((path, response.status_code, f"linked on {linked_on}"))
        elif response.mimetype == "text/html":
            waiting += [(link, path) for link in _links(response.text)]
    assert broken == []
    assert len(asked) > (4 if role == "visitor" else 6), asked


def test_the_seed_is_refused_where_people_are(demo_app: Flask) -> None:
    done = demo_app.test_cli_runner().invoke(args=["demo", "seed"])
    assert (done.exit_code, done.output) == (
        1,
        "Error: There are people in this database already; nothing was changed.\n",
    )


def test_fresh_is_refused_outside_the_demo(demo_app: Flask, tmp_path: Path) -> None:
    done = demo_app.test_cli_runner().invoke(args=["serve", "--fresh"])
    assert done.exit_code == 1
    assert "refused in mode test" in done.output
    assert db.session.scalar(select(Person.id).limit(1)) is not None


# What stands for <id> in the paths of each part of the site.
ROWS = {
    "certifications": Certification,
    "activities": Activity,
    "assessments": Assessment,
    "cohorts": Cohort,
    "enterprises": Enterprise,
    "organisations": Organisation,
    "issuing-bodies": IssuingBody,
    "people": Person,
    "roles": RoleGrant,
}


def _posts(app: Flask) -> Iterator[tuple[str, dict[str, str]]]:
    """Every route that takes a POST, with things that exist filled in."""
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        row = ROWS.get(rule.rule.split("/")[1])
        for thing in db.session.scalars(select(row.id).limit(2)) if row else [""]:
            filled = dict.fromkeys(rule.arguments, thing)
            filled |= {"move": "retire", "kind": "visit", "person_id": db.session.scalar(select(Person.id))}
            yield rule.endpoint, {name: filled[name] or "x" for name in rule.arguments}


# A token is looked for before any row is: on the second database one of them is enough.
TOKENLESS = [("sqlite", role) for role in ("visitor", "candidate", "master_trainer", "administrator")]


@pytest.mark.parametrize(
    ("demo", "role"),
    [*TOKENLESS, ("sqlite", "coordinator"), ("postgresql", "coordinator")],
    indirect=["demo"],
)
def test_a_post_without_its_token_changes_nothing(demo: Demo, demo_app: Flask, role: str) -> None:
    client = StrictClient(demo_app)
    if role != "visitor":
        sign_in(client, _somebody(demo, role))
    adapter = demo_app.url_map.bind("localhost")
    changed = []
    for endpoint, values in list(_posts(demo_app)):
        path = adapter.build(endpoint, values, method="POST") + "?module=WPC&country=VN"
        answer = client.post(path, data={"reason": "x"})
        if set(client.written) - {"throttle_count", "sign_in"}:
            changed.append((endpoint, answer.status_code, client.written))
    assert changed == []
    assert client.get("/desk").status_code == (303 if role == "visitor" else 200)
