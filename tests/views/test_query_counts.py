"""Every page asks the database as often for fifty rows as for one: all addresses, by who finds most there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import event, select

from certify.models import Activity, Credential, EnterpriseContact, StatusList, db
from certify.models.store import own_tx, write_tx
from certify.reminders.links import make_link
from certify.workflows.signed_documents import sign
from tests.api.client import token_for
from tests.cast import Member
from tests.client import sign_in
from tests.conftest import DATABASES
from tests.policy.ground import Asker, ids_of, settled
from tests.policy.lines import API, Ids, lines
from tests.policy.rights import HERE, PUBLIC, PUBLIC_FORMS, PUBLIC_PARTS, VISITOR, Line, get
from tests.views.plenty import AT, fill

# Who of those that may open a page finds most on it: the first of these, and of some pages several.
RICHEST = ("olu", "asa", "maya", "bo", "ana", "sami", "ada", "sol", "bea", "tuan", "eka")
READERS: Mapping[str, str] = {
    "/desk": "olu bo maya ana sol sami eka asa tuan quy",
    "/certifications/<id>": "olu ana bo",
    "/supervision": "bo",
    "/my-path": "ana",
    "/my-path/activities": "ana",
    "/my-path/data": "ana",
    "/my-path/data.json": "ana",
    "/my-path/files": "ana",
    "/my-path/messages": "ana",
    "/account": "ana",
    "/account/tokens": "ana",
    "/to-confirm": "bo",
    "/assessments": "bo olu",
    "/people/<id>": "ada olu",
}
_FORM = "a form about one thing, whose choices are the scheme's"
_ONE = "one thing, and nothing of which it has many"
# Pages that are as long for fifty rows as for one, and why; they are asked all the same.
AS_LONG: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "/account/absences/new", "/account/mail", "/account/password", "/account/ties/new",
            "/account/tokens/new", "/apply", "/nominate",
            "/nominate/several", "/enterprises/new", "/organisations/new", "/issuing-bodies/new",
            "/recognise",
            "/certifications/<id>/self-assessment", "/certifications/<id>/activities/new/<kind>",
            "/enterprises/<id>/edit", "/people/<id>/edit", "/people/<id>/disable", "/roles/<id>/end",
            "/people/<id>/affiliations/<affiliation_id>/end", "/organisations/<id>/edit",
            "/issuing-bodies/<id>/edit", "/issuing-bodies/<id>/delegations/new",
            "/issuing-bodies/<id>/delegations/<delegation_id>/end", "/account/tokens/<id>/revoke",
            "/activities/<id>/moves/<move>", "/assessments/<id>/moves/<move>", "/assessments/<id>/correct",
            "/assessments/<id>/reconcile", "/certifications/<id>/licences/new",
            "/renewals/<id>/moves/<move>",
            "/licences/<id>/moves/<move>",
        ),
        _FORM,
    ),
    **dict.fromkeys(
        (
            "/files/<id>", "/files/<id>/original", "/assessments/<id>", "/assessments/<id>/print",
            "/roles/<id>", "/licences/<id>", "/reviews/<id>", "/renewals/<id>", "/api/v1/renewals/<id>",
            "/my-path/messages/<id>", "/api/v1/me", "/api/v1/assessments/<id>", "/api/v1/people/<id>",
            "/api/v1/organisations/<id>",
        ),
        _ONE,
    ),
    **dict.fromkeys(
        (
            "/certifications/<id>/application", "/certifications/<id>/application/declarations",
            "/certifications/<id>/application/files", "/certifications/<id>/application/submit",
            "/certifications/<id>/application/<step>",
        ),
        "an application that was submitted: leads on to the case",
    ),
    **dict.fromkeys(
        (*PUBLIC, *PUBLIC_FORMS, *(rule for rule, _ in PUBLIC_PARTS)),
        "for everybody: the scheme, the software, or one number",
    ),
    **dict.fromkeys(
        ("/confirm-visit/<token>", "/invitation/<token>", "/opt-out/<token>", "/reset/<token>"), _ONE
    ),
    **dict.fromkeys(
        ("/account/absences", "/account/calendar"), "who is away or has a calendar address has one of each"
    ),
    **dict.fromkeys(
        ("/certifications/<id>/messages", "/my-path/messages/to-come"),
        "as many messages lie ahead of a case however many cases there are",
    ),
    "/credentials/<number>.json": _ONE,
    "/credentials/status/<id>": "as many bits whoever is certified",
    "/assessments/<id>/draft": "a script's own: answers 409 on a sheet that is handed in",
    "/board/calendar": "one month, in which nothing more happens",
    "/stalls/nudge": "no case is ticked; views/test_stalls.py counts for fifty",
    "/activities/<id>/edit": "closed: says so, and who may send it back",
    "/my-path": "one line a module",
    "/certifications/<id>/renewal": "of one certification there are few renewals",
    "/api/v1/certifications/<id>/renewals": "of one certification there are few renewals",
    **dict.fromkeys(
        (
            "/certifications/<id>/maintenance", "/certifications/<id>/deliveries",
            "/certifications/<id>/deliveries.csv", "/my-path/deliveries",
        ),
        "nobody has delivered since a certification; views/test_maintenance.py counts for many",
    ),
    **dict.fromkeys(("/certifications/<id>/code-of-conduct", "/certifications/<id>/name-change"), _FORM),
    "/certifications/<id>/standing": "nobody is certified yet, and of one case there are few certificates",
    "/my-credentials": "nobody is certified yet; views/test_my_credentials.py counts for twenty",
    "/tot-events/new": "its choices are searched for, not listed",
    "/cohorts/new": "its choices are searched for, not listed",
    "/audit": "a page of the log is as long as any other",
    "/my-path/activities": "a page of a list is as long as any other",
    "/api/v1/activities": "a page of a list is as long as any other",
    "/api/v1/certifications/<id>/events": "a page of the log is as long as any other",
}  # fmt: skip
# What still asks more often, and why it may.
MORE_OFTEN: Mapping[str, str] = {
    f"{API}/activities/<id>": "a ToT event is judged for every candidate on its roster, case by case",
    "/certifications/<id>/messages": "the visits of each cohort of the holder are asked for by themselves",
}
GUESS = {"number": "VN-1"}  # one in four misses is counted, by lot; a number that exists is asked for
ANSWERS = (200, 303, 308, 409, 422)  # 422: the page that shows how that error looks
Asked = tuple[str, str]  # address, reader
Found = tuple[str, int, Counter[str]]  # rule, length of the answer, statements


@pytest.fixture(scope="module")
def walked(request: pytest.FixtureRequest) -> tuple[list[Found], list[Found]]:
    """Every page with one row of everything, and with fifty."""
    if "sqlite" not in DATABASES:
        pytest.skip("the statements are the same on PostgreSQL")
    return _walk(request, 1), _walk(request, 50)


def _walk(request: pytest.FixtureRequest, n: int) -> list[Found]:
    with settled(request, "sqlite", "recommended") as (app, ana):
        readers = [Member(key, key) for key in HERE]
        askers = {VISITOR: Asker(app), **{one.key: sign_in(Asker(app), one) for one in readers}}
        tokens = {one.key: {"Authorization": f"Bearer {token_for(app, one)}"} for one in readers}
        ids = ids_of(ana)
        with own_tx() as session:
            made = fill(session, ids, n)
        numbers = "?numbers=" + ",".join(made)
        more = {"/search": "?q=Holder", "/check-certificates": numbers, "/check-certificates.csv": numbers}
        askers["olu"].get(f"/check-certificates{numbers}")  # an edition is read once a process
        found = []
        for line, reader in _asked(chain(lines(ids), _published(made), _by_link(ids))):
            headers = tokens[reader] if reader in tokens and line.rule.startswith(API) else {}
            with _counted() as statements:
                address = line.address + more.get(line.rule, "")
                answer = askers[reader].open(address, headers=headers)
            assert answer.status_code in ANSWERS, f"{address} by {reader}: {answer.status_code}"
            found.append((f"{line.rule} {line.path} by {reader}", len(answer.data), statements))
        return found


def _asked(table: Iterator[Line]) -> Iterator[tuple[Line, str]]:
    known = set()
    for line in table:
        if "GET" not in line.may or line.path == GUESS:
            continue
        is_public = line.may["GET"] == "public"
        may = (
            [VISITOR] if is_public else [each for each in RICHEST if line.expected("GET", each) == "allowed"]
        )
        for reader in READERS[line.rule].split() if line.rule in READERS else may[:1]:
            if reader in may and (line.address, reader) not in known:
                known.add((line.address, reader))
                yield line, reader


def _published(numbers: list[str]) -> Iterator[Line]:
    """What anybody may fetch of certificates: signed, and the first of them ended."""
    with write_tx() as session:
        for credential in session.scalars(select(Credential).where(Credential.number.in_(numbers))):
            sign(session, credential, AT, "issued")
            credential.documents[-1].ended_at = AT
        lists = session.scalars(select(StatusList.id).order_by(StatusList.id)).all()
    for each in ("/verify/<path:number>", f"{API}/verify/<path:number>", "/credentials/<number>.json"):
        yield Line(each, get("public"), path={"number": numbers[0]})
    for id in lists:
        yield Line("/credentials/status/<id>", get("public"), path={"id": id})


def _by_link(ids: Ids) -> Iterator[Line]:
    """What a mailed link opens."""
    with write_tx() as session:
        visit, contact = session.execute(
            select(Activity.id, EnterpriseContact.email)
            .join(EnterpriseContact, EnterpriseContact.enterprise_id == Activity.enterprise_id)
            .where(Activity.kind == "visit", Activity.state == "submitted")
            .limit(1)
        ).one()
        subjects = {
            "confirm_visit": visit, "invitation": ids.ana, "opt_out": f"{ids.ana}:news", "reset": ids.ana,
        }  # fmt: skip
        links = [
            make_link(session, purpose=purpose, subject=subject, email=contact)
            for purpose, subject in subjects.items()
        ]
    for link in links:
        way, _, token = link.rpartition("/")
        yield Line(f"{way}/<token>", get("public"), path={"token": token})


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """The statements that read, as often as they are sent."""
    statements: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements[statement] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_fifty_rows_cost_as_many_queries_as_one(walked: tuple[list[Found], list[Found]]) -> None:
    more = [
        (page, few.total(), many.total(), (many - few).most_common(1)[0])
        for (page, _, few), (_, _, many) in zip(*walked, strict=True)
        if many.total() > few.total() and page.split()[0] not in MORE_OFTEN
    ]
    assert more == []


def test_what_may_ask_more_often_still_does(walked: tuple[list[Found], list[Found]]) -> None:
    """Whoever mends one takes it out of the table."""
    growing = {
        page.split()[0]
        for (page, _, few), (_, _, many) in zip(*walked, strict=True)
        if many.total() > few.total()
    }
    assert set(MORE_OFTEN) <= growing


def test_every_page_was_longer_for_fifty_rows_or_is_excused(walked: tuple[list[Found], list[Found]]) -> None:
    """So that no page passes because nothing of what it repeats was there."""
    grew: Counter[str] = Counter()
    for (page, short, _), (_, long, _) in zip(*walked, strict=True):
        grew[page.split()[0]] += long > short + 100
    assert {rule for rule, longer in grew.items() if not longer} <= set(AS_LONG)
    assert set(AS_LONG) <= set(grew), "excused, and no page"
