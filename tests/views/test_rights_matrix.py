"""Rights to the last cell: every address × method × person × relation, against a table written by hand."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from flask import Flask, request
from jinja2 import FunctionLoader
from jinja2.utils import LRUCache
from sqlalchemy import func, select

from certify import auth
from certify.models import Certification, Enterprise, Event, db
from tests.conftest import DATABASES
from tests.policy.ground import Ground, ground_of, settled, table_of
from tests.policy.lines import API
from tests.policy.rights import PEOPLE, VISITOR, Line, who

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# Told apart by a link that was mailed, which the tests of those pages open.
BY_LINK = {
    "/calendar/feed/<secret>.ics", "/confirm-visit/<token>", "/invitation/<token>", "/opt-out/<token>",
    "/reset/<token>",
}  # fmt: skip
# For everybody who has the number or the list's address; no certificate is issued here.
BY_NUMBER = {"/credentials/<number>.json", "/credentials/<number>.pdf", "/credentials/status/<id>"}


@pytest.fixture(scope="module", params=DATABASES)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Ana recommended, Lan submitted; made once a database, and nothing that is asked here changes it."""
    with settled(request, request.param, "recommended") as (app, ana):
        signed_in = ground_of(app)
        yield replace(signed_in, lines=tuple(table_of(ana)))


@dataclass(frozen=True)
class Cell:
    """One question that was asked, and what was answered."""

    rule: str
    address: str
    method: str
    who: str
    expected: str
    status: int

    def __str__(self) -> str:
        return f"{self.method} {self.address} by {self.who}: {self.status}, expected {self.expected}"

    @property
    def is_right(self) -> bool:
        """Whether the answer is the expected one; who may is told 422, 409 or 400 of an empty form."""
        if self.expected == "allowed":
            return self.status not in (401, 403, 404, 405) and self.status < 500
        at_door = 401 if self.address.startswith(API) else 303
        return self.status == {"sign_in": at_door, "not_found": 404, "forbidden": 403}[self.expected]


def cells(ground: Ground, table: Iterable[Line], people: Iterable[str] = PEOPLE) -> Iterator[Cell]:
    """Every method that an address has, asked by everybody; HEAD, which GET's view answers, once a rule."""
    known: set[str] = set()
    for line in table:
        methods = [each for each in line.may if each != "HEAD" or line.rule not in known]
        known.add(line.rule)
        for method in methods:
            for each in (VISITOR, *people):
                status = ground.status(line, method, each)
                yield Cell(line.rule, line.address, method, each, line.expected(method, each), status)


@contextmanager
def blank_pages(app: Flask) -> Iterator[None]:
    """What is asked here is who gets in: the pages, which other tests read, stay white and cost nothing."""
    loader, cache = app.jinja_env.loader, app.jinja_env.cache
    app.jinja_env.loader, app.jinja_env.cache = FunctionLoader(lambda _name: ""), LRUCache(400)
    try:
        yield
    finally:
        app.jinja_env.loader, app.jinja_env.cache = loader, cache


def test_no_address_and_no_method_is_left_out(ground: Ground) -> None:
    had: dict[str, set[str]] = {}
    for rule in ground.app.url_map.iter_rules():
        if rule.endpoint != "static" and rule.rule not in BY_LINK | BY_NUMBER:
            had.setdefault(rule.rule, set()).update((rule.methods or set()) - {"OPTIONS"})
    told: dict[str, set[str]] = {}
    for line in ground.lines:
        told.setdefault(line.rule, set()).update(line.may)
    assert told == had


def test_everybody_is_answered_as_the_table_says(ground: Ground, request: pytest.FixtureRequest) -> None:
    """All of it on SQLite; on PostgreSQL an address a rule by some people, all of it with `--long`."""
    before, lines, people = _events(ground), ground.lines, PEOPLE
    if db.engine.dialect.name == "postgresql" and not request.config.getoption("long"):
        lines = tuple({line.rule: line for line in lines}.values())
        people = ("ana", "bo", "maya", "olu", "sami", "kim")
    with blank_pages(ground.app):
        asked = list(cells(ground, lines, people))
    wrong = [str(cell) for cell in asked if not cell.is_right]
    kinds = dict(Counter(cell.expected for cell in asked))
    said = f"{len(asked)} cells of {len(lines)} addresses {kinds}, {len(wrong)} unexpected"
    sys.stdout.write(f"\n{said}\n")
    assert wrong == []
    assert _events(ground) == before, "asking changed something"


def test_a_method_that_an_address_does_not_have_is_answered_405(ground: Ground) -> None:
    """The routes alone answer it, before any database is asked: a visitor's word is enough on the second."""
    routes, wrong, asked = ground.app.url_map.bind("localhost"), [], 0
    askers = (VISITOR, "kim", "asa") if db.engine.dialect.name == "sqlite" else (VISITOR,)
    for line in {line.rule: line for line in ground.lines}.values():
        for method in set(METHODS) - set(routes.allowed_methods(line.address)):
            for each in askers:
                asked += 1
                if ground.status(line, method, each) != 405:
                    wrong.append(f"{method} {line.address} by {each}")
    sys.stdout.write(f"\n{asked} cells of methods that are not there, {len(wrong)} unexpected\n")
    assert wrong == []


def test_reading_a_foreign_case_past_the_policy_is_found(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power of the matrix: a view that loads by id, as every one that was forgotten would."""

    def show(id: str) -> str:
        return db.session.get_one(Certification, id).state

    assert _wrong_at(ground, "/certifications/<id>") == set()
    monkeypatch.setitem(ground.app.view_functions, "certifications.show", auth.signed_in(show))
    blind = set(PEOPLE) - who("ana bo bea tuan quy maya olu asa lan sami")
    assert _wrong_at(ground, "/certifications/<id>") >= {f"{each}: 200" for each in blind}


def test_a_form_that_asks_the_policy_after_its_fields_is_found(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may not is told so first: an error beside a field would say that the thing is there."""

    def edit(id: str) -> tuple[str, int]:
        if not request.form:
            return "fill it in", 422
        auth.find(Enterprise, id, "enterprise.edit")
        return "", 200

    monkeypatch.setitem(ground.app.view_functions, "enterprises.edit", auth.signed_in(edit))
    assert "kim: 422" in _wrong_at(ground, "/enterprises/<id>/edit")


def _wrong_at(ground: Ground, rule: str) -> set[str]:
    with blank_pages(ground.app):
        asked = list(cells(ground, [line for line in ground.lines if line.rule == rule]))
    return {f"{cell.who}: {cell.status}" for cell in asked if not cell.is_right}


def _events(ground: Ground) -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0
