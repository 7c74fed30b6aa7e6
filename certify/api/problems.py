"""The errors that only programs meet, as problem documents; the others are told by the pages' handlers."""

from flask import Flask, Response
from flask_babel import gettext

from certify.api.commands import Changed
from certify.api.schemas import instant
from certify.auth.tokens import ScopeTooSmall
from certify.presentation import say
from certify.presentation.problems import problem, refusals_as_json
from certify.workflows.idempotency import KeyReused


def init_app(app: Flask) -> None:
    """Answer each with its document."""
    app.register_error_handler(ScopeTooSmall, _scope)
    app.register_error_handler(KeyReused, _key)
    app.register_error_handler(Changed, _changed)


def _scope(error: ScopeTooSmall) -> Response:
    detail = gettext("The token's scopes are too small: this needs “%(scope)s”.", scope=error.needed)
    refused = problem(403, detail, scope=error.needed)
    refused.headers["WWW-Authenticate"] = (
        f'Bearer realm="Certify", error="insufficient_scope", scope="{error.needed}"'
    )
    return refused


def _key(_error: KeyReused) -> Response:
    sentence = gettext("This key was used for another request before; take a new one.")
    return problem(422, errors={"Idempotency-Key": [sentence]})


def _changed(error: Changed) -> Response:
    changes = [
        {"seq": entry.seq, "at": instant(entry.at), "actor": entry.actor, "sentence": say(entry.sentence)}
        for entry in error.last
    ]
    return problem(409, version=error.version, refusals=refusals_as_json(error.refusals), changes=changes)
