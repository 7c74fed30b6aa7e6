"""The scheme module by module, and the editions that certificates were issued under."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.models import db
from certify.presentation import scheme as shown
from certify.queries.offices import offices
from certify.scheme.aliases import module_called, modules_like, numbers_of
from certify.scheme.types import Edition
from certify.workflows.editions import NoEdition, edition_in_force, edition_named

bp = Blueprint("scheme", __name__)

LONGEST_SEARCH = 100


@bp.get("/scheme/modules")
@auth.public
def modules() -> str:
    """Every module, or those that answer to a name, an earlier name or a number."""
    edition, text = _in_force(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return render_template(
        "public/modules.html", edition=edition, q=text, found=modules_like(edition, text), shown=shown
    )


@bp.get("/scheme/modules/<code>")
@auth.public
def module(code: str) -> str | Response:
    """One module: what comes first, what it takes, how it differs here and there, and who certifies it."""
    edition = _in_force()
    found = edition.modules.get(code)
    if found is None:
        called = module_called(edition, code)
        if called is None:
            raise NotFound
        return redirect(url_for("scheme.module", code=called.code), 308)
    return render_template(
        "public/module.html",
        edition=edition,
        module=found,
        numbers=numbers_of(edition, code),
        shown=shown,
        offices=offices(db.session(), clock().now().date(), module=code),
    )


@bp.get("/scheme/editions/<name>")
@auth.public
def edition(name: str) -> str:
    """A published edition, in force or not: a certificate names the one that it was issued under."""
    try:
        named = edition_named(db.session(), name)
    except NoEdition as error:
        raise NotFound from error
    return render_template("public/scheme.html", edition=named, shown=shown, current=named == _newest())


def _in_force() -> Edition:
    found = _newest()
    if found is None:
        raise NotFound
    return found


def _newest() -> Edition | None:
    try:
        return edition_in_force(db.session(), clock().now().date())
    except NoEdition:
        return None
