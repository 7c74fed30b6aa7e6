"""Uploaded files: what they hold is checked, then the bytes are kept under their SHA-256, then the row."""

from certify.files.contents import check
from certify.files.refused import FileRefused
from certify.files.store import Kept, attach, path_of, store

__all__ = ["FileRefused", "Kept", "attach", "check", "path_of", "store"]
