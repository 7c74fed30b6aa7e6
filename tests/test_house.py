"""The rules of the house (names, shapes, places) as tests over the tree, the routes and the templates."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parent.parent
CODE = ROOT / "certify"
TEMPLATES = CODE / "templates"
OURS = sorted(
    path
    for folder in ("certify", "tests", "scripts")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)
OUR_CODE = [path for path in OURS if path.is_relative_to(CODE)]
PAGES = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())

LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(_tree(path))


def test_every_module_says_what_it_is() -> None:
    assert [_name(path) for path in OURS if not ast.get_docstring(_tree(path))] == []


def test_no_file_is_too_long() -> None:
    long = {_name(p): n for p in OURS if (n := len(p.read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{_name(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in OURS
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [_name(p) for p in (*OURS, *PAGES) if later.search(p.read_text(encoding="utf-8"))] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"helpers", "utils", "util", "helper", "misc", "common", "manager"}
    assert [_name(path) for path in OURS if path.stem in empty] == []


def _reads_the_time(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    read = node.func
    of = read.value.id if isinstance(read.value, ast.Name) else getattr(read.value, "attr", "")
    return (of, read.attr) in {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
    }


def test_only_the_clock_reads_the_time() -> None:
    reads = {_name(path) for path in OUR_CODE for node in _nodes(path) if _reads_the_time(node)}
    assert reads == {"certify/clock.py"}


def _writes_a_state(node: ast.AST) -> bool:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
        return True
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if called else ""
    return name in ("values", "setattr") and any(
        keyword.arg == "state" for keyword in getattr(node, "keywords", [])
    )


def test_only_the_engine_writes_a_state() -> None:
    """A message's state is its delivery, which no workflow rules: outbox, demo and its erasure write that."""
    writers = {_name(path) for path in OUR_CODE for node in _nodes(path) if _writes_a_state(node)}
    of_messages = {
        "reminders/outbox", "reminders/digests", "reminders/planning", "reminders/sweep", "demo/outbox",
        "workflows/credential_mail",
    }  # fmt: skip
    assert writers - {f"certify/{name}.py" for name in of_messages} == {"certify/workflows/engine.py"}


def test_views_and_api_hold_no_query() -> None:
    asks = {"select", "query", "scalars", "scalar", "filter_by", "join"}
    queries = {
        f"{_name(path)}:{node.lineno}"
        for folder in ("views", "api")
        for path in (CODE / folder).rglob("*.py")
        for node in _nodes(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in asks - {"join"}
    }
    assert queries == set()


def test_templates_hold_no_inline_style_or_script() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    found = [_name(page) for page in PAGES if page.suffix == ".html" and inline.search(page.read_text())]
    assert found == []


def test_every_template_is_used() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in (*OUR_CODE, *PAGES))
    named = set(re.findall(r"[\"']([\w/.-]+?)(?:\.html|\.txt|\.svg|\.\{\w+\})[\"']", everything))
    # The letters are found by their kind, in a folder of their own: "message.{ending}".
    named |= {f"mail/{name}" for name in named}
    unused = [str(page) for page in PAGES if str(page.relative_to(TEMPLATES).with_suffix("")) not in named]
    assert unused == []


def _rules(app: Flask) -> list[tuple[str, str]]:
    return [
        (rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static")
    ]


def test_every_route_carries_one_mark(app: Flask) -> None:
    from certify.auth.marks import mark_of
    from certify.policy import ACTIONS

    unmarked, unknown = [], []
    for path, endpoint in _rules(app):
        mark = mark_of(app.view_functions[endpoint])
        if mark is None:
            unmarked.append(path)
        elif mark.kind == "action" and mark.action not in ACTIONS:
            unknown.append((path, mark.action))
    assert (unmarked, unknown) == ([], [])


def test_a_second_mark_is_refused() -> None:
    from certify.auth.marks import MarkMissing, public, signed_in

    with pytest.raises(MarkMissing):
        public(signed_in(lambda: ""))


def test_every_path_is_in_kebab_case(app: Flask) -> None:
    part = re.compile(r"(<[\w:]+>|[a-z0-9]+(-[a-z0-9]+)*)(\.[a-z]+)?")
    odd = [
        path
        for path, _ in _rules(app)
        if not all(part.fullmatch(each) for each in path.strip("/").split("/") if each)
    ]
    assert odd == []


def test_generated_pages_say_what_the_code_says(app: Flask) -> None:
    from certify.cli.docs import outdated

    assert outdated() == []


@pytest.mark.skipif(sys.platform == "win32", reason="the entry point lies elsewhere")
def test_the_import_contracts_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
