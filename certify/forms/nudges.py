"""A nudge: about which cases, to whom, and the coordinator's own line."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from certify.forms.base import Form
from certify.forms.fields import Checkboxes, Choices, LongText


class NudgeForm(Form):
    """The line may be left out; the cases were ticked on the page before."""

    cases = Checkboxes(_("Cases"))
    line = LongText(
        _("Your line"),
        required=False,
        max_length=500,
        description=_(
            "Goes with the message, in your name, and stands in the history of each case, where whoever it "
            "is about reads it too."
        ),
    )
    on = HiddenField()

    def __init__(self, *, offered: Choices) -> None:
        super().__init__()
        self.cases.offer(offered)
