"""My credentials: each with its standing, to take along, to show round, and what each way reveals."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.present import told_to_wait
from certify.auth.throttle import TooMany, count_try
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.my_credentials import SendForm
from certify.models import Credential, db
from certify.presentation.address import site_address
from certify.presentation.linkedin import linkedin_url
from certify.presentation.verdicts import STOPPED, meaning, verdict_tone
from certify.queries.my_credentials import OwnCredential, own_credential, own_credentials
from certify.workflows.credential_mail import NOT_WORTH, mail_credential

bp = Blueprint("my_credentials", __name__, url_prefix="/my-credentials")
MAILS = 5  # in five minutes, by one person


@bp.get("")
@auth.signed_in
@auth.asks("path.see")
def index() -> str:
    """Every certificate that was issued to me."""
    owned = own_credentials(db.session(), auth.current_actor().id, clock().now())
    return render_template("my_credentials/list.html", owned=[_shown(one) for one in owned])


@bp.route("/<id>/send", methods=["GET", "POST"])
@auth.action("credential.send")
def send(id: str) -> str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Send the link of one to somebody by mail."""
    credential = auth.find(Credential, id, "credential.send")
    one, form = own_credential(db.session(), credential, clock().now()), SendForm()
    if request.method == "GET" and not one.can_be_shown_round:
        form.refuse([NOT_WORTH])
    if form.validate_on_submit():
        try:
            count_try("send-credential", auth.current_actor().id, limit=MAILS)
        except TooMany as error:
            status, headers = told_to_wait(form, error)
            return render_template("my_credentials/send.html", form=form, one=one), status, headers
        with attempt(form) as session:
            at = clock().now()
            sent = own_credential(session, session.get_one(Credential, id), at)
            worth = sent.can_be_shown_round
            mail_credential(
                session, sent.credential, at, email=form.email.data, note=form.note.data, worth=worth
            )
        if form.status == 200:
            flash(gettext("It is on its way to %(email)s.", email=form.email.data), "good")
            return redirect(url_for("my_credentials.index"), 303)
    why = meaning(one.verdict, one.edition) if form.refusals else ""
    return render_template("my_credentials/send.html", form=form, one=one, why=why), form.status


def _shown(one: OwnCredential) -> dict[str, object]:
    """A certificate with everything that its card says."""
    address = site_address() + url_for("verify.show", number=one.credential.number)
    return {
        "one": one,
        "meaning": meaning(one.verdict, one.edition),
        "tone": verdict_tone(one.verdict),
        "address": address,
        "linkedin": linkedin_url(one.credential, one.edition, address),
        "is_given_out": one.verdict.reason not in STOPPED,
    }
