"""The form with which a certificate is put right."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import ValidationError

from certify.forms.base import Form
from certify.forms.fields import LongText, Name


class CorrectionForm(Form):
    """Why, and that it is meant; of one that was recognised also whose certificate it was."""

    version = HiddenField()
    shown = HiddenField()  # which differences the page showed: those alone are signed
    source = Name(_("Recognised from"), max_length=200, description=_("The body that issued it."))
    number = Name(_("Number there"), max_length=100)
    reason = LongText(
        _("Reason"), max_length=1000, description=_("The holder will read this. It stays in the log.")
    )
    sure = BooleanField(_("I have compared it with the papers."))

    def __init__(self, *args: Any, recognised: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not recognised:
            del self.source, self.number

    def validate_sure(self, field: Field) -> None:
        """The old files are told apart from then on, and that cannot be taken back."""
        if not field.data:
            raise ValidationError(gettext("Tick this: I have compared it with the papers."))

    def told(self) -> dict[str, str]:
        """What was typed of the certificate that was recognised; nothing for any other."""
        return {name: self[name].data for name in ("source", "number") if name in self}
