"""Instants as they are typed on the command line."""

from datetime import datetime

import click

from certify.clock import real_now
from certify.extensions import settings


def instant_given(typed: str | None, *, is_carried_out: bool) -> datetime | None:
    """The instant of `--at`; None when it is left out. Raises BadParameter.

    In production nothing is carried out before its time.
    """
    if typed is None:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise click.BadParameter(f"{typed} is no instant.", param_hint="--at") from error
    if moment.tzinfo is None:
        raise click.BadParameter("Give the offset too, such as +00:00.", param_hint="--at")
    if is_carried_out and settings().mode == "production" and moment > real_now():
        raise click.BadParameter("Nothing goes before its time.", param_hint="--at")
    return moment
