"""Charts as geometry: pixels down, per cent across, so that their text keeps its size on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import format_decimal

Figures = Sequence[tuple[str, float | None]]

ROW, TOP = 44, 24  # a bar with its words above it
PLOT, MARGIN = 120, 34  # the height that a line runs in, and what its words need above and below
INSET = 8.0  # per cent kept free at both ends, where the words of a dot stand


@dataclass(frozen=True)
class Mark:
    """One bar or dot: `x` in per cent (a bar's length, a dot's place), `y` in pixels."""

    label: str
    shown: str
    x: float
    y: float


@dataclass(frozen=True)
class Segment:
    """A piece of the line between two neighbours that are both known."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Chart:
    """What macros/chart.html draws; `rows` are the same figures as words."""

    kind: str
    title: str
    height: int
    marks: tuple[Mark, ...]
    rows: tuple[tuple[str, str], ...]
    lines: tuple[Segment, ...] = ()
    ticks: tuple[tuple[str, float], ...] = ()  # words below the line: label, per cent


def bar_chart(title: str, figures: Figures, unit: str = "", most: float | None = None) -> Chart:
    """Bars from nought to `most` (the largest figure unless given); an unknown figure has no bar."""
    known = [value for _, value in figures if value is not None]
    full = most or max([*known, 0])
    marks = tuple(
        Mark(str(label), _shown(value, unit), _share(value, full), TOP + number * ROW)
        for number, (label, value) in enumerate(figures)
    )
    return Chart("bars", str(title), len(marks) * ROW, marks, _rows(figures, unit))


def line_chart(title: str, figures: Figures, unit: str = "") -> Chart:
    """Dots from nought to the largest figure, joined in their order; an unknown figure leaves a gap."""
    full = max([value for _, value in figures if value is not None], default=0)
    step = (100 - 2 * INSET) / max(len(figures) - 1, 1)
    ticks = tuple((str(label), round(INSET + n * step, 2)) for n, (label, _) in enumerate(figures))
    placed = [
        None if value is None else Mark(label, _shown(value, unit), x, _depth(value, full))
        for (label, x), (_, value) in zip(ticks, figures, strict=True)
    ]
    lines = tuple(
        Segment(here.x, here.y, there.x, there.y) for here, there in pairwise(placed) if here and there
    )
    marks = tuple(mark for mark in placed if mark)
    return Chart("line", str(title), PLOT + 2 * MARGIN, marks, _rows(figures, unit), lines, ticks)


def _share(value: float | None, full: float) -> float:
    if value is None or not full:
        return 0
    return round(100 * min(max(value / full, 0), 1), 2)


def _depth(value: float, full: float) -> float:
    return round(MARGIN + PLOT - PLOT * _share(value, full) / 100, 1)


def _rows(figures: Figures, unit: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(label), _shown(value, unit)) for label, value in figures)


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    number = str(format_decimal(value))
    return f"{number} {unit}" if unit else number
