"""Ending a certification or a licence for good is asked twice: its name is typed, or its holder ticks it."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from certify.credentials.numbers import normalise
from certify.forms.fields import Text
from certify.forms.moves import MoveForm
from certify.models import Certification, ExpertLicence
from certify.scheme.folding import fold
from certify.workflows.engine import Move


class WithdrawForm(MoveForm):
    """The grounds, and whose certification or licence or which certificate it is, typed once more."""

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


def form_base(move: Move, thing: Certification | ExpertLicence) -> type[MoveForm]:
    """What the form of a move asks besides its facts: of those that end something for good."""
    if move.name == "withdraw":
        return _withdraw_form(thing)
    return RetireForm if move.name == "retire" else MoveForm


def _withdraw_form(thing: Certification | ExpertLicence) -> type[WithdrawForm]:
    if isinstance(thing, ExpertLicence):
        issued, holder = [thing.credential], thing.certification.holder
    else:
        issued, holder = list(thing.certificates), thing.holder
    numbers = frozenset(one.number for one in issued if one)
    return type("WithdrawForm", (WithdrawForm,), {"numbers": numbers, "holder": holder.name})
