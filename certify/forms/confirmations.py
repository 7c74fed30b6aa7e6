"""The form with which an enterprise's contact answers whether a visit happened."""

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from certify.forms.base import Form
from certify.forms.fields import LongText


class AnswerForm(Form):
    """Yes; no, with a word more if the contact likes; or something is wrong, and what."""

    note = LongText(_("Anything that should be known"), max_length=1500, required=False)
    reason = LongText(
        _("What was different?"),
        max_length=1500,
        required=False,
        description=_("The day, who came, whom they met: in your own words."),
    )

    ANSWERS = ("yes", "no", "wrong")

    def __init__(self) -> None:
        super().__init__()
        self.reason.flags.optional = None  # for one of the answers it is needed

    @property
    def answer(self) -> str:
        """Which button was pressed; an answer that no button sends asks what is wrong."""
        given = request.form.get("answer", "")
        return given if given in self.ANSWERS else "wrong"

    def validate_answer(self) -> bool:
        """Check what the answer needs: only who says that something is wrong has to say what."""
        valid = bool(self.validate())
        if valid and self.answer == "wrong" and not self.reason.data:
            sentence = gettext("Say what was different, so that the trainer can correct it.")
            self.add_errors({"reason": [sentence]})
        return not self.errors

    def told(self) -> str:
        """What the trainer reads when the visit comes back."""
        if self.answer == "wrong":
            return str(self.reason.data)
        said = gettext("The enterprise says that this visit did not happen.")
        return f"{said} {self.note.data}".strip()
