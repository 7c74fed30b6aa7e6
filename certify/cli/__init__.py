"""The command line: a group of commands for each part, and `serve`, `doctor`, `explain`."""

from flask import Flask

from certify.cli import (
    api,
    audit,
    certificates,
    demo,
    docs,
    doctor,
    erase,
    explain,
    files,
    keys,
    people,
    privacy,
    scheme,
    serve,
    tokens,
    translations,
)

GROUPS = (scheme, people, keys, certificates, tokens, api, docs, audit, files, privacy, demo, translations)


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    for each in GROUPS:
        app.cli.add_command(each.group)
    audit.group.add_command(erase.erase_values)
    app.cli.add_command(serve.serve)
    app.cli.add_command(doctor.doctor)
    app.cli.add_command(explain.explain)
