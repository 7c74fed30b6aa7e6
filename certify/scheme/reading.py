"""Reads typed values out of a scheme file's tables and says exactly where one is wrong."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SchemeMistake(Exception):
    """A scheme file breaks a rule: which file, at which key, and the rule as a sentence."""

    def __init__(self, file: str, key: str, rule: str) -> None:
        super().__init__(f"{file}: {key}: {rule}" if key else f"{file}: {rule}")
        self.file, self.key, self.rule = file, key, rule


@dataclass(frozen=True)
class Table:
    """One table of a scheme file, with the path that leads to it."""

    file: str
    path: str
    entries: Mapping[str, Any]

    def at(self, key: str) -> str:
        """The full name of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, rule: str) -> NoReturn:
        """Report a broken rule at a key (or at the table itself, for an empty key)."""
        raise SchemeMistake(self.file, self.at(key) if key else self.path, rule)

    def only(self, needed: Collection[str], optional: Collection[str] = ()) -> None:
        """Refuse keys that nobody reads, and miss those that must be there."""
        for key in self.entries:
            if key not in needed and key not in optional:
                self.wrong(key, "This key is unknown.")
        for key in needed:
            if key not in self.entries:
                self.wrong(key, "This key is missing.")

    def text(self, key: str, *, among: Collection[str] | None = None, pattern: str = "") -> str:
        """A text without control characters; from a vocabulary or of a pattern, where one is given."""
        value = self.entries.get(key)
        if not isinstance(value, str) or value != value.strip() or not value.isprintable():
            self.wrong(key, "This must be a text on one line, without spaces around it.")
        if not value and (among is None or "" not in among):
            self.wrong(key, "This must not be empty.")
        self._known(key, value, among)
        if pattern and not re.fullmatch(pattern, value):
            self.wrong(key, f"{value!r} must look like {pattern}.")
        return value

    def texts(self, key: str, *, among: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different texts."""
        values = self.entries.get(key)
        if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
            self.wrong(key, "This must be a list of texts.")
        for value in values:
            self._known(key, value, among)
            if values.count(value) > 1:
                self.wrong(key, f"{value!r} is listed twice.")
        return tuple(values)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.entries.get(key)
        if not isinstance(value, bool):
            self.wrong(key, "This must be true or false.")
        return value

    def whole_numbers(self, key: str) -> tuple[int, ...]:
        """A rising list of whole numbers, at least one."""
        values = self.entries.get(key)
        if not isinstance(values, list) or not values or not all(type(each) is int for each in values):
            self.wrong(key, "This must be a list of whole numbers.")
        if values != sorted(set(values)):
            self.wrong(key, "The numbers must rise.")
        return tuple(values)

    def day(self, key: str) -> date:
        """A date, as TOML has it or as ISO text."""
        value = self.entries.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self.wrong(key, "This must be a date like 2026-01-31.")

    def table(self, key: str) -> "Table":
        """A table inside this one; empty if absent."""
        value = self.entries.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, "This must be a table.")
        return Table(self.file, self.at(key), value)

    def tables(self, key: str, name: str) -> list["Table"]:
        """A list of tables, each called in mistakes by its key `name`, which no two may share."""
        values = self.entries.get(key)
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            self.wrong(key, f"This must be a list of tables, each begun by [[{key}]].")
        seen: set[str] = set()
        found = []
        for n, value in enumerate(values, start=1):
            called = value.get(name, n)
            if str(called) in seen:
                self.wrong(f"{key}[{called}]", f"The {name} {called!r} occurs twice.")
            seen.add(str(called))
            found.append(Table(self.file, self.at(f"{key}[{called}]"), value))
        return found

    def _known(self, key: str, value: str, among: Collection[str] | None) -> None:
        if among is not None and value not in among:
            self.wrong(key, f"{value!r} is unknown here; known: {', '.join(sorted(filter(None, among)))}.")
