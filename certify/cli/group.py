"""The group that our commands stand in: what goes wrong with the database is told in a sentence."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError


class Commands(AppGroup):
    """Like Flask's own, but a missing table or an unreachable server is no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command of the group."""
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            raise click.ClickException(_sentence(error)) from error


def _sentence(error: DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()[0]
    missing = "no such table" in said or "does not exist" in said
    if isinstance(error, OperationalError | ProgrammingError) and missing:
        return f"The database has not the tables of this version ({said}). Run: flask db upgrade"
    return f"The database says: {said}"
