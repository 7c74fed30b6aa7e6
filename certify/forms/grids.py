"""Grids: many small inputs in rows and columns that make up one fact, kept as typed when wrong."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from certify.forms.rows import ManyInputs

_INTEGER = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}([.,][0-9]{1,2})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
CROSSES = ("x", "×", "✓")
_SCORES = re.compile(r"[1-5]([\s,;]+[1-5])*", re.ASCII)


@dataclass(frozen=True)
class Column:
    """One column; `sort` is day, integer, decimal, hours, scores or text, and says how a cell is read."""

    key: str
    label: str
    sort: str
    most: int | Decimal = 100
    note: str = ""  # a second line of the heading


@dataclass
class Cell:
    """One input of a grid, with what was typed there."""

    name: str
    column: Column
    label: str  # row and column, for who cannot see the table
    text: str = ""
    value: Any = None
    errors: list[str] = field(default_factory=list)
    fixed: bool = False  # follows from other cells: shown, not asked


@dataclass
class Row:
    """One line of a grid."""

    key: str
    label: str
    cells: list[Cell]

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in the line."""
        return not any(cell.text for cell in self.cells)

    def __getitem__(self, key: str) -> Any:
        return next(cell.value for cell in self.cells if cell.column.key == key)


class Grid(ManyInputs):
    """Rows × columns of inputs; a subclass says which, and how rows make the value."""

    layout = "grid"
    corner = ""

    def __init__(self, label: Any = None, *, required: bool = False, **kwargs: Any) -> None:
        self.rows: list[Row] = []
        super().__init__(label, required=required, **kwargs)

    def columns(self) -> Sequence[Column]:
        """The columns."""
        raise NotImplementedError

    def lines(self) -> Iterable[tuple[str, str]]:
        """Key and label of each row."""
        raise NotImplementedError

    def texts(self, value: Any) -> dict[str, str]:
        """The texts that show a value, by "row-column"."""
        raise NotImplementedError

    def made(self) -> Any:
        """The value that the filled rows make."""
        raise NotImplementedError

    def show(self, value: Any) -> None:
        """Lay the rows out and fill them with a value."""
        texts = self.texts(value) if value else {}
        self.rows = [
            Row(
                key,
                label,
                [
                    Cell(
                        f"{self.name}-{key}-{column.key}",
                        column,
                        f"{label}: {column.label}",
                        texts.get(f"{key}-{column.key}", ""),
                    )
                    for column in self.columns()
                ],
            )
            for key, label in self.lines()
        ]
        self.data = value

    def read(self, formdata: Any) -> None:
        """Take every cell as typed."""
        self.put({cell.name: self.one(formdata, cell.name) for cell in self.cells if not cell.fixed})

    def put(self, texts: Mapping[str, str]) -> None:
        """Write these texts into their cells, as if they had been typed; other cells stay."""
        for cell in self.cells:
            cell.text = texts.get(cell.name, cell.text)
            cell.value, cell.errors = _read(cell)
        self.data = self.made() if not any(cell.errors for cell in self.cells) else None

    @property
    def cells(self) -> list[Cell]:
        """Every cell, row by row."""
        return [cell for row in self.rows for cell in row.cells]

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        """Refuse what could not be read, and an empty grid where one is needed."""
        self.check()
        self.errors = [sentence for cell in self.cells for sentence in cell.errors]
        if not self.errors and self.required and not self.data:
            self.errors = [gettext("Fill in: %(label)s.", label=self.label.text)]
        return not self.errors

    def check(self) -> None:
        """What holds between cells; a subclass adds errors to them."""

    @property
    def own_errors(self) -> list[str]:
        """The errors that are about the grid and not about one of its inputs."""
        told = {sentence for cell in self.cells for sentence in cell.errors}
        return [sentence for sentence in self.errors if sentence not in told]

    def problems(self) -> list[tuple[str, str]]:
        """Every error with the id of the input that it is about."""
        own = [(self.id, sentence) for sentence in self.own_errors]
        return own + [(cell.name, sentence) for cell in self.cells for sentence in cell.errors]


def _read(cell: Cell) -> tuple[Any, list[str]]:
    if not cell.text:
        return None, []
    try:
        return _READERS[cell.column.sort](cell.text, cell.column.most), []
    except ValueError as wrong:
        return None, [f"{cell.label}. {wrong}"]


def _integer(text: str, most: int | Decimal) -> int:
    if not _INTEGER.fullmatch(text) or int(text) > most:
        raise ValueError(gettext("Give a whole number from 0 to %(most)s.", most=most))
    return int(text)


def _decimal(text: str, most: int | Decimal) -> Decimal:
    plain = text.replace(",", ".")
    if not _DECIMAL.fullmatch(text) or Decimal(plain) > most:
        raise ValueError(gettext("Give a number from 0 to %(most)s, such as 7.5.", most=most))
    return Decimal(plain)


def _hours(text: str, most: int | Decimal) -> Decimal:
    """Hours, or a cross for the whole day."""
    return Decimal(most) if text.lower() in CROSSES else _decimal(text, most)


def _day(text: str, _most: int | Decimal) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2200:
        raise ValueError(gettext("Give a date like 2026-11-22."))
    return day


def _scores(text: str, _most: int | Decimal) -> list[int]:
    if not _SCORES.fullmatch(text):
        raise ValueError(gettext("Give scores from 1 to 5 with spaces between, such as 4 3 5."))
    return [int(digit) for digit in re.findall(r"[1-5]", text)]


def _text(text: str, most: int | Decimal) -> str:
    if len(text) > most:
        raise ValueError(gettext("At most %(n)s characters.", n=most))
    return text


_READERS = {
    "integer": _integer,
    "decimal": _decimal,
    "hours": _hours,
    "day": _day,
    "scores": _scores,
    "text": _text,
}
