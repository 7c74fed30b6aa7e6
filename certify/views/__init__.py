"""The pages: every module here that has a `bp` is registered, and every answer leaves with its headers."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from certify import edge, presentation
from certify.presentation import navigation, notices, papers, reader, verdicts
from certify.views import errors


def init_app(app: Flask) -> None:
    """Register every page, and what stands around them."""
    lay_ground(app)
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp)


def lay_ground(app: Flask) -> None:
    """What every page stands on: filters, the reader's language and zone, error pages, headers."""
    presentation.init_app(app)
    notices.init_app(app)
    papers.init_app(app)
    verdicts.init_app(app)
    reader.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    edge.init_app(app)
