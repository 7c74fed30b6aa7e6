"""Charts: lengths are shares of the largest figure, and what is unknown is not drawn as nought."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from certify.presentation.charts import INSET, Mark, Segment, bar_chart, line_chart
from tests.front import front

FIGURES = st.lists(st.tuples(st.text(max_size=5), st.none() | st.floats(0, 1e9)), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = front(tmp_path_factory.mktemp("front"))
    with app.test_request_context("/"):
        yield app


def test_bars_are_shares_of_the_largest() -> None:
    chart = bar_chart("Cases", [("Applied", 8), ("Certified", 2), ("Left", None)], "cases")
    assert chart.marks == (
        Mark("Applied", "8 cases", 100, 24),
        Mark("Certified", "2 cases", 25, 68),
        Mark("Left", "–", 0, 112),
    )
    assert chart.rows == (("Applied", "8 cases"), ("Certified", "2 cases"), ("Left", "–"))


def test_a_bar_is_measured_against_the_most_that_is_given() -> None:
    assert [mark.x for mark in bar_chart("Answers", [("Good", 80)], "%", most=100).marks] == [80]


def test_a_line_breaks_where_a_figure_is_unknown() -> None:
    chart = line_chart("Months", [("Jan", 1.0), ("Feb", 2.0), ("Mar", None), ("Apr", 2.0)])
    assert chart.lines == (Segment(8, 94, 36, 34),)
    assert [mark.label for mark in chart.marks] == ["Jan", "Feb", "Apr"]
    assert [label for label, _ in chart.ticks] == ["Jan", "Feb", "Mar", "Apr"]
    assert chart.rows[2] == ("Mar", "–")


def test_figures_are_written_as_the_reader_does() -> None:
    assert bar_chart("Workers", [("All", 641293)]).rows == (("All", "641,293"),)


@given(FIGURES)
def test_nothing_is_drawn_outside_the_picture(figures: list[tuple[str, float | None]]) -> None:
    bars, line = bar_chart("", figures), line_chart("", figures)
    assert all(0 <= mark.x <= 100 and 0 < mark.y < bars.height for mark in bars.marks)
    assert all(INSET <= mark.x <= 100 - INSET and 0 < mark.y < line.height for mark in line.marks)
