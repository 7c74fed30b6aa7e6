"""The command line: a group of commands for each part, and those that stand alone."""

from flask import Flask

from certify.cli import (
    api,
    audit,
    certificates,
    clockwork,
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
    app.cli.add_command(clockwork.run_scheduler)
    app.cli.add_command(clockwork.tick)
