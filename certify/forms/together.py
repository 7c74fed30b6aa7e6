"""Forms that do one thing to several activities at once."""

from flask_babel import lazy_gettext as _

from certify.forms.base import Form
from certify.forms.fields import Checkboxes, Choices, LongText


class ConfirmTogetherForm(Form):
    """Which of the activities that wait are confirmed, and the reason where one is needed."""

    activities = Checkboxes(_("Activities"))
    reason = LongText(
        _("Reason"),
        required=False,
        max_length=2000,
        description=_("Needed for visits that you confirm in the enterprise's place."),
    )

    def __init__(self, *, waiting: Choices) -> None:
        super().__init__()
        self.activities.offer(waiting)
