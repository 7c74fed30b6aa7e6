"""The name of an upload, cleaned for screens and headers; names that pretend are refused."""

import re
import unicodedata

from flask_babel import gettext

from certify.files.refused import FileRefused

MAX_LENGTH = 120
# The endings of what a machine would run, or a browser show as a page.
ACTIVE = frozenset(
    re.split(
        r"\s+",
        "app bat bin chm cmd com cpl dll docm dotm exe hta htm html jar js jse lnk mht mhtml msi php phtml "
        "pif pl ps1 py reg scr sh svg swf vbe vbs wsf xhtml xlsm xltm xml zip",
    )
)


def clean_name(given: str | None, extensions: tuple[str, ...]) -> str:
    """A name without path, control or direction marks, ending as its content does. Raises FileRefused."""
    text = unicodedata.normalize("NFC", (given or "").replace("\\", "/").rsplit("/", 1)[-1])
    if any(_misleads(character) for character in text):
        raise FileRefused(gettext("The file's name holds hidden characters. Rename the file and try again."))
    text = re.sub(r'[<>:"|?*\s]+', " ", text).strip(" .")
    stem, dot, extension = text.rpartition(".")
    if not dot or extension.lower() not in extensions:
        raise FileRefused(
            gettext(
                "The file's name ends differently from what it holds: it should end in .%(extension)s.",
                extension=extensions[0],
            )
        )
    if any(part.lower().strip() in ACTIVE for part in stem.split(".")[1:]):
        raise FileRefused(gettext("The file's name has two endings. Rename the file and try again."))
    return f"{stem[:MAX_LENGTH]}.{extension.lower()}"


def _misleads(character: str) -> bool:
    """Control, surrogate and direction characters; ZWJ and ZWNJ belong to names in several scripts."""
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Cf", "Co", "Cn") and character not in "\u200c\u200d"
    )
