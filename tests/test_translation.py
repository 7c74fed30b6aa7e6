"""Every word of every page goes through gettext: in a language of brackets, the missed ones stand outside."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.exceptions import HTTPException

from certify.cli.translations import bracketed, extract_to, write_pseudo
from certify.models import Person, db
from certify.models.store import own_tx
from certify.scheme.catalogue import shipped
from tests.client import StrictClient, sign_in
from tests.databases import Sqlite
from tests.demo import Demo, installed
from tests.html import parse
from tests.untranslated import OURS, Known, of_locale, unwrapped, written

LANGUAGE = "eo"  # one that nobody translates to yet, written from left to right
ROLES = (
    "visitor", "candidate", "expert_trainer", "master_trainer", "coordinator", "provider",
    "enterprise_contact", "qa_reviewer", "scheme_owner", "auditor", "administrator",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return installed(sqlite_kind, tmp_path_factory.mktemp("translated"))


@pytest.fixture(scope="module")
def web(demo: Demo) -> Iterator[Flask]:
    """The demonstration, in which everybody reads the language of brackets."""
    write_pseudo(demo.settings.instance / "translations", LANGUAGE)
    app = demo.app()
    with app.app_context():
        with own_tx() as session:
            for person in session.query(Person):
                person.language = LANGUAGE
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def known(web: Flask) -> Known:
    return Known((*written(), *of_locale(LANGUAGE), *OURS), shipped("score-2026").requirements)


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """The routes that were read: one reading each is enough for all roles."""
    return {"static", "nowhere", "files.show", "styleguide.first", "styleguide.show", "styleguide.error"}


def _client(web: Flask, demo: Demo, role: str) -> StrictClient:
    client = StrictClient(web)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = LANGUAGE
    return client if role == "visitor" else sign_in(client, demo.person(role))


@pytest.mark.parametrize("role", ROLES)
def test_every_word_is_translated(web: Flask, demo: Demo, known: Known, asked: set[str], role: str) -> None:
    client = _client(web, demo, role)
    pages = _pages(web, client, asked)
    missed = [f"{path}: {piece}" for path, html in pages for piece in known.missed(html)]
    assert not missed, "\n".join(missed)


def _pages(web: Flask, client: StrictClient, asked: set[str]) -> Iterator[tuple[str, str]]:
    """One page of each route, and its form sent empty; the first page differs for every reader."""
    asked.discard("desk.show")
    waiting = ["/", "/desk"]
    while waiting:
        path = waiting.pop(0)
        endpoint = _endpoint(web, path)
        if endpoint in asked:
            continue
        asked.add(endpoint)
        answer = client.get(path)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        yield path, answer.text
        document = parse(answer.text)
        waiting += [urldefrag(link.get("href", ""))[0] for link in document.iter("a")]
        for form in document.iter("form"):
            if form.get("class") == "form" and form.get("method") == "post":
                sent = client.post(form.get("action") or path, data={"csrf_token": "stale"})
                yield f"{path} in error", sent.text


def _endpoint(web: Flask, path: str) -> str:
    if not path.startswith("/"):
        return "nowhere"
    try:
        return str(web.url_map.bind("localhost").match(urlsplit(path).path, method="GET")[0])
    except HTTPException:
        return "nowhere"


def test_a_missed_word_is_found(web: Flask, demo: Demo, known: Known) -> None:
    page = '{% extends "base.html" %}{% block title %}{{ _("Verify") }}{% endblock %}{% block content %}' + (
        '<h1>{{ _("Verify") }}</h1><p>Keep the form</p><p aria-label="Nearest first">{{ _("Verify") }} '
        'Phùng Anh Đức, WPC</p><p>{{ _("Never extracted") }}</p>{% endblock %}'
    )
    overlaid = demo.app()
    overlaid.jinja_env.loader = ChoiceLoader([DictLoader({"public/home.html": page}), web.jinja_env.loader])
    html = _client(overlaid, demo, "visitor").get("/").text
    assert known.missed(html) == ["Keep the form", "Nearest first", "Never extracted"]


def test_a_page_compiled_for_one_reader_is_in_the_language_of_the_next(web: Flask, demo: Demo) -> None:
    """Jinja answers a filter of a constant as it compiles, unless the filter asks for what it stands in."""
    app = demo.app()
    page = '{% extends "base.html" %}{% block content %}<h1>{{ "candidate"|word }}</h1>{% endblock %}'
    app.jinja_env.loader = ChoiceLoader([DictLoader({"public/home.html": page}), app.jinja_env.loader])
    first = StrictClient(app).get("/", headers={"Accept-Language": "en"}).text
    assert ("Candidate" in first, "⟦Candidate⟧" in first) == (True, False)
    assert "⟦Candidate⟧" in _client(app, demo, "visitor").get("/").text


def test_a_missed_word_among_data_is_found() -> None:
    known = Known(["Phùng Anh Đức", "Workplace Cooperation"])
    page = "<!DOCTYPE html><html lang=eo><head><title>⟦x⟧</title></head><body>{}</body></html>"
    assert known.missed(page.format("<p>Phùng Anh Đức · Workplace Cooperation, ⟦due⟧ 25</p>")) == []
    for said in ("Phùng Anh Đức decided", "Cooperation", "⟦due⟧ by 25", "phùng anh đức"):
        assert known.missed(page.format(f"<p>{said}</p>")) == [said]


def test_values_stand_outside_the_brackets() -> None:
    assert bracketed("Due %(day)s, 60 %% of {n}.") == "⟦Due ⟧%(day)s⟦, 60 ⟧%%⟦ of ⟧{n}."
    assert unwrapped("⟦Due ⟧open⟦ on⟧").split() == ["open"]


def test_a_reader_from_right_to_left_gets_mirrored_pages(web: Flask, demo: Demo, tmp_path: Path) -> None:
    write_pseudo(demo.settings.instance / "translations", "ar")
    client = StrictClient(demo.app())
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ar"
    page = client.get("/").text
    assert re.search(r'<html lang="ar" dir="rtl">', page)
    assert "bootstrap.rtl.min.css" in page


def test_what_tables_and_editions_declare_is_extracted(tmp_path: Path) -> None:
    template = extract_to(tmp_path / "messages.pot").read_text(encoding="utf-8")
    found = set(re.findall(r'^msgid "(.+)"$', template, re.MULTILINE))
    declared = {"{actor} admitted the candidate.", "Enrol in a ToT", "What to practise", "Open the case"}
    assert declared | {"Workplace Cooperation", "months", "month", "Search"} <= found
    assert "grant" not in found
