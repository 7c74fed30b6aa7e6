"""The command line: `flask scheme`, `people`, `docs`, `audit`, `demo`, `translations` and `serve`."""

from flask import Flask

from certify.cli import audit, demo, docs, people, scheme, serve, translations


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    for group in (scheme.group, people.group, docs.group, audit.group, demo.group, translations.group):
        app.cli.add_command(group)
    app.cli.add_command(serve.serve)
