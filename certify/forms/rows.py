"""Fields of many inputs: reasons that cite requirements, scores and texts item by item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort
from flask_babel import gettext
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from certify.forms.fields import Choices, drawable

NOT_APPLICABLE = "na"


@dataclass
class Part:
    """One row or item of such a field, as the page shows it."""

    key: str
    name: str  # of its inputs, and the start of their ids
    label: str = ""
    critical: bool = False
    requirement: str = ""
    text: str = ""  # what was typed or chosen
    errors: list[str] = field(default_factory=list)
    control: str = ""  # id of the control that an error is about

    @property
    def id(self) -> str:
        """The id of the part on the page."""
        return self.name


class ManyInputs(Field):  # type: ignore[misc]
    """A field that reads its own names below `self.name` from the form."""

    takes_many = True
    parts: Sequence[Part] = ()

    def __init__(self, label: Any = None, *, required: bool = True, **kwargs: Any) -> None:
        self.required = required
        super().__init__(label, **kwargs)
        setattr(self.flags, "required" if required else "optional", True)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the inputs when the form was sent, else show the given value."""
        self.process_errors: list[str] = []
        self.raw_data: list[str] = []
        self.show(self.default if data is unset_value else data)
        if formdata:
            self.read(formdata)

    def show(self, value: Any) -> None:
        """Take a Python value to show."""
        raise NotImplementedError

    def read(self, formdata: Any) -> None:
        """Take what was typed."""
        raise NotImplementedError

    def one(self, formdata: Any, name: str) -> str:
        """The single value sent under a name; a doubled name is a bad request."""
        values = formdata.getlist(name)
        if len(values) > 1:
            abort(400)
        typed = str(values[0]).strip() if values else ""
        self.raw_data.append(typed)
        return drawable(typed)

    def pre_validate(self, form: Any) -> None:
        """Check part by part, then the whole."""
        for part in self.parts:
            part.errors = list(self.faults(part))
        wrong = [sentence for part in self.parts for sentence in part.errors]
        if wrong:
            self.errors += wrong
            raise StopValidation
        if self.required and not self.data:
            raise StopValidation(gettext("Fill in: %(label)s.", label=self.label.text))

    def faults(self, part: Part) -> Iterable[str]:
        """What is wrong with one part."""
        return ()

    @property
    def own_errors(self) -> list[str]:
        """Sentences about the field as a whole."""
        of_parts = {sentence for part in self.parts for sentence in part.errors}
        return [sentence for sentence in self.errors if sentence not in of_parts]

    def problems(self) -> list[tuple[str, str]]:
        """Every error with the id of what it is about."""
        own = [(str(self.id), sentence) for sentence in self.own_errors]
        return own + [(part.control or part.id, each) for part in self.parts for each in part.errors]


class Reasons(ManyInputs):
    """`[{requirement, reason}]`; one row to begin with, then those that hold something.

    A button `<name>-rows` asks for another row ("add") or takes one away (its number).
    """

    layout = "reasons"
    most = 60
    relaid = False  # a row was added or taken away: the page is shown again, nothing is checked

    def __init__(self, label: Any = None, *, choices: Choices = (), **kwargs: Any) -> None:
        self.choices = [("", gettext("Choose the requirement")), *choices]
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> None:
        """Take a list of reasons."""
        self._lay([(each.get("requirement") or "", each["reason"]) for each in value or ()])

    def read(self, formdata: Any) -> None:
        """Take the rows as sent, in their order; blank ones count for nothing."""
        names = [f"{self.name}-{n}" for n in range(self.most)]
        typed = [
            (self.one(formdata, f"{name}-requirement"), self.one(formdata, f"{name}-reason"))
            for name in names
        ]
        present = sum(f"{name}-requirement" in formdata for name in names)
        asked = self.one(formdata, f"{self.name}-rows")
        self.relaid = asked == "add" or asked in {str(n) for n in range(present)}
        if self.relaid and asked != "add":
            del typed[int(asked)]
        given = [row for row in typed if row != ("", "")]
        self._lay(given, rows=present + (1 if asked == "add" else -1) if self.relaid else None)

    def _lay(self, given: Sequence[tuple[str, str]], *, rows: int | None = None) -> None:
        blank = max(1 if rows is None else rows, 1) - len(given)
        shown = [*given, *[("", "")] * blank][: self.most]
        self.parts = []
        for n, (requirement, reason) in enumerate(shown):
            name = f"{self.name}-{n}"
            part = Part(str(n), name, requirement=requirement, text=reason, control=f"{name}-reason")
            self.parts.append(part)
        self.data = [{"requirement": requirement or None, "reason": reason} for requirement, reason in given]

    def faults(self, part: Part) -> Iterable[str]:
        """A cited requirement needs its sentence, and must be one of those shown."""
        if part.requirement not in {value for value, _ in self.choices}:
            yield gettext("Choose one of the requirements.")
        elif part.requirement and not part.text:
            yield gettext("Write the reason for this requirement.")


class ByItem(ManyInputs):
    """A field with one input for each item of a checklist: (id, text) or (id, text, critical)."""

    def __init__(self, label: Any = None, *, items: Iterable[tuple[Any, ...]] = (), **kwargs: Any) -> None:
        self._items = [(str(key), str(text), bool(more and more[0])) for key, text, *more in items]
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> None:
        """Take a mapping of item to value."""
        given: Mapping[str, Any] = value or {}
        self._lay({key: self.typed(given[key]) for key, _, _ in self._items if key in given})

    def read(self, formdata: Any) -> None:
        """Take the inputs of every item."""
        self._lay({key: self.one(formdata, f"{self.name}-{key}") for key, _, _ in self._items})

    def _lay(self, typed: Mapping[str, str]) -> None:
        self.parts = [
            Part(key, f"{self.name}-{key}", text_, critical, text=typed.get(key, ""))
            for key, text_, critical in self._items
        ]
        self.data = {part.key: self.value(part.text) for part in self.parts if part.text}

    def typed(self, value: Any) -> str:
        """A value as its input sends it."""
        return str(value)

    def value(self, typed: str) -> Any:
        """What an input's text means."""
        return typed


class Scores(ByItem):
    """`{item: 1–5 or None}`, None where an item is not applicable; critical items always are."""

    layout = "scores"

    def options(self, part: Part) -> list[tuple[str, str]]:
        """The radio buttons of one item."""
        numbers = [(str(n), str(n)) for n in range(1, 6)]
        return numbers if part.critical else [*numbers, (NOT_APPLICABLE, gettext("Not applicable"))]

    def typed(self, value: Any) -> str:
        """A score as its radio button sends it."""
        return NOT_APPLICABLE if value is None else str(value)

    def value(self, typed: str) -> int | None:
        """The score, or None for "not applicable"."""
        return int(typed) if typed in ("1", "2", "3", "4", "5") else None

    def faults(self, part: Part) -> Iterable[str]:
        """Every item needs one of its own answers."""
        if part.text and part.text not in {value for value, _ in self.options(part)}:
            yield gettext("Score this item from 1 to 5.")
        elif self.required and not part.text:
            yield gettext("Give a score: %(item)s.", item=part.label)


class TextsByItem(ByItem):
    """`{item: text}`; an item may stay blank."""

    layout = "texts_by_item"
    most = 2000

    def faults(self, part: Part) -> Iterable[str]:
        """A text has a length."""
        if len(part.text) > self.most:
            yield gettext("At most %(n)s characters.", n=self.most)


def relaid(form: Iterable[Field]) -> bool:
    """Whether the form was sent to add or take away a row, and not to be recorded."""
    return any(getattr(field, "relaid", False) for field in form)
