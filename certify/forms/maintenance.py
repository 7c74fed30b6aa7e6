"""Forms of keeping a certification up: signing the code of conduct, asking for another name, answering."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from certify.forms.base import Form
from certify.forms.fields import LongText, Name


class SignForm(Form):
    """The holder's own signing."""

    agreed = BooleanField(
        _("I have read the code of conduct and keep to it."),
        validators=[InputRequired(_("Tick that you have read it and keep to it."))],
    )


class NameForm(Form):
    """By which name the trainer wants to be known, and why."""

    name = Name(_("New full name"), description=_("As it is to stand on your certificates."))
    reason = LongText(
        _("Why it changed"),
        max_length=1000,
        description=_("For example a marriage. The coordinator asks you for a document that shows it."),
    )


class AnswerForm(Form):
    """The coordinator's answer; who declines says why."""

    version = HiddenField()
    reason = LongText(
        _("Why not"),
        max_length=1000,
        required=False,
        description=_("Needed when you decline; the trainer reads it."),
    )
