"""Forms of activities, made from the fields that each kind declares: what is asked is written once."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField
from wtforms import Field as FormField

from certify.forms.activity_grids import Attendance, DayRows, Feedback, Readings
from certify.forms.base import Form
from certify.forms.fields import Checkboxes, Choices, Day, LongText, Pick, Radios, StrictDecimal, Text
from certify.scheme.words import ActivityKind
from certify.workflows.activity_fields import FIELDS, WITH_DAYS, Field, FieldKind

FOLLOWS = dict.fromkeys((*WITH_DAYS, ActivityKind.CODE_OF_CONDUCT), "held_on")  # from other fields


class ActivityForm(Form):
    """The own fields of one kind of activity, but a roster, which has a form of its own."""

    kind: ActivityKind
    version = HiddenField()
    warned = HiddenField()  # a mark of what was said about the days that were entered (forms/uncounted.py)

    def entered(self) -> dict[str, Any]:
        """The fields as `create_activity` and `edit_activity` take them; what was left empty is null."""
        fields = {name: self._fields[name].data for name in names_of(self.kind)}
        if "lead" in self._fields:
            others = [person for person in fields["facilitators"] or () if person != self.lead.data]
            fields["facilitators"] = [self.lead.data, *others] if self.lead.data else others
        return {name: None if value == "" else value for name, value in fields.items()}


def names_of(kind: ActivityKind) -> list[str]:
    """The fields that the kind's form asks for."""
    left_out = {"roster", FOLLOWS.get(kind)}
    return [field.name for field in FIELDS[kind] if field.name not in left_out]


def activity_form(
    kind: ActivityKind,
    *,
    people: Choices = (),
    enterprises: Choices = (),
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> ActivityForm:
    """The form of a kind. `people` and `enterprises` can be chosen; `values` are shown at first."""
    named = {field.name: field for field in FIELDS[kind]}
    fields = {
        name: _field(named[name], list(people), list(enterprises), lines=8 if kind == "tot_event" else 3)
        for name in names_of(kind)
    }
    if kind is ActivityKind.TOT_EVENT:
        fields = {"days": fields["days"], "lead": _lead(list(people)), **fields}
    values = dict(values or {})
    if values.get("facilitators"):
        values["lead"] = values["facilitators"][0]
    return type("ActivityForm", (ActivityForm,), {"kind": kind, **fields})(  # type: ignore[no-any-return]
        data={**_first_values(kind, list(people), list(enterprises)), **values, "version": version}
    )


def _first_values(kind: ActivityKind, people: Choices, enterprises: Choices) -> dict[str, Any]:
    """What is true most often: every trainer took part, every enterprise was there."""
    everyone, everywhere = [id for id, _name in people], [id for id, _name in enterprises]
    if kind is ActivityKind.WORKSHOP:
        return {"trainers": everyone, "enterprises": everywhere}
    if kind is ActivityKind.VISIT:
        return {"trainers": everyone if len(everyone) == 1 else [], "purpose": "consultation"}
    return {}


def _lead(people: Choices) -> FormField:
    return Pick(_("Lead facilitator"), choices=people, description=_("Leads the event and confirms it."))


def _field(field: Field, people: Choices, enterprises: Choices, *, lines: int) -> FormField:
    label, hint = gettext(field.label), gettext(field.hint) if field.hint else ""
    asked: dict[str, Any] = {"required": field.required, "description": hint}
    if field.name == "facilitators":
        asked = {
            "required": False,
            "description": _("Expert Trainers who teach beside the lead."),
        }
    match field.kind:
        case FieldKind.DAY:
            return Day(label, **asked)
        case FieldKind.LONG_TEXT | FieldKind.PEOPLE_MET:
            return LongText(label, max_length=field.max_length, **asked)
        case FieldKind.BOOLEAN:
            return BooleanField(label)
        case FieldKind.DECIMAL:
            return StrictDecimal(label, most=str(field.maximum), **asked)
        case FieldKind.CHOICE:
            return Radios(label, choices=[(v, gettext(text)) for v, text in field.choices], **asked)
        case FieldKind.PERSONS:
            return Checkboxes(label, choices=people, **asked)
        case FieldKind.ENTERPRISE:
            return Pick(label, choices=enterprises, **asked)
        case FieldKind.ENTERPRISES:
            return Checkboxes(label, choices=enterprises, **asked)
        case FieldKind.READINGS:
            return Readings(label, **asked)
        case FieldKind.GROUP:
            return Feedback(label, description=_("One answer a participant, 1 is worst and 5 is best."))
        case FieldKind.ROWS if field.name == "attendance":
            return Attendance(
                label, enterprises=enterprises, description=_("How many people each enterprise sent.")
            )
        case FieldKind.ROWS:
            return DayRows(label, lines=lines, required=field.required)
        case _:
            return Text(label, max_length=200, **asked)
