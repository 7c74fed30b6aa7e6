"""Pictures are drawn anew, so that nothing but pixels is kept: no place, no owner, no second file."""

from io import BytesIO

from flask_babel import gettext
from PIL import Image, ImageOps, UnidentifiedImageError

from certify.files.refused import FileRefused

MAX_PIXELS = 60_000_000  # more than a phone's camera; 240 MB while unpacked at the very most

# Our own limit is asked before a pixel is unpacked; Pillow's warning would come at another number.
Image.MAX_IMAGE_PIXELS = None


def redraw_jpeg(content: bytes) -> bytes:
    """The same picture as a new JPEG. Raises FileRefused."""
    return _redraw(content, "JPEG", "RGB")


def redraw_png(content: bytes) -> bytes:
    """The same picture as a new PNG. Raises FileRefused."""
    return _redraw(content, "PNG", "RGBA")


def _redraw(content: bytes, kind: str, mode: str) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefused(gettext("The picture has too many pixels. Make it smaller and try again."))
            upright = ImageOps.exif_transpose(picture)
            fresh = upright if upright.mode in ("L", "RGB") else upright.convert(mode)
            drawn = Image.new(fresh.mode, fresh.size)
            drawn.paste(fresh)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise FileRefused(gettext("The picture cannot be read. Save it anew and try again.")) from error
    kept = BytesIO()
    drawn.save(kept, format=kind, quality=88)
    return kept.getvalue()
