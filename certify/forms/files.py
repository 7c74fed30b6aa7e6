"""Uploading one file; the bytes are judged by `certify.files`, never by what the browser says of them."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FileField

from certify.files.contents import ACCEPT
from certify.forms.base import Form


class UploadForm(Form):
    """One file from a PDF, picture or office document, 10 MB at most."""

    file = FileField(
        _("File"),
        description=_("PDF, JPEG, PNG, DOCX, XLSX or ODT without macros, 10 MB at most."),
        render_kw={"accept": ACCEPT},
    )

    def uploaded(self) -> Any | None:
        """The upload, or None when no file was chosen."""
        given = self.file.data
        return given if given is not None and getattr(given, "filename", None) else None
