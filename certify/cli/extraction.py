"""What Babel finds in our files: gettext calls, the sentences that tables declare, the editions' texts."""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python

# The classes whose arguments reach the screen: by place and by name. Views translate them with `say`.
DECLARED: dict[str, frozenset[int | str]] = {
    "Move": frozenset({1, 5, "label", "sentence", "confirm"}),
    "Fact": frozenset({2, 3, "label", "hint", "choices"}),
    "Refusal": frozenset({1, "reason"}),
    "InvalidFacts": frozenset({0}),
    "Wording": frozenset({0, 1, 2, "subject", "sentences", "action"}),
    "_deciding": frozenset({1, 2}),
    # Those that return a Wording.
    **dict.fromkeys(
        ("_nudge", "_of_case", "_of_licence", "_of_renewal", "_of_review", "_reissued", "of_case"),
        frozenset({*range(9), "action"}),
    ),
}
TEXTS = ("text", "name", "unit", "recognised")  # of an edition
WORDING = ("_title", "_statement")  # what the papers say


def extract(file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Any, options: Any) -> Iterator[Any]:
    """(line, function, text, comments) of everything to translate in a module, as babel.cfg asks."""
    source = file.read()
    yield from extract_python(BytesIO(source), keywords, comment_tags, options)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DECLARED:
            found = declared(node, DECLARED[node.func.id])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in DECLARED:
            found = defaults(node)
        else:
            continue
        for line, text in found:
            yield line, None, text, []


def extract_edition(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """The names, sentences and units of an edition of the scheme, so that languages can follow it."""
    source = file.read().decode("utf-8")
    lines = source.splitlines()
    for text in dict.fromkeys(_texts(tomllib.loads(source))):
        line = next((n for n, each in enumerate(lines, 1) if text in each), 1)
        yield line, None, text, []


def _texts(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, key)
    elif (key in TEXTS or key.endswith(WORDING)) and isinstance(value, str) and value:
        yield value
        if key == "unit" and value.endswith("s"):
            yield value.removesuffix("s")  # one of something


def declared(call: ast.Call, where: frozenset[int | str]) -> Iterator[tuple[int, str]]:
    """The sentences among a call's arguments; names such as "grant" are none."""
    given = [argument for place, argument in enumerate(call.args) if place in where]
    given += [keyword.value for keyword in call.keywords if keyword.arg in where]
    return _sentences(given)


def defaults(node: ast.FunctionDef | ast.ClassDef) -> Iterator[tuple[int, str]]:
    """The sentences that stand where an argument is left out."""
    if isinstance(node, ast.FunctionDef):
        return _sentences([*node.args.defaults, *filter(None, node.args.kw_defaults)])
    return _sentences([each.value for each in node.body if isinstance(each, ast.AnnAssign) and each.value])


def _sentences(given: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    for argument in given:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sentence(node.value):
                yield node.lineno, node.value


def _is_sentence(text: str) -> bool:
    return text[:1].isupper() or text.startswith("{") or (" " in text and not text.startswith("/"))
