"""A certificate put right: what would change, why, and the files of before superseded."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from certify import auth
from certify.credentials.paper_shelves import forget
from certify.extensions import clock, settings
from certify.forms.attempt import STALE, attempt, same_version
from certify.forms.corrections import CorrectionForm
from certify.models import Certification, Credential, db
from certify.scheme.sentences import say
from certify.workflows.credential_correction import correct as put_right
from certify.workflows.credential_correction import differences, fingerprint, refusals
from certify.workflows.engine import Refusal, Refused
from certify.workflows.issuer_record import locked

bp = Blueprint("corrections", __name__)


@bp.route("/certifications/<id>/certificates/<credential_id>/correct", methods=["GET", "POST"])
@auth.action("credential.correct")
def correct(id: str, credential_id: str) -> Response | tuple[str, int]:
    """Look at what would change; issue the certificate anew under its number."""
    case = auth.find(Certification, id, "credential.correct")
    credential = next((one for one in case.credentials if one.id == credential_id), None)
    if credential is None:
        abort(404)
    actor, at, form = auth.current_actor(), clock().now(), _form(credential)
    if form.validate_on_submit():
        with attempt(form) as session:
            one = session.get_one(Credential, credential_id)
            same_version(session, one, form, changed=tuple)
            _same_differences(session, one, form)
            put_right(session, one, actor, at, reason=form.reason.data, **form.told())
        if form.status == 200:
            forget(settings().instance / "files", credential.number)
            flash(gettext("Issued anew: %(number)s. The holder is told.", number=credential.number), "good")
            return redirect(url_for("certifications.show", id=id) + "#credentials", 303)
        credential = db.session.get_one(Credential, credential_id)
    page = render_template(
        "corrections/correct.html",
        case=credential.certification,
        credential=credential,
        form=form,
        changes=differences(credential),
        refused=refusals(db.session(), credential, actor, at) if request.method == "GET" else (),
    )
    return page, form.status


def _form(credential: Credential) -> CorrectionForm:
    source, number = credential.recognised_source, credential.recognised_number
    return CorrectionForm(
        recognised=source is not None,
        source=source,
        number=number,
        version=credential.version,
        shown=fingerprint(differences(credential)),
    )


def _same_differences(session: Session, credential: Credential, form: CorrectionForm) -> None:
    """Go on only if what is signed, the issuing body as it is now, was shown. Raises Refused (409)."""
    session.refresh(locked(session, credential.issuer_id))
    now = fingerprint(differences(credential))
    if form.shown.data != now:
        form.shown.data = now
        raise Refused([Refusal(None, say(STALE))])
