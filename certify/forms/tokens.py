"""The form of a new token: what it is for, how far it reaches, how long it lasts."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField

from certify.forms.base import Form
from certify.forms.fields import Filled, Pick, Radios, Text

REACH = (
    ("read", _("Read: see what you see")),
    ("write", _("Write: also apply, record and make your moves, but decide nothing")),
    ("decide", _("Decide: also grant, refuse, suspend and a Master Trainer's other decisions")),
)
SHORT = {"read": _("Read"), "write": _("Read, write"), "decide": _("Read, write, decide")}
LASTS = (("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")))


class TokenForm(Form):
    """A new token."""

    name = Text(
        _("What it is for"),
        max_length=100,
        description=_("The program that gets it, for example “attendance import”."),
    )
    scope = Radios(_("What it may do"), choices=REACH)
    days = Pick(_("How long it lasts"), choices=LASTS)
    present = PasswordField(
        _("Your password"),
        [Filled(required=True)],
        description=_("So that nobody else makes a token on a screen that you left."),
        render_kw={"autocomplete": "current-password"},
    )
