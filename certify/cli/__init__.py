"""The command line: a group of commands for each part, and `serve` and `doctor`."""

from flask import Flask

from certify.cli import (
    api,
    audit,
    demo,
    docs,
    doctor,
    erase,
    files,
    people,
    scheme,
    serve,
    tokens,
    translations,
)


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    for each in (scheme, people, tokens, api, docs, audit, files, demo, translations):
        app.cli.add_command(each.group)
    audit.group.add_command(erase.erase_values)
    app.cli.add_command(serve.serve)
    app.cli.add_command(doctor.doctor)
