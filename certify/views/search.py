"""The search: one box over everything that the reader may see; a certificate's number leads straight on."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from certify import auth
from certify.credentials.numbers import begins_number, normalise
from certify.extensions import clock
from certify.models import db
from certify.queries.search import GROUPS, LONGEST, Group, Search, case_of_number, found, found_in
from certify.workflows.editions import edition_in_force

bp = Blueprint("search", __name__)

TITLES = {
    "cases": _("Cases"),
    "people": _("People"),
    "cohorts": _("Cohorts"),
    "enterprises": _("Enterprises"),
    "organisations": _("Organisations"),
}
SLIP = 10  # so many letters and digits, one of them a digit, were meant as a number


@bp.get("/search")
@auth.signed_in
def show() -> str | Response:
    """The first few of each group, or one group page by page."""
    text = request.args.get("q", "").strip()[:LONGEST]
    number = normalise(text) if _has_digit(text) else None
    if number is not None:
        return redirect(_address_of(number), 303)
    group = request.args.get("group", "")
    if group and group not in GROUPS:
        abort(404)
    search = Search(db.session(), auth.current_actor(), clock().now(), text)
    groups = _groups(search, group) if text else []
    return render_template(
        "search/show.html",
        text=text,
        groups=groups,
        chosen=group,
        titles=TITLES,
        edition=edition_in_force(db.session(), clock().now().date()),
        beginning=begins_number(text),
        likely_number=_has_digit(text) and sum(c.isalnum() for c in text) >= SLIP,
        next_url=group
        and groups
        and groups[0].next
        and url_for("search.show", q=text, group=group, cursor=groups[0].next),
    )


def _groups(search: Search, group: str) -> list[Group]:
    return [found_in(search, group, request.args.get("cursor"))] if group else found(search)


def _has_digit(text: str) -> bool:
    return any(character.isdecimal() for character in text)


def _address_of(number: str) -> str:
    """The case with this certificate for who may see it; for all others what the public is told."""
    case = case_of_number(db.session(), number)
    if case is not None and auth.may("certification.see", case):
        return url_for("certifications.show", id=case.id)
    return url_for("verify.show", number=number)
