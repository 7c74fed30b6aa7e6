"""Confirming a visit from a mailed link, without an account: looking changes nothing, an answer does."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from certify import auth
from certify.auth import links
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.confirmations import AnswerForm
from certify.forms.stale import lock_unchanged
from certify.models import Activity, EnterpriseContact, SingleUseLink, db
from certify.policy import Actor
from certify.queries.answered import settled
from certify.queries.enterprises import contact_at
from certify.workflows import engine
from certify.workflows.accounts import person_at

bp = Blueprint("confirmations", __name__)

PURPOSE = "confirm_visit"
THANKS = {"yes": "confirmed", "no": "denied", "wrong": "returned"}
Page = str | Response | tuple[str, int]


class LinkGone(Exception):
    """Somebody used the link between looking and answering."""


@bp.get("/confirm-visit/<token>")
@auth.public
def ask(token: str) -> Page:
    """Show what would be confirmed, or who answered before."""
    link = links.peek(db.session(), token, PURPOSE)
    asked = _asked(db.session(), link)
    return _gone() if asked is None else _answered(asked[0]) or _page(token, AnswerForm(), *asked)


@bp.post("/confirm-visit/<token>")
@auth.public
def answer(token: str) -> Page:
    """Confirm the visit, or send it back with what was wrong."""
    asked = _asked(db.session(), links.peek(db.session(), token, PURPOSE))
    if asked is None:
        return _gone()
    visit, contact = asked
    if page := _answered(visit, 409):
        return page
    form = AnswerForm()
    if form.validate_answer():
        try:
            _answer(form, token, visit, contact)
        except LinkGone:
            return _gone()
        if form.status == 200:
            return redirect(url_for("confirmations.thanks", answer=THANKS[form.answer]), 303)
        if page := _answered(visit, form.status):  # somebody else answered at the same moment
            return page
    return _page(token, form, visit, contact)


@bp.get("/confirm-visit/thanks/<answer>")
@auth.public
def thanks(answer: str) -> str:
    """A word of thanks, which tells nothing about any visit."""
    if answer not in THANKS.values():
        abort(404)
    return render_template("confirmations/thanks.html", answer=answer)


def _answer(form: AnswerForm, token: str, visit: Activity, contact: EnterpriseContact) -> None:
    """Use the link up and make the move, or neither."""
    at = clock().now()
    with attempt(form) as session:
        actor = _actor(session, contact)
        lock_unchanged(session, visit, "confirm")
        if links.consume(session, token, PURPOSE) is None:
            raise LinkGone(token)
        if form.answer == "yes":
            engine.perform(visit, "confirm", actor, at)
        else:
            engine.perform(visit, "return", actor, at, reason=form.told())


def _asked(session: Session, link: SingleUseLink | None) -> tuple[Activity, EnterpriseContact] | None:
    """The visit and the contact that a link was mailed about; None when it opens nothing any more."""
    visit = session.get(Activity, link.subject) if link else None
    if link is None or visit is None or visit.enterprise is None:
        return None
    contact = contact_at(session, visit.enterprise, link.email)
    return (visit, contact) if contact is not None else None


def _actor(session: Session, contact: EnterpriseContact) -> Actor:
    """The contact as an actor for this one enterprise: the person who has the address, if anybody has.

    So a trainer who reads the contact's mail is known, and cannot confirm the own visit by a link.
    """
    person = contact.person or person_at(session, contact.email)
    known = person.id if person else ""
    return Actor(id=known, name=contact.name, contact_of=frozenset({contact.enterprise_id}))


def _page(token: str, form: AnswerForm, visit: Activity, contact: EnterpriseContact) -> Page:
    page = render_template("confirmations/ask.html", form=form, token=token, visit=visit, contact=contact)
    return page, form.status


def _answered(visit: Activity, status: int = 200) -> tuple[str, int] | None:
    """The visit without a question, once it is settled."""
    found = settled(db.session(), visit)
    if found is None:
        return None
    return render_template("confirmations/answered.html", visit=visit, settled=found), status


def _gone() -> tuple[str, int]:
    return render_template("confirmations/gone.html"), 404
