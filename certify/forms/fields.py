"""Strict fields: each takes exactly what it says, and answers anything else with a sentence, never a 500."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation

from certify.workflows.values import UNSEEN, holds_unseen

Choices = Iterable[tuple[str, str]]

_INTEGER = re.compile(r"[+-]?[0-9]{1,12}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Filled:
    """Something must be given; flags the field as required or optional for its label."""

    def __init__(self, *, required: bool) -> None:
        self.required = required
        self.field_flags = {"required": True} if required else {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at a field that could not be read: its own sentence is enough."""
        if field.errors:
            raise StopValidation
        if self.required and field.data in (None, "", []):
            raise StopValidation(gettext("Fill in: %(label)s.", label=field.label.text))


class StrictField(StringField):  # type: ignore[misc]
    """A one-line field whose text stays on the page as typed when it cannot be read."""

    data: Any  # what `read` makes of the text
    input_mode = ""

    def __init__(self, label: Any = None, *, required: bool = True, **kwargs: Any) -> None:
        validators = [Filled(required=required), *kwargs.pop("validators", ())]
        if self.input_mode:
            kwargs["render_kw"] = {"inputmode": self.input_mode, **kwargs.get("render_kw", {})}
        super().__init__(label, validators, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return drawable(str(self.raw_data[0]))
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the typed text; an empty one is None."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if typed:
            self.data = self.read(typed)

    def read(self, typed: str) -> Any:
        """The value of a typed text. Raises ValueError with a sentence."""
        return typed


class Text(StrictField):
    """One line of text in Unicode's NFC, without anything that a database or a page cannot hold."""

    allowed = "\t"

    def __init__(self, label: Any = None, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.max_length = max_length

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the typed text; an empty one is an empty string."""
        super().process_formdata(valuelist)
        self.data = self.data or ""

    def read(self, typed: str) -> str:
        """The text, normalised."""
        text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))
        if not all(_speakable(character) or character in self.allowed for character in text):
            raise ValueError(gettext("The text holds characters that cannot be stored."))
        if len(text) > self.max_length:
            raise ValueError(gettext("At most %(n)s characters.", n=self.max_length))
        return text


class Name(Text):
    """A name or a number as it stands on certificates: nothing in it may be unseen or turn the line round."""

    allowed = ""

    def read(self, typed: str) -> str:
        """The text, normalised."""
        if holds_unseen(typed):
            raise ValueError(gettext(UNSEEN))
        return super().read(typed)


class LongText(Text):
    """Several lines of text."""

    widget = widgets.TextArea()
    allowed = "\t\n"

    def __init__(self, label: Any = None, *, max_length: int = 4000, **kwargs: Any) -> None:
        super().__init__(label, max_length=max_length, **kwargs)


class Lines(LongText):
    """A list, typed as one entry a line; blank lines are left out."""

    def _value(self) -> str:
        if self.raw_data:
            return drawable(str(self.raw_data[0]))
        return "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines."""
        super().process_formdata(valuelist)
        lines = [line.strip() for line in str(self.data).split("\n")]
        self.data = [line for line in lines if line]


class StrictInteger(StrictField):
    """A whole number in ASCII digits, within bounds that a database column holds."""

    input_mode = "numeric"

    def __init__(self, label: Any = None, *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most = least, most

    def read(self, typed: str) -> int:
        """The number."""
        if not _INTEGER.fullmatch(typed) or not self.least <= int(typed) <= self.most:
            raise ValueError(
                gettext(
                    "Give a whole number from %(least)s to %(most)s.",
                    least=f"{self.least:,}",
                    most=f"{self.most:,}",
                )
            )
        return int(typed)


class StrictDecimal(StrictField):
    """A decimal number with a point; no exponents, no NaN (WTForms' own raises on sNaN)."""

    input_mode = "decimal"

    def __init__(self, label: Any = None, *, least: str = "0", most: str = "1000000", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most = Decimal(least), Decimal(most)

    def read(self, typed: str) -> Decimal:
        """The number."""
        if not _DECIMAL.fullmatch(typed) or not self.least <= Decimal(typed) <= self.most:
            raise ValueError(
                gettext(
                    "Give a number from %(least)s to %(most)s, such as 7.5.",
                    least=f"{self.least:,}",
                    most=f"{self.most:,}",
                )
            )
        return Decimal(typed)


class Day(StrictField):
    """A calendar day; browsers show their own picker and send YYYY-MM-DD."""

    widget = widgets.DateInput()

    def read(self, typed: str) -> date:
        """The day."""
        try:
            day = date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
        except ValueError:
            day = None
        if day is None or not 1990 <= day.year <= 2200:
            raise ValueError(gettext("Give a date like 2026-11-22."))
        return day


class _OwnChoices:
    """Takes choices as (value, label) and says in our words that one has to be chosen."""

    validate_choice: bool

    def __init__(
        self, label: Any = None, *, choices: Choices = (), required: bool = True, **kwargs: Any
    ) -> None:
        validators = [Filled(required=required), *kwargs.pop("validators", ())]
        super().__init__(label, validators, choices=_as_choices(choices), **kwargs)  # type: ignore[call-arg]
        self.required = required

    def offer(self, choices: Choices) -> None:
        """Set the choices of this form."""
        self.choices = _as_choices(choices)

    def _known(self) -> set[str]:
        return {str(choice.value) for choice in self.choices}


class _PlainSelect(widgets.Select):  # type: ignore[misc]
    """WTForms' own, five times as fast with all countries: most options carry nothing but a value."""

    @classmethod
    def render_option(cls, choice: SelectChoice) -> Markup:
        if choice.render_kw:
            return Markup(super().render_option(choice))
        selected = "selected " if choice.selected else ""
        return Markup(f'<option {selected}value="{escape(choice.value)}">{escape(choice.label)}</option>')


class Pick(_OwnChoices, SelectField):  # type: ignore[misc]
    """One of many, from a list that opens."""

    widget = _PlainSelect()

    def __init__(
        self, label: Any = None, *, choices: Choices = (), required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(label, choices=_with_blank(choices), required=required, **kwargs)

    def offer(self, choices: Choices) -> None:
        """Set the choices of this form, after an empty one."""
        super().offer(_with_blank(choices))

    def process_data(self, value: Any) -> None:
        """Nothing chosen is the empty choice."""
        self.data = "" if value is None else str(value)

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        if (self.data or "") not in self._known():
            raise StopValidation(gettext("Choose one of the entries."))


class Radios(_OwnChoices, RadioField):  # type: ignore[misc]
    """One of a few, all in sight."""

    layout = "radios"

    def process_data(self, value: Any) -> None:
        """Nothing chosen is None."""
        self.data = None if value is None else str(value)

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        if self.data and self.data not in self._known():
            raise StopValidation(gettext("Choose one of the options."))


class Checkboxes(_OwnChoices, SelectMultipleField):  # type: ignore[misc]
    """Any number of a few, all in sight."""

    layout = "checkboxes"
    option_widget = widgets.CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        if not set(self.data or ()) <= self._known():
            raise StopValidation(gettext("Choose among the entries shown."))


def _as_choices(choices: Choices) -> list[SelectChoice]:
    return [SelectChoice(value=str(value), label=str(label)) for value, label in choices]


def _with_blank(choices: Choices) -> list[tuple[str, str]]:
    listed = list(choices)
    return listed if any(value == "" for value, _ in listed) else [("", gettext("Choose…")), *listed]


def _speakable(character: str) -> bool:
    # Cc: controls such as NUL; Cs: lone surrogates; Cn: code points that Unicode has not assigned.
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn")


def drawable(text: str) -> str:
    return "".join(c for c in text if _speakable(c) or c in "\t\r\n")
