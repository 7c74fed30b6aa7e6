"""The form with which a service provider nominates several people at once, each row judged on its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from certify.forms.attempt import attempt
from certify.forms.base import Form
from certify.forms.fields import Choices, Name, Pick
from certify.forms.people import EmailText
from certify.forms.rows import ManyInputs
from certify.presentation import say
from certify.workflows.engine import Forbidden

ROWS, MOST_ROWS = 8, 50
CELLS = ("name", "email", "module")


@dataclass
class NominationRow:
    """One line: who, at which address, for which module, and what is wrong with each of the three."""

    n: int
    name: str = ""
    email: str = ""
    module: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    done: bool = False
    same_as: "NominationRow | None" = None

    @property
    def blank(self) -> bool:
        """Whether nobody was named; a module alone names nobody."""
        return not (self.name or self.email)

    @property
    def written(self) -> str:
        """The person as a letter is addressed."""
        return f"{self.name} <{self.email}>"

    @property
    def person(self) -> tuple[str, str]:
        """Who is nominated for what, to find the same person twice."""
        return (self.email.casefold(), self.module)


def _named_before(row: NominationRow) -> str:
    """Said of a row that names somebody for a second time."""
    if row.done:
        return str(gettext("This person is asked already, from another row."))
    return str(gettext("The same person as in row %(n)s.", n=row.n + 1))


class NominationRows(ManyInputs):
    """Rows of name, address and module; those that nobody filled in are left out."""

    layout = "nominations"

    def __init__(self, label: Any = None, *, shown: int = ROWS, **kwargs: Any) -> None:
        self.rows: list[NominationRow] = []
        self.modules: Choices = ()
        self.shown = shown
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> None:
        """As many blank rows as are shown."""
        self.rows = [NominationRow(n) for n in range(self.shown)]

    def read(self, formdata: Any) -> None:
        """Take the rows as typed, however many were sent."""
        numbers = [n for n in range(MOST_ROWS) if f"{self.name}-{n}-email" in formdata]
        self.rows = [NominationRow(n, **self._typed(formdata, n)) for n in numbers]

    def _typed(self, formdata: Any, n: int) -> dict[str, Any]:
        return {cell: self.one(formdata, self.control(n, cell)) for cell in CELLS}

    def control(self, n: int, cell: str) -> str:
        """The name and id of one input."""
        return f"{self.name}-{n}-{cell}"

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Judge each row; the form as a whole is wrong only when no row names anybody."""
        self.errors = []
        seen: dict[tuple[str, str], NominationRow] = {}
        cells = _Cells(formdata=None, meta={"csrf": False})
        for row in self.filled:
            row.errors = _faults(row, cells, {value for value, _label in self.modules})
            if not row.errors and row.person in seen:
                row.same_as = seen[row.person]
                row.errors["email"] = _named_before(row.same_as)
            seen.setdefault(row.person, row)
        if not self.filled:
            self.errors = [gettext("Name at least one person.")]
        return not self.errors

    @property
    def filled(self) -> list[NominationRow]:
        """The rows that name somebody."""
        return [row for row in self.rows if not row.blank]

    def keep_wrong(self) -> None:
        """Once the good rows are done, show those that are not; blank ones only where nothing was done."""
        wrong = [row for row in self.filled if not row.done]
        for n, row in enumerate(wrong):
            row.n = n
        for row in wrong:
            if row.same_as is not None:
                row.errors["email"] = _named_before(row.same_as)
        self.errors = [sentence for row in wrong for sentence in row.errors.values()]
        blank = 0 if len(wrong) < len(self.filled) else max(ROWS - len(wrong), 1)
        self.rows = [*wrong, *(NominationRow(len(wrong) + n) for n in range(blank))]

    @property
    def own_errors(self) -> list[str]:
        """What is wrong with the field as a whole."""
        of_rows = {sentence for row in self.rows for sentence in row.errors.values()}
        return [sentence for sentence in self.errors if sentence not in of_rows]

    def problems(self) -> list[tuple[str, str]]:
        """Every error with the id of its input, and the row that it is in."""
        own = [(str(self.id), sentence) for sentence in self.own_errors]
        return own + [
            (self.control(row.n, cell), gettext("Row %(n)s: %(error)s", n=row.n + 1, error=sentence))
            for row in self.rows
            for cell, sentence in row.errors.items()
        ]


class NominateSeveralForm(Form):
    """Where, by which organisation, and whom."""

    country = Pick(_("Country"))
    organisation = Pick(_("Nominated by"))
    people = NominationRows(_("Whom you nominate"))

    def __init__(
        self,
        *,
        modules: Choices,
        countries: Choices,
        organisations: Choices,
        home: str,
        rows: int,
    ) -> None:
        organisations = list(organisations)
        first = organisations[0][0] if len(organisations) == 1 else ""
        super().__init__(data={"country": home, "organisation": first})
        self.country.offer(countries)
        self.organisation.offer(organisations)
        self.people.modules = list(modules)
        if not self.is_submitted():
            self.people.rows = [NominationRow(n) for n in range(rows)]


@contextmanager
def attempt_row(row: NominationRow) -> Iterator[Session]:
    """One row in a transaction of its own; what a rule says no to stands beside the row."""
    each = _Cells(formdata=None, meta={"csrf": False})
    try:
        with attempt(each) as session:
            yield session
    except Forbidden:
        row.errors["module"] = gettext("You may not nominate for this module in this country.")
        return
    row.errors = {cell: " ".join(map(say, each[cell].errors)) for cell in CELLS if each[cell].errors}
    others = [*each.form_errors, *(one.reason for one in each.refusals)]
    if others:
        row.errors["email"] = " ".join(map(say, others))
    row.done = not row.errors


class _Cells(Form):
    """Reads a cell as the field of a single nomination does, and takes what a rule says of it."""

    name = Name()
    email = EmailText()
    module = Pick()


def _faults(row: NominationRow, cells: _Cells, modules: set[str]) -> dict[str, str]:
    """What can be said of a row without asking anybody."""
    faults = {}
    missing = {"name": gettext("Give the name."), "email": gettext("Give the e-mail address.")}
    for cell, sentence in missing.items():
        typed = getattr(row, cell)
        try:
            setattr(row, cell, cells[cell].read(typed) if typed else "")
        except ValueError as wrong:
            faults[cell] = str(wrong)
        if not typed:
            faults[cell] = sentence
    if row.module not in modules:
        faults["module"] = gettext("Choose the module.")
    return faults
