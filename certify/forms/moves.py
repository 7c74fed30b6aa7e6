"""Forms of moves, made from the facts that the move declares: what is asked is written once, in its table."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, Field

from certify.forms.base import Form
from certify.forms.fields import Checkboxes, Day, Lines, LongText, Name, Pick, Radios, StrictInteger, Text
from certify.forms.rows import Reasons, Scores, TextsByItem, relaid
from certify.forms.standing_in import place_question
from certify.scheme.types import Edition
from certify.workflows.engine import Move
from certify.workflows.facts import Fact, FactKind, InvalidFacts, clean

FEW = 6  # up to so many options are all shown; more open as a list

Options = Iterable[tuple[Any, ...]]


class MoveForm(Form):
    """The facts of one move, asked of a person."""

    move: Move

    @property
    def status(self) -> int:
        """Sent to add or take away a row it is not in order yet, though nothing in it is wrong."""
        return 422 if relaid(self) else super().status

    def facts(self) -> dict[str, Any]:
        """The facts as `perform` takes them; what was left empty is left out."""
        given = {fact.name: self._fields[fact.name].data for fact in self.move.facts}
        return {
            name: value for name, value in given.items() if value not in (None, "", {}) and value != []
        } | {
            fact.name: []
            for fact in self.move.facts
            if fact.kind is FactKind.TEXTS and given[fact.name] == []
        }

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """What the fields cannot read, then what the move itself says of its facts."""
        if not super().validate(extra_validators=extra_validators):
            return False
        try:
            clean(self.move.facts, self.facts())
        except InvalidFacts as wrong:
            self.add_errors(wrong.errors)
            return False
        return True


def form_for(
    move: Move,
    *,
    choices: Mapping[str, Options] | None = None,
    edition: Edition | None = None,
    base: type[MoveForm] = MoveForm,
    unasked: Container[str] = (),
    places: Sequence[tuple[str, str]] = (),
    **given: Any,
) -> MoveForm:
    """The form of a move. `choices` holds the options of a fact by its name; `edition` fills in for
    requirements, reasons, modules and checklist items; `base` brings fields and checks of its own;
    facts that are `unasked` are of no use here; `places` are those, (id, name), in whose place it may be
    made. Further arguments go to the form (data, prefix)."""
    move = replace(move, facts=tuple(fact for fact in move.facts if fact.name not in unasked))
    offered = {fact.name: list((choices or {}).get(fact.name, _of(edition, fact))) for fact in move.facts}
    fields = {fact.name: _field(fact, offered[fact.name]) for fact in move.facts}
    return type("MoveForm", (base,), {"move": move, **place_question(places), **fields})(**given)  # type: ignore[no-any-return]


def _of(edition: Edition | None, fact: Fact) -> Options:
    if edition is None:
        return ()
    if fact.kind in (FactKind.REQUIREMENT, FactKind.REASONS):
        return [(each.id, gettext(each.text)) for each in edition.requirements.values()]
    if fact.kind is FactKind.MODULE:
        return [(each.code, f"{gettext(each.name)} ({each.code})") for each in edition.modules.values()]
    if fact.kind in (FactKind.SCORES, FactKind.TEXT_BY_ITEM):
        return [(each.id, gettext(each.text), each.critical) for each in edition.checklist]
    return ()


def _field(fact: Fact, offered: list[tuple[Any, ...]]) -> Field:
    label = gettext(fact.label)
    asked: dict[str, Any] = {"required": fact.required, "description": _hint(fact)}
    match fact.kind:
        case FactKind.TEXT:
            return (Name if fact.on_paper else Text)(label, max_length=min(fact.max_length, 200), **asked)
        case FactKind.LONG_TEXT:
            return LongText(label, max_length=fact.max_length, **asked)
        case FactKind.TEXTS if offered:
            return Checkboxes(label, choices=offered, **asked)
        case FactKind.TEXTS:
            # Where an empty list is an answer ("no conflicts"), nothing has to be typed.
            needed = fact.required and not fact.may_be_empty
            return Lines(label, **{**asked, "required": needed})
        case FactKind.BOOLEAN:
            return BooleanField(label, description=asked["description"])
        case FactKind.INTEGER:
            return StrictInteger(label, most=fact.most, **asked)
        case FactKind.DAY:
            return Day(label, **asked)
        case FactKind.ACTIVITIES:
            return Checkboxes(label, choices=offered, **asked)
        case FactKind.REASONS:
            return Reasons(label, choices=offered, **asked)
        case FactKind.SCORES:
            return Scores(label, items=offered, **asked)
        case FactKind.TEXT_BY_ITEM:
            return TextsByItem(label, items=offered, **asked)
        case _:
            return _one_of(fact, label, offered, asked)


def _one_of(fact: Fact, label: str, offered: list[tuple[Any, ...]], asked: dict[str, Any]) -> Field:
    options = offered or [(value, gettext(text)) for value, text in fact.choices]
    if fact.kind is FactKind.CHOICE and fact.required and len(options) <= FEW:
        return Radios(label, choices=options, **asked)
    return Pick(label, choices=options, **asked)


def _hint(fact: Fact) -> str:
    if fact.hint:
        return str(gettext(fact.hint))
    return str(gettext("One on each line.")) if fact.kind is FactKind.TEXTS else ""
