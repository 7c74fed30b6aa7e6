"""Forms of a certification that are no single move: applying, nominating, filling in, deciding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from certify.forms.base import Form
from certify.forms.fields import Choices, Name, Pick, Text
from certify.forms.moves import MoveForm, form_for
from certify.workflows.certification_moves import MOVES
from certify.workflows.engine import Move
from certify.workflows.facts import Fact, FactKind, InvalidFacts, clean

NEEDED_CONSENT = "assessment"
CONSENTS = (
    (NEEDED_CONSENT, _("My data may be used to train, assess and certify me. (Needed for certification.)")),
    ("directory", _("My name and my modules may stand in the public directory of trainers.")),
    ("statistics", _("My data may be counted in published totals, never by name.")),
)


class ApplyForm(Form):
    """Which module, and where."""

    module = Pick(_("Module"), description=_("Each certification is for one module."))
    country = Pick(_("Country"), description=_("Where you will train."))

    def __init__(self, *, modules: Choices, countries: Choices, module: str = "", home: str = "") -> None:
        super().__init__(data={"module": module, "country": home})
        self.module.offer(modules)
        self.country.offer(countries)


class NominateForm(Form):
    """Whom a service provider nominates, and for what."""

    email = Text(
        _("E-mail address"),
        max_length=254,
        description=_("Of the person, who is asked by mail to confirm."),
        render_kw={"type": "email", "autocomplete": "off"},
    )
    name = Name(_("Full name"), description=_("For the invitation, if the person has no account yet."))
    module = Pick(_("Module"))
    country = Pick(_("Country"))
    organisation = Pick(_("Nominated by"))

    def __init__(
        self, *, modules: Choices, countries: Choices, organisations: Choices, home: str = ""
    ) -> None:
        organisations = list(organisations)
        first = organisations[0][0] if len(organisations) == 1 else ""
        super().__init__(data={"country": home, "organisation": first})
        self.module.offer(modules)
        self.country.offer(countries)
        self.organisation.offer(organisations)


def _deciding(name: str, label: str, outcomes: Iterable[tuple[str, str]]) -> Move:
    """Several moves as one form: which of them, and the facts of all, each optional until it is chosen."""
    listed = tuple(outcomes)
    facts = {fact.name: replace(fact, required=False) for move, _ in listed for fact in MOVES[move].facts}
    outcome = Fact("outcome", FactKind.CHOICE, "Outcome", choices=listed)
    return Move(name, label, (), None, (), sentence="", facts=(outcome, *facts.values()))


DECIDE = _deciding(
    "decide",
    "Record the decision",
    (
        ("grant", "Grant: certify for this module"),
        ("return_assessment", "Return the assessment with questions"),
        ("ask_more_practice", "Ask for more practice"),
        ("refuse", "Refuse, with the right to appeal"),
    ),
)
RECOMMEND = _deciding(
    "assess",
    "Record the assessment",
    (("recommend", "Recommend for certification"), ("ask_more_practice", "Ask for more practice")),
)


class DecisionForm(MoveForm):
    """A decision; what cannot be undone is ticked as meant."""

    sure = BooleanField(_("I have read this file. I know that this decision cannot be undone."))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Together with a missing tick everything else that the chosen move lacks is told."""
        valid = super().validate(extra_validators=extra_validators)
        if set(self.errors) == {"sure"}:
            try:
                name, facts = chosen_move(self.facts())
                clean(MOVES[name].facts, facts)
            except InvalidFacts as wrong:
                self.add_errors(wrong.errors)
        return valid

    def problems(self) -> list[tuple[str, str]]:
        """The tick stands last on the page; its sentence says all, without the label."""
        others = [one for one in super().problems() if one[0] != self.sure.id]
        return others + [(self.sure.id, str(sentence)) for sentence in self.sure.errors]

    def validate_sure(self, field: Field) -> None:
        """A move that asks to be confirmed is made only when it is."""
        move = MOVES.get(self.outcome.data or "")
        if move is not None and move.confirm and not field.data:
            raise ValidationError(gettext("Tick that you have read the file and mean this decision."))


class SubmitForm(MoveForm):
    """The declarations of an application, one consent of which is needed."""

    def validate_consents(self, field: Field) -> None:
        """Nobody is assessed without having allowed it."""
        if NEEDED_CONSENT not in (field.data or ()):
            raise ValidationError(gettext("Tick the first consent: without it nobody may assess you."))


def submit_form() -> MoveForm:
    """The form with which an application is submitted."""
    offered = [(value, str(label)) for value, label in CONSENTS]
    return form_for(MOVES["submit"], choices={"consents": offered}, base=SubmitForm)


def judging_form(asked: Move, places: Sequence[tuple[str, str]] = (), **offered: Any) -> MoveForm:
    """The form of DECIDE or RECOMMEND; what its move needs is not called optional.

    `places`: those in whose place the actor may do it.
    """
    base = DecisionForm if asked is DECIDE else MoveForm
    form = form_for(asked, base=base, places=places, **offered)
    needed = {fact.name for move, _ in asked.facts[0].choices for fact in MOVES[move].facts if fact.required}
    for name in needed:
        form[name].flags.optional = None
    return form


def chosen_move(facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The move that the outcome names, with its own facts alone: the others were typed for nothing."""
    move = MOVES[facts["outcome"]]
    return move.name, {fact.name: facts[fact.name] for fact in move.facts if fact.name in facts}
