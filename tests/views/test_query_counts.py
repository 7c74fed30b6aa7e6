"""Every page asks the database as often for fifty rows as for one: all addresses, by who finds most there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from certify.models import db
from certify.models.store import own_tx
from tests.api.client import token_for
from tests.cast import Member
from tests.client import sign_in
from tests.conftest import DATABASES
from tests.policy.ground import Asker, ids_of, settled
from tests.policy.lines import API, lines
from tests.policy.rights import HERE, Line
from tests.views.plenty import fill

# Who of those that may open a page finds most on it: the first of these, and of some pages several.
RICHEST = ("olu", "asa", "maya", "bo", "ana", "sami", "ada", "sol", "bea", "tuan", "eka")
READERS: Mapping[str, str] = {
    "/desk": "olu bo maya ana sol sami eka asa tuan",
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
            "/account/password", "/account/ties/new", "/account/tokens/new", "/apply", "/nominate",
            "/nominate/several", "/enterprises/new", "/organisations/new", "/issuing-bodies/new",
            "/recognise",
            "/certifications/<id>/self-assessment", "/certifications/<id>/activities/new/<kind>",
            "/enterprises/<id>/edit", "/people/<id>/edit", "/people/<id>/disable", "/roles/<id>/end",
            "/people/<id>/affiliations/<affiliation_id>/end", "/organisations/<id>/edit",
            "/issuing-bodies/<id>/edit", "/issuing-bodies/<id>/delegations/new",
            "/issuing-bodies/<id>/delegations/<delegation_id>/end", "/account/tokens/<id>/revoke",
            "/activities/<id>/moves/<move>", "/assessments/<id>/moves/<move>", "/assessments/<id>/correct",
            "/assessments/<id>/reconcile",
        ),
        _FORM,
    ),
    **dict.fromkeys(
        (
            "/files/<id>", "/files/<id>/original", "/assessments/<id>", "/assessments/<id>/print",
            "/roles/<id>",
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
    "/assessments/<id>/draft": "a script's own: answers 409 on a sheet that is handed in",
    "/board/calendar": "one month, in which nothing more happens",
    "/activities/<id>/edit": "closed: says so, and who may send it back",
    "/my-path": "one line a module",
    "/my-credentials": "nobody is certified yet; views/test_my_credentials.py counts for twenty",
    "/tot-events/new": "its choices are searched for, not listed",
    "/cohorts/new": "its choices are searched for, not listed",
    "/audit": "a page of the log is as long as any other",
    "/api/v1/activities": "a page of a list is as long as any other",
    "/api/v1/certifications/<id>/events": "a page of the log is as long as any other",
}  # fmt: skip
# What still asks more often, and why it may.
MORE_OFTEN: Mapping[str, str] = {
    f"{API}/activities/<id>": "a ToT event is judged for every candidate on its roster, case by case",
}
BY_LINK = {"/confirm-visit/<token>", "/invitation/<token>", "/reset/<token>"}
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
        askers = {one.key: sign_in(Asker(app), one) for one in readers}
        tokens = {one.key: {"Authorization": f"Bearer {token_for(app, one)}"} for one in readers}
        ids = ids_of(ana)
        with own_tx() as session:
            numbers = "?numbers=" + ",".join(fill(session, ids, n))
        more = {"/search": "?q=Holder", "/check-certificates": numbers, "/check-certificates.csv": numbers}
        askers["olu"].get(f"/check-certificates{numbers}")  # an edition is read once a process
        found = []
        for line, reader in _asked(lines(ids)):
            headers = tokens[reader] if line.rule.startswith(API) else {}
            with _counted() as statements:
                address = line.address + more.get(line.rule, "")
                answer = askers[reader].open(address, headers=headers)
            assert answer.status_code in (200, 303, 409), f"{address} by {reader}: {answer.status_code}"
            found.append((f"{line.rule} {line.path} by {reader}", len(answer.data), statements))
        return found


def _asked(table: Iterator[Line]) -> Iterator[tuple[Line, str]]:
    known = set()
    for line in table:
        if line.may.get("GET", "public") == "public":
            continue
        may = [each for each in RICHEST if line.expected("GET", each) == "allowed"]
        for reader in READERS[line.rule].split() if line.rule in READERS else may[:1]:
            if reader in may and (line.address, reader) not in known:
                known.add((line.address, reader))
                yield line, reader


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
