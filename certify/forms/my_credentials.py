"""The form with which a holder sends a certificate on."""

from flask_babel import lazy_gettext as _

from certify.forms.base import Form
from certify.forms.fields import LongText
from certify.forms.people import EmailText


class SendForm(Form):
    """To whom, and a word of one's own."""

    email = EmailText(_("E-mail address"), description=_("One address; it is kept with the message."))
    note = LongText(
        _("Note"),
        required=False,
        max_length=500,
        description=_("Shown as your own words, below ours. 500 characters at most."),
    )
