"""Stalls: what stands still, on whom it waits since when, and nudging those people."""

from collections.abc import Iterable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.choices import Choices, chosen, country_choices, module_choices
from certify.forms.nudges import NudgeForm
from certify.models import db
from certify.models.store import write_tx
from certify.presentation import instant, word
from certify.presentation import say as said
from certify.presentation.listing import listing
from certify.queries.board import ROLES
from certify.queries.holds import Hold
from certify.queries.lateness import lateness
from certify.queries.limits import MARKS
from certify.queries.nudges import meant_by, reached, to_nudge
from certify.queries.sight import reached_countries
from certify.queries.stalled import (
    MOST,
    PAGE,
    SORTING,
    StallFilters,
    WaitsFor,
    stalls_page,
    waits_by_person,
)
from certify.queries.stalled_kinds import KINDS, WAITED_FOR
from certify.workflows.editions import edition_in_force
from certify.workflows.nudging import Nudged, nudge

bp = Blueprint("stalls", __name__, url_prefix="/stalls")


@bp.get("")
@auth.action("stall.see")
@auth.asks("stall.nudge")
def show() -> str:
    """Whatever is slow or stalled with those on whom it waits, the longest waiting first."""
    auth.require("stall.see")
    session, at = db.session(), clock().now()
    offered, filters = _offered(), _filters()
    here, edition = listing(SORTING, "stalls.show", filters.given), edition_in_force(session, at.date())
    page = stalls_page(
        session, auth.current_actor(), at, edition, filters, sort=here.sort, cursor=here.cursor
    )
    return render_template(
        "stalls/list.html",
        page=page,
        filters=filters,
        offered=offered,
        marks=MARKS,
        edition=edition,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        waits_for=_named((hold for one in page.items for hold in one.holds), filters.on),
        lateness=lateness(session, at.date()),
        here=request.full_path,
    )


@bp.get("/people")
@auth.action("stall.see")
def people() -> str:
    """The same by person: for whom how much waits, who holds up most first."""
    auth.require("stall.see")
    session, at, filters = db.session(), clock().now(), _filters()
    edition = edition_in_force(session, at.date())
    found, more = waits_by_person(session, auth.current_actor(), at, edition, filters)
    return render_template(
        "stalls/people.html",
        found=found,
        more=more,
        most=MOST,
        filters=filters,
        offered=_offered(),
        waits_for=_named(found, filters.on),
        lateness=lateness(session, at.date()),
    )


@bp.route("/nudge", methods=["GET", "POST"])
@auth.action("stall.nudge")
def nudge_them() -> str | Response | tuple[str, int]:
    """Ask first where it goes to several people, or nothing was decided yet; then owe the messages."""
    auth.require("stall.nudge")
    ids = list(dict.fromkeys(request.values.getlist("cases")))[:PAGE]
    on = request.values.get("on", "")
    found = to_nudge(db.session(), ids, auth.current_actor(), clock().now(), on=on)
    if ids and not found:
        abort(404)
    form = NudgeForm(offered=[(one.held.id, one.held.case.holder.name) for one in found])
    form.on.data = on
    if request.method == "POST" and len(meant_by(found)) != 1 and "sure" not in request.form:
        return redirect(url_for("stalls.nudge_them", cases=ids, on=on or None), 303)
    if found and form.validate_on_submit():
        _tell(_nudged(ids, on, form.line.data or ""))
        return redirect(auth.safe_next(request.form.get("next")) or url_for("stalls.show"), 303)
    return render_template("stalls/nudge.html", form=form, found=found, reached=reached(found)), form.status


def _nudged(ids: Sequence[str], on: str, line: str) -> Sequence[Nudged]:
    """Judged again inside the transaction: whom a case waits for may have changed."""
    actor, at = auth.current_actor(), clock().now()
    with write_tx() as session:
        return nudge(session, meant_by(to_nudge(session, ids, actor, at, on=on)), actor, at, line=line)


def _tell(outcomes: Sequence[Nudged]) -> None:
    new = {one.to.name for one in outcomes if one.is_new}
    if new:
        flash(
            ngettext(
                "%(names)s was nudged.",
                "%(num)s people were nudged: %(names)s.",
                len(new),
                names=listed_names(new),
            ),
            "good",
        )
    for one in [each for each in outcomes if each.earlier_at][:3]:
        told = gettext(
            "%(name)s was nudged about this case today already, by %(by)s (%(at)s).",
            name=one.to.name,
            by=one.earlier_by,
            at=instant(one.earlier_at),
        )
        flash(f"{one.to.case.holder.name}: {told}", "warn")


def listed_names(names: set[str]) -> str:
    """The first three of some names, and how many others there are."""
    listed, more = ", ".join(sorted(names)[:3]), len(names) - 3
    if more <= 0:
        return listed
    return str(ngettext("%(names)s and %(num)s other", "%(names)s and %(num)s others", more, names=listed))


def _named(waits: Iterable[Hold | WaitsFor], on: str) -> str:
    """What the person or enterprise is called that the list is narrowed to; a role by its word."""
    name = next((one.name for one in waits if on and on == one.key), None)
    return name or (word(on) if on in WAITED_FOR else "")


def _offered() -> dict[str, Choices]:
    session, today = db.session(), clock().now().date()
    return {
        "about": [(kind.name, said(kind.label)) for kind in KINDS.values()],
        "module": module_choices(session, today),
        "country": country_choices(reached_countries(auth.current_actor(), ROLES, today)),
        "stall": [(mark, said(text)) for mark, (text, _tone) in MARKS.items()],
        "who": [(who, word(who)) for who in WAITED_FOR],
    }


def _filters() -> StallFilters:
    narrowed = {name: chosen(request.args.get(name), choices) for name, choices in _offered().items()}
    return StallFilters(**narrowed, on=request.args.get("on", "")[:20])
