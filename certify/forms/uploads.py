"""The form that adds one file."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from certify.forms.base import Form


class UploadForm(Form):
    """One file; what it holds is checked when it is stored."""

    file = FileField(
        _("File"),
        [FileRequired(_("Choose a file."))],
        description=_("PDF, picture or office document without macros, 10 MB at most."),
    )
