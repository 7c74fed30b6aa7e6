"""Tables for spreadsheets: UTF-8 that they recognise, and no cell that they take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """A file to take along, offered under a name."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(map(cell, head))
    writer.writerows(map(cell, row) for row in rows)
    response = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA else text
