"""Pages for everybody: what this is, the scheme in plain words, how to join, how to check, the statements."""

import json
from datetime import UTC, date, datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.guesses import MINUTES, MISSES
from certify.credentials.verdict import CredentialRecord, verdict
from certify.extensions import clock
from certify.models import db
from certify.presentation import scheme as shown
from certify.presentation.address import site_address
from certify.privacy.kept import KEPT
from certify.queries.offices import offices
from certify.scheme.types import Edition
from certify.scheme.words import Act, Relation
from certify.workflows.editions import NoEdition, edition_in_force

bp = Blueprint("public", __name__)

EXAMPLE = "TC-7F3K-Q2MX-9B4D-R"  # the one that the hints show; nobody holds it


@bp.get("/")
@auth.public
def home() -> str:
    """The first page: a box to verify a certificate, and what this is to each kind of visitor."""
    return render_template("public/home.html")


@bp.get("/favicon.ico")
@auth.public
def icon() -> Response:
    """Where browsers look when they show a file or a document for programs, which name no icon."""
    return redirect(url_for("static", filename="favicon.svg"), 308)


@bp.get("/scheme")
@auth.public
def scheme() -> str:
    """The edition in force in plain words: modules, requirements, and their numbers with the evidence."""
    return render_template("public/scheme.html", edition=_edition(), shown=shown, current=True)


@bp.get("/become-a-trainer")
@auth.public
def become() -> str:
    """The steps, the time they take, who may apply, where, and whom to ask about costs."""
    places = offices(db.session(), _today())
    return render_template("public/become.html", edition=_edition(), shown=shown, offices=places)


@bp.get("/checking-certificates")
@auth.public
def checking() -> str:
    """For service providers and lead buyers: what a certificate says, and how to check one or many."""
    edition = _edition()
    return render_template(
        "public/checking.html",
        papers=list(shown.papers(edition)) if edition else [],
        number=EXAMPLE,
        example=json.dumps(_example(), indent=2, ensure_ascii=False),
        site=site_address(),
        misses=MISSES,
        minutes=MINUTES,
    )


@bp.get("/decisions-and-appeals")
@auth.public
def decisions() -> str:
    """How decisions are made and kept impartial, suspended, withdrawn, appealed and complained about."""
    return render_template(
        "public/decisions.html",
        edition=_edition(),
        shown=shown,
        relations=Relation,
        acts=Act,
        offices=offices(db.session(), _today()),
    )


@bp.get("/accessibility")
@auth.public
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("public/accessibility.html")


@bp.get("/privacy")
@auth.public
def privacy() -> str:
    """The privacy statement: which data are kept, why, how long, who sees them, and a person's rights."""
    return render_template(
        "public/privacy.html",
        edition=_edition(),
        shown=shown,
        kept=KEPT,
    )


def _today() -> date:
    return clock().now().date()


def _edition() -> Edition | None:
    try:
        return edition_in_force(db.session(), _today())
    except NoEdition:
        return None


def _example() -> dict[str, object]:
    """What a program is answered, made by what answers it."""
    record = CredentialRecord(
        number=EXAMPLE,
        holder="Nguyễn Thị Hồng Hạnh",
        module="WPC",
        country="VN",
        credential_type="trainer_certification",
        scheme_version="score-2026",
        issuer="Demo Certification Body",
        zone="Asia/Ho_Chi_Minh",
        valid_from=date(2026, 11, 22),
        valid_until=date(2029, 11, 22),
        grace_days=0,
    )
    return verdict(record, datetime(2027, 3, 1, 9, 30, tzinfo=UTC)).as_json()
