"""The grids of activities: days with hours, attendance, feedback, baseline readings."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext

from certify.forms.fields import Choices
from certify.forms.grids import Column, Grid
from certify.workflows.activity_fields import ROLES, SEXES


class DayRows(Grid):
    """`[{on, hours}]`: a line a day; blank lines count for nothing."""

    def __init__(self, label: Any = None, *, lines: int = 5, **kwargs: Any) -> None:
        self.least_lines = lines
        self.shown = lines
        super().__init__(label, **kwargs)

    def columns(self) -> Sequence[Column]:
        """The day and its hours."""
        return (Column("on", gettext("Day"), "day"), Column("hours", gettext("Hours"), "decimal", 24))

    def lines(self) -> Iterable[tuple[str, str]]:
        """Numbered days."""
        return [(str(n), gettext("Day %(n)s", n=n + 1)) for n in range(self.shown)]

    def show(self, value: Any) -> None:
        """Always two more lines than days."""
        self.shown = max(self.least_lines, len(value or ()) + 2)
        super().show(value)

    def texts(self, value: Any) -> dict[str, str]:
        """A day and its hours in each line."""
        return {f"{n}-{key}": str(day[key]) for n, day in enumerate(value) for key in ("on", "hours")}

    def made(self) -> list[dict[str, Any]]:
        """The filled lines."""
        return [{"on": row["on"], "hours": row["hours"]} for row in self.rows if not row.blank]

    def check(self) -> None:
        """A day needs its hours, and hours their day."""
        for row in self.rows:
            for cell in row.cells:
                if not row.blank and not cell.text and not cell.errors:
                    cell.errors = [gettext("Fill in: %(label)s.", label=cell.label)]


class Attendance(Grid):
    """`[{enterprise, role, sex, n}]`: a line an enterprise, a column a role and sex."""

    def __init__(self, label: Any = None, *, enterprises: Choices = (), **kwargs: Any) -> None:
        self.enterprises = list(enterprises)
        super().__init__(label, **kwargs)

    def columns(self) -> Sequence[Column]:
        """Managers and workers by sex."""
        return [
            Column(f"{role}-{sex}", f"{gettext(of_role)}, {gettext(of_sex).lower()}", "integer", 1000)
            for role, of_role in ROLES
            for sex, of_sex in SEXES
        ]

    def lines(self) -> Iterable[tuple[str, str]]:
        """The enterprises."""
        return self.enterprises

    def texts(self, value: Any) -> dict[str, str]:
        """The number of people in each cell."""
        return {f"{row['enterprise']}-{row['role']}-{row['sex']}": str(row["n"]) for row in value}

    def made(self) -> list[dict[str, Any]]:
        """One entry for each filled cell."""
        return [
            {
                "enterprise": row.key,
                "role": cell.column.key.split("-")[0],
                "sex": cell.column.key.split("-")[1],
                "n": cell.value,
            }
            for row in self.rows
            for cell in row.cells
            if cell.value is not None
        ]


class Feedback(Grid):
    """`{asked, answers}`: how many people were asked, and how many answered 1, 2, … 5."""

    def columns(self) -> Sequence[Column]:
        """Asked, then the answers by score."""
        answers = [
            Column(str(score), gettext("Answered %(score)s", score=score), "integer", 2000)
            for score in range(1, 6)
        ]
        return [Column("asked", gettext("Asked"), "integer", 10_000), *answers]

    def lines(self) -> Iterable[tuple[str, str]]:
        """One line."""
        return [("all", gettext("People"))]

    def texts(self, value: Any) -> dict[str, str]:
        """How often each score was answered."""
        answers = list(value.get("answers") or ())
        counts = {f"all-{score}": str(answers.count(score)) for score in range(1, 6) if answers}
        return {"all-asked": str(value.get("asked", "")), **counts}

    def check(self) -> None:
        """Answers without the number of those asked say nothing."""
        row = self.rows[0]
        asked = row.cells[0]
        if not row.blank and not asked.text:
            asked.errors = [gettext("Fill in: %(label)s.", label=asked.column.label)]

    def made(self) -> dict[str, Any] | None:
        """One answer a participant, lowest first; None when nothing was typed."""
        row = self.rows[0]
        if row.blank or row["asked"] is None:
            return None
        answers = [score for score in range(1, 6) for _ in range(row[str(score)] or 0)]
        return {"asked": row["asked"], "answers": answers}


class Readings(Grid):
    """`[{kpi, value, unit}]`: what was read at the enterprise, a line a reading."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        self.shown = 5
        super().__init__(label, **kwargs)

    def columns(self) -> Sequence[Column]:
        """What, how much, in which unit."""
        return (
            Column("kpi", gettext("What was read"), "text", 200),
            Column("value", gettext("Value"), "text", 200),
            Column("unit", gettext("Unit"), "text", 60),
        )

    def lines(self) -> Iterable[tuple[str, str]]:
        """Numbered readings."""
        return [(str(n), gettext("Reading %(n)s", n=n + 1)) for n in range(self.shown)]

    def show(self, value: Any) -> None:
        """Always two more lines than readings."""
        self.shown = max(5, len(value or ()) + 2)
        super().show(value)

    def texts(self, value: Any) -> dict[str, str]:
        """The parts of each reading."""
        return {f"{n}-{key}": str(text) for n, reading in enumerate(value) for key, text in reading.items()}

    def made(self) -> list[dict[str, str]]:
        """The filled lines."""
        return [
            {cell.column.key: cell.value for cell in row.cells if cell.value is not None}
            for row in self.rows
            if not row.blank
        ]
