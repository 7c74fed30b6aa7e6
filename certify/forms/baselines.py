"""One form for the baselines of all enterprises of a cohort: a line an enterprise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from certify.forms.base import Form
from certify.forms.fields import Choices, Day
from certify.forms.rows import ManyInputs

INTERVIEWS = ("manager_interviewed", "worker_interviewed")


@dataclass
class Line:
    """One enterprise with what was typed for it; without a day nothing is recorded."""

    enterprise: str
    label: str
    name: str  # the start of the names and ids of its inputs
    on: str = ""
    day: date | None = None
    ticked: frozenset[str] = frozenset()
    errors: list[str] = field(default_factory=list)


class BaselineLines(ManyInputs):
    """The lines of the form; `data` are the facts of a baseline for each line with a day."""

    layout = "baselines"

    def __init__(self, label: Any = None, *, enterprises: Choices, **kwargs: Any) -> None:
        self._enterprises = list(enterprises)
        self.lines: Sequence[Line] = ()
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> None:
        """Lay out an empty line for each enterprise."""
        self.lines = [Line(id, name, f"{self.name}-{n}") for n, (id, name) in enumerate(self._enterprises)]
        self.data: list[dict[str, Any]] = []

    def read(self, formdata: Any) -> None:
        """Take every line as typed."""
        for line in self.lines:
            line.on = self.one(formdata, f"{line.name}-on")
            line.ticked = frozenset(name for name in INTERVIEWS if self.one(formdata, f"{line.name}-{name}"))
            try:
                line.day = _day(line.on) if line.on else None
            except ValueError as wrong:
                line.errors = [f"{line.label}: {wrong}"]
            if line.ticked and not line.on:
                line.errors = [gettext("%(name)s: give the day of the baseline.", name=line.label)]
        self.data = [_facts(line) for line in self.lines if line.day is not None]

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        """Refuse what could not be read, and a form without any day."""
        self.errors = [sentence for line in self.lines for sentence in line.errors]
        if not self.errors and not self.data:
            self.errors = [gettext("Give the day of at least one baseline.")]
        return not self.errors

    def problems(self) -> list[tuple[str, str]]:
        """Every error with the id of the input that it is about."""
        told = {sentence for line in self.lines for sentence in line.errors}
        own = [(f"{self.name}-0-on", sentence) for sentence in self.errors if sentence not in told]
        return own + [(f"{line.name}-on", sentence) for line in self.lines for sentence in line.errors]

    def keep(self, enterprises: Iterable[str]) -> None:
        """Leave only the lines of these enterprises: the others are recorded."""
        wanted = set(enterprises)
        self.lines = [line for line in self.lines if line.enterprise in wanted]


def _day(typed: str) -> date:
    """Read as every other day is; the reading needs no field."""
    return Day.read(cast(Day, None), typed)


def _facts(line: Line) -> dict[str, Any]:
    return {
        "enterprise": line.enterprise,
        "held_on": line.on,
        **{name: name in line.ticked for name in INTERVIEWS},
    }


class BaselinesForm(Form):
    """Baselines of several enterprises; submitted to the supervisor at once if that is wished."""

    submit_too = BooleanField(_("Submit them to the supervisor at once"))


def baselines_form(enterprises: Choices) -> BaselinesForm:
    """The form for these (id, name)."""
    made = type(
        "BaselinesForm",
        (BaselinesForm,),
        {"lines": BaselineLines(gettext("Baselines"), enterprises=enterprises)},
    )
    return made()  # type: ignore[no-any-return]
