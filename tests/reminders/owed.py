"""Which kinds of message the code owes: read from the code itself, for a list would be forgotten."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import certify

ROOT = Path(certify.__file__).parent
# Who is handed a kind, and as which argument; whoever hands an own `kind` on to them is one of them.
FIRST: dict[str, int | None] = {"owe": None, "Addressee": 2, "tell": 1}
TABLE = "tell"  # is handed the kind of each person
Words = set[str] | None  # None: the running program alone knows


@dataclass(frozen=True)
class Source:
    """A module of the application; `of` holds all of them by name."""

    name: str
    tree: ast.Module
    of: dict[str, "Source"] = field(repr=False)

    @cached_property
    def named(self) -> dict[str, set[str]]:
        """The words behind its own constants and tables."""
        return {
            target.id: _words(value)
            for node in self.tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target, value in _pairs(_target(node), node.value)
            if isinstance(target, ast.Name)
        }

    @cached_property
    def imported(self) -> dict[str, set[str]]:
        """The words behind the constants that it takes from another module."""
        return {
            alias.name: self.of[node.module].named.get(alias.name, set())
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.module in self.of
            for alias in node.names
        }

    @cached_property
    def calls(self) -> list[tuple[ast.stmt, list[str], ast.Call]]:
        """Every call: in which function with which parameters, or in which table of the module."""
        classes = [inner for node in self.tree.body if isinstance(node, ast.ClassDef) for inner in node.body]
        return [
            (part, _parameters(part) if isinstance(part, ast.FunctionDef) else [], node)
            for part in (*self.tree.body, *classes)
            if not isinstance(part, ast.ClassDef)
            for node in ast.walk(part)
            if isinstance(node, ast.Call)
        ]

    def handed(self, who: dict[str, int | None]) -> Iterator[tuple[ast.stmt, list[str], ast.expr]]:
        """Each kind that is handed to somebody who owes: where, among which parameters, and as what."""
        for part, parameters, call in self.calls:
            if (name := self.scoped(_name(call.func))) in who:
                given = _given(call, who[name])
                for one in _in_table(given, part) if name == TABLE else [given]:
                    if one is not None:
                        yield part, parameters, one

    def scoped(self, name: str) -> str:
        """A name that starts with an underscore is the module's own."""
        return f"{self.name}.{name}" if name.startswith("_") else name

    def words(self, node: ast.expr, part: ast.AST) -> Words:
        """The kinds that an expression can be."""
        match node:
            case ast.Constant(value=str(word)):
                return {word}
            case ast.IfExp(body=first, orelse=second):
                return _all(self.words(first, part), self.words(second, part))
            case ast.BoolOp(values=values):
                return _all(*(self.words(value, part) for value in values))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="get")):
                return self.named.get(table) or None
            case ast.Name(id=name):
                known = self.named.get(name) or self.imported.get(name)
                return known or self._assigned(name, part)
        return None

    def _assigned(self, name: str, part: ast.AST) -> Words:
        for node in ast.walk(part):
            if isinstance(node, ast.Assign) and _name(node.targets[0]) == name:
                return self.words(node.value, part)
        return None


def owed() -> tuple[set[str], set[str]]:
    """The kinds that are owed somewhere, and the places where the running program alone knows which."""
    told = _sources()
    who, kinds, unknown = _who_owes(told), set[str](), set[str]()
    for source in told:
        for part, parameters, given in source.handed(who):
            if _name(given) == "kind" and "kind" in parameters:
                continue  # handed on: whoever calls this one says it
            found = source.words(given, part)
            kinds |= found or set()
            if found is None:
                unknown.add(f"{source.name}: {ast.unparse(given)}")
    return kinds, unknown


def _sources() -> list[Source]:
    of: dict[str, Source] = {}
    for path in sorted(ROOT.rglob("*.py")):
        name, text = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts), path.read_text("utf-8")
        if any(word in f"{name} {text}" for word in ("notices", "telling")):  # nobody owes without them
            of[name] = Source(name, ast.parse(text), of)
    return list(of.values())


def _who_owes(told: list[Source]) -> dict[str, int | None]:
    """Every function that takes a `kind` and has it owed, with the place of that argument."""
    who = dict(FIRST)
    while True:
        more: dict[str, int | None] = {
            source.scoped(part.name): parameters.index("kind")
            for source in told
            for part, parameters, given in source.handed(who)
            if isinstance(part, ast.FunctionDef) and _name(given) == "kind" and "kind" in parameters
        }
        if more.keys() <= who.keys():
            return who
        who = more | who


def _given(call: ast.Call, place: int | None) -> ast.expr | None:
    named = next((one.value for one in call.keywords if one.arg == "kind"), None)
    return named or (call.args[place] if place is not None and place < len(call.args) else None)


def _in_table(given: ast.expr | None, part: ast.stmt) -> list[ast.expr]:
    """The kinds of a table of people, however it is put together."""
    match given:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return [
                one for key, value in pairs for one in (_in_table(value, part) if key is None else [value])
            ]
        case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[_people, kind]):
            return [kind]
        case ast.Name(id=name):
            assigned = [
                node.value
                for node in ast.walk(part)
                if isinstance(node, ast.Assign) and _name(node.targets[0]) == name
            ]
            own = [value for value in assigned if name not in map(_name, _spread(value))]
            more = [value for value in assigned if value not in own]
            rest = [one for value in more for one in _spread(value) if _name(one) != name]
            return [one for value in (*own, *rest) for one in _in_table(value, part)]
    return []


def _spread(node: ast.expr) -> list[ast.expr]:
    """The tables that a table takes in."""
    if not isinstance(node, ast.Dict):
        return []
    return [value for key, value in zip(node.keys, node.values, strict=True) if key is None]


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.target if isinstance(node, ast.AnnAssign) else node.targets[0]


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _words(node: ast.expr) -> set[str]:
    """The word of a constant, or those on the right of a table."""
    each = node.values if isinstance(node, ast.Dict) else [node]
    return {one.value for one in each if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _all(*found: Words) -> Words:
    known = [one for one in found if one is not None]
    return set[str]().union(*known) if len(known) == len(found) else None


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
