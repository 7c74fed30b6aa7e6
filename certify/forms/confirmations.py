"""The form with which an enterprise's contact answers whether a visit happened."""

from flask_babel import lazy_gettext as _

from certify.forms.base import Form
from certify.forms.fields import LongText


class AnswerForm(Form):
    """The reason is asked of those alone who say that the visit did not happen."""

    reason = LongText(_("What was different?"), max_length=2000, required=False)
