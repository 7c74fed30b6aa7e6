"""The interface for programs: every module here that has a `bp` is registered under /api/v1."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask


def init_app(app: Flask) -> None:
    """Register every part of the interface."""
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp, url_prefix="/api/v1")
