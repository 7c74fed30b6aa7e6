"""Ending a certification for good is asked twice: what it was about is typed, or ticked by its holder."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from certify.credentials.numbers import normalise
from certify.forms.fields import Text
from certify.forms.moves import MoveForm
from certify.models import Certification
from certify.scheme.folding import fold
from certify.workflows.engine import Move


class WithdrawForm(MoveForm):
    """The grounds, and whose certification or which certificate it is, typed once more."""

    numbers: frozenset[str]
    holder: str
    named = Text(
        _("To confirm: the number of the certificate, or the trainer's name"),
        max_length=200,
        description=_("As it stands on this page."),
        render_kw={"autocomplete": "off"},
    )

    def validate_named(self, field: Field) -> None:
        """Whoever types it knows what is withdrawn."""
        typed = field.data or ""
        if normalise(typed) not in self.numbers and fold(typed) != fold(self.holder):
            raise ValidationError(gettext("This is neither the number nor the name. Nothing was withdrawn."))


class RetireForm(MoveForm):
    """The holder's own end: ticked as meant."""

    named = BooleanField(_("I give this certification up, and know that it cannot be taken back."))

    def validate_named(self, field: Field) -> None:
        """It is not pressed by accident."""
        if not field.data:
            raise ValidationError(gettext("Tick that you mean it. Nothing was given up."))


def form_base(move: Move, case: Certification) -> type[MoveForm]:
    """What the form of a move asks besides its facts: of those that end a certification for good."""
    if move.name == "withdraw":
        numbers = frozenset(one.number for one in case.certificates)
        return type("WithdrawForm", (WithdrawForm,), {"numbers": numbers, "holder": case.holder.name})
    return RetireForm if move.name == "retire" else MoveForm
