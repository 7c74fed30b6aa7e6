"""The certificate as paper: a sealed PDF for everybody who knows its number; no cookie is read or set."""

import logging

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import TooManyRequests

from certify import auth
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.credentials.key_files import KeyUnusable
from certify.credentials.place import NoPlace
from certify.extensions import clock, settings
from certify.models import db
from certify.presentation.papers import without_font
from certify.presentation.verdicts import STOPPED
from certify.queries.certificates import Printable, printable
from certify.queries.verification import verdict_of
from certify.scheme.words import Verdict

bp = Blueprint("certificates", __name__)
log = logging.getLogger(__name__)

# The viewers of browsers show it all the same.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/credentials/<number>.pdf")
@auth.public
def pdf(number: str) -> ResponseReturnValue:
    """The sealed PDF, drawn when first asked for.

    404 unknown, 409 suspended or without a font for what it says, 410 withdrawn or retired, 503 while the
    issuing body cannot seal.
    """
    try:
        refuse_guessing(request.remote_addr)
    except TooMany as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    document = verdict_of(db.session(), number, clock().now())
    if document.verdict is Verdict.UNKNOWN:
        count_misses(request.remote_addr)
        abort(404)
    if stopped := STOPPED.get(document.reason or ""):
        return _not_given(document.number, *stopped)
    try:
        found = printable(db.session(), document.number, settings().base_url)
    except (KeyUnusable, NoPlace) as error:
        log.error("The certificate %s cannot be sealed: %s.", document.number, error)
        return _unsealed(document.number)
    if found is None:
        abort(404)
    db.session.rollback()  # drawing takes its time, and no snapshot of the database is held meanwhile
    return _drawn(found)


def _drawn(found: Printable) -> ResponseReturnValue:
    from certify.credentials.fonts import GlyphsMissing  # here, for they load all that PDF takes
    from certify.credentials.paper_kept import address_of, paper
    from certify.credentials.sealing import SealUnfit, read_seal

    certificate, fonts = found.certificate, settings().font_dir
    try:
        seal = read_seal(found.key_pem, found.chain_pem)
    except SealUnfit as error:
        log.error("The certificate %s cannot be sealed: %s", certificate.number, error)
        return _unsealed(certificate.number)
    response = Response(mimetype="application/pdf")
    response.set_etag(address_of(certificate, seal, fonts))
    if response.make_conditional(request).status_code != 304:
        files = settings().instance / "files"
        try:
            response.set_data(paper(certificate, seal, clock().now(), files, fonts))
        except GlyphsMissing as error:
            log.error("%s", error)
            return _not_given(certificate.number, 409, without_font(error.characters))
    response.headers["Content-Disposition"] = f'inline; filename="{certificate.number}.pdf"'
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "public, no-cache"  # asked again: it may be withdrawn
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _unsealed(number: str) -> ResponseReturnValue:
    sentence = _("The certificate cannot be drawn at the moment. The administrator was told what is missing.")
    response = make_response(_not_given(number, 503, sentence))
    response.headers["Retry-After"] = "3600"
    return response


def _not_given(number: str, status: int, sentence: LazyString | str) -> ResponseReturnValue:
    page = render_template(
        "certificates/not_given.html",
        number=number,
        title=_("No certificate to download"),
        sentence=sentence,
        advice=_("The register's own answer is open to everybody, and it is what counts."),
        sessionless=True,
    )
    return page, status
