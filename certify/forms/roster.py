"""A ToT event's roster in one grid: days × people, the knowledge test and micro-teaching beside them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import format_date, gettext
from wtforms import HiddenField

from certify.forms.base import Form
from certify.forms.fields import Choices
from certify.forms.grids import Cell, Column, Grid
from certify.forms.merging import Clash, Merged, marks_of, merge
from certify.presentation import say as shown
from certify.scheme.sentences import say
from certify.workflows.activity_rules import has_not_come, to_come
from certify.workflows.engine import Refusal

Days = Sequence[tuple[date, str]]
Marked = dict[str, list[str]]  # by the day: the certifications
TOTAL = "hours_present"


class Roster(Grid):
    """`[{certification, days_present, hours_present, test_percent, micro_teaching}]`: a line a candidate."""

    def __init__(
        self,
        label: Any = None,
        *,
        candidates: Choices = (),
        days: Days = (),
        today: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.candidates, self.days = list(candidates), list(days)
        ahead = to_come((on for on, _ in self.days), today) if today else ()
        self.to_come = {on.isoformat(): on for on in sorted(ahead)}
        super().__init__(label, **kwargs)

    def columns(self) -> Sequence[Column]:
        """The days, their sum, and the results."""
        return (
            *(
                Column(on.isoformat(), _day_name(on), "hours", Decimal(hours), gettext("%(n)s h", n=hours))
                for on, hours in self.days
            ),
            Column(TOTAL, gettext("Hours present"), "decimal", 1000),
            Column("test_percent", gettext("Knowledge test, 0–100"), "decimal", 100),
            Column("micro_teaching", gettext("Micro-teaching, each 1 to 5"), "scores"),
        )

    def lines(self) -> Iterable[tuple[str, str]]:
        """The candidates."""
        return self.candidates

    def show(self, value: Any) -> None:
        """A sum of days is shown; where no day is recorded, the sum alone can be typed."""
        super().show(value)
        summed = {entry["certification"] for entry in value or () if _is_by_day(entry)}
        for row in self.rows:
            total = next(cell for cell in row.cells if cell.column.key == TOTAL)
            total.fixed = row.key in summed

    def texts(self, value: Any) -> dict[str, str]:
        """The results of each candidate."""
        shown: dict[str, str] = {}
        for entry in value:
            parts = {day["on"]: day["hours"] for day in entry.get("days_present", ())}
            parts |= {key: entry.get(key) for key in (TOTAL, "test_percent", "micro_teaching")}
            shown |= {f"{entry['certification']}-{key}": _shown(part) for key, part in parts.items()}
        return shown

    def made(self) -> list[dict[str, Any]]:
        """Every candidate of the roster, also one without results yet."""
        return [{"certification": row.key, **self._row(row.cells)} for row in self.rows]

    def _row(self, cells: Iterable[Cell]) -> dict[str, Any]:
        values = {cell.column.key: cell.value for cell in cells if not cell.fixed}
        days = [
            {"on": on.isoformat(), "hours": values[on.isoformat()]}
            for on, _ in self.days
            if values.get(on.isoformat()) is not None
        ]
        rest = {key: value for key, value in values.items() if key in ("test_percent", "micro_teaching")}
        return {**rest, "days_present": days} if days else {**rest, TOTAL: values.get(TOTAL)}

    def put(self, texts: Mapping[str, str]) -> None:
        """Numbers are written one way, so that two windows with the same number agree."""
        super().put(texts)
        for cell in self.cells:
            if isinstance(cell.value, Decimal):
                cell.text = f"{cell.value.normalize():f}"

    @property
    def begun(self) -> bool:
        """Whether attendance of any day can be recorded."""
        return len(self.to_come) < len(self.days)

    def is_early(self, cell: Cell) -> bool:
        """Whether a cell waits for its day; the hours of all days together wait for the first."""
        return cell.column.key in self.to_come or (cell.column.key == TOTAL and not self.begun)

    def check(self) -> None:
        """Nothing is told of a day that has not come, and a sum is that of its days."""
        for cell in self.cells:
            if cell.value is not None and self.is_early(cell):
                first = min(self.to_come.values())
                why = has_not_come(self.to_come.get(cell.column.key, first))
                cell.errors = [f"{cell.label}. {shown(why)}"]
        self._check_sums()

    def _check_sums(self) -> None:
        """Whoever types days need not add them up; a sum that differs is a slip in one of them."""
        days = {on.isoformat() for on, _ in self.days}
        for row in self.rows:
            total = next(cell for cell in row.cells if cell.column.key == TOTAL)
            given = [cell.value for cell in row.cells if cell.column.key in days and cell.value is not None]
            if given and total.value is not None and not total.fixed and total.value != sum(given):
                told = gettext("The days add up to %(n)s; leave this empty.", n=f"{sum(given).normalize():f}")
                total.errors = [f"{total.label}. {told}"]

    def mark_present(self, days: Iterable[str]) -> Marked:
        """Write the whole day into each empty cell of these days; who was marked, by the day."""
        wanted, marked = set(days) - self.to_come.keys(), Marked()
        for row in self.rows:
            for cell in row.cells:
                if cell.column.key in wanted and not cell.text:
                    marked.setdefault(cell.column.key, []).append(row.key)
                    self.put({cell.name: str(cell.column.most)})
        return marked


class RosterForm(Form):
    """The roster of one ToT event; two people may fill it in at once, and merge cell by cell."""

    roster: Roster
    seen = HiddenField()

    def mark_present(self, asked: str) -> Marked:
        """`present-all`, or `present-` and one day: everybody without an entry was there."""
        what, _, which = asked.partition("-")
        if what != "present":
            return Marked()
        days = [on.isoformat() for on, _ in self.roster.days]
        return self.roster.mark_present(days if which == "all" else [which])

    def meet(self, kept: Mapping[str, str]) -> Merged:
        """Take over what others kept since the page was made; wrong cells stay as they are stored."""
        typed = {cell.name: cell.text for cell in self.asked() if not cell.errors}
        merged = merge(str(self.seen.data or ""), stored=kept, typed=typed)
        self.roster.put({cell.name: merged.texts.get(cell.name, "") for cell in self.asked()})
        return merged

    def asked(self) -> list[Cell]:
        """The cells that can be typed in."""
        return [cell for cell in self.roster.cells if not cell.fixed]

    def insist(self, wrong: Mapping[str, str], clashes: Iterable[Clash]) -> None:
        """Show again what could not be kept: what cannot be read, and what somebody else typed otherwise."""
        told = list(clashes)
        self.roster.put({**wrong, **{clash.name: clash.here for clash in told}})
        self.roster.validate(self)
        labels = {cell.name: cell.label for cell in self.roster.cells}
        self.refuse(
            Refusal(
                None,
                say(
                    "{cell}: somebody else saved “{there}”, here it is “{here}”. Save again to keep yours.",
                    cell=labels[clash.name],
                    there=clash.there or gettext("nothing"),
                    here=clash.here or gettext("nothing"),
                ),
            )
            for clash in told
        )


def roster_form(
    candidates: Choices, *, days: Days, today: date, roster: list[dict[str, Any]], sent: bool
) -> RosterForm:
    """The grid for these (certification, name), showing what is known of them, or what was sent."""
    field = Roster(gettext("Roster"), candidates=candidates, days=days, today=today)
    made = type("RosterForm", (RosterForm,), {"roster": field})
    form: RosterForm = made(data={"roster": roster}, **({} if sent else {"formdata": None}))
    if not sent:
        form.seen.data = marks_of(roster_texts(form, roster))
    return form


def roster_texts(form: RosterForm, roster: list[dict[str, Any]]) -> dict[str, str]:
    """What is known as the cells show it, by their names."""
    asked = {cell.name for cell in form.asked()}
    texts = {f"{form.roster.name}-{key}": text for key, text in form.roster.texts(roster).items()}
    return {name: text for name, text in texts.items() if name in asked}


def _is_by_day(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("days_present"))


def _day_name(on: date) -> str:
    return str(format_date(on, "EEE d MMM", rebase=False))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(str(score) for score in value)
    return str(value)
