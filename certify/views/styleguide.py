"""The developers' page: every component in all its states; it exists in demo and test only."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, render_template
from flask.blueprints import BlueprintSetupState

from certify import auth
from certify.forms import samples as forms
from certify.presentation import samples
from certify.presentation.charts import bar_chart, line_chart

bp = Blueprint("styleguide", __name__)

# address, name, template, what fills it
PARTS: dict[str, tuple[str, str, Callable[[], dict[str, Any]]]] = {
    "frame": ("Frame", "styleguide/frame.html", lambda: {"form": forms.Nothing(formdata=None)}),
    "case": ("Case", "styleguide/case.html", lambda: _case()),
    "lists": ("Lists", "styleguide/lists.html", lambda: {"rows": samples.rows(), "names": samples.NAMES}),
    "forms": ("Forms", "styleguide/forms.html", lambda: {"form": forms.fresh()}),
    "forms-in-error": ("Forms in error", "styleguide/forms.html", lambda: {"form": forms.in_error()}),
    "forms-refused": ("Forms refused", "styleguide/forms.html", lambda: {"form": forms.refused()}),
    "charts": ("Charts", "styleguide/charts.html", lambda: _charts()),
}


@bp.record_once
def open_to_developers(state: BlueprintSetupState) -> None:
    """Give the page its addresses, but not in production."""
    if state.app.extensions["certify.settings"].mode == "production":
        auth.leave_out(state.app, __name__)
        return
    state.add_url_rule("/styleguide", "first", first)
    state.add_url_rule("/styleguide/<part>", "show", show)
    state.add_url_rule("/styleguide/errors/<int:status>", "error", error)


@auth.public
def first() -> str:
    """The first part: what stands around a page."""
    return show("frame")


@auth.public
def show(part: str) -> str:
    """One part of the components."""
    if part not in PARTS:
        abort(404)
    _, template, filled = PARTS[part]
    parts = [(name, part == each, each) for each, (name, _, _) in PARTS.items()]
    return render_template(
        template,
        parts=parts,
        long=samples.LONG,
        unbroken=samples.UNBROKEN,
        statuses=samples.STATUSES,
        **filled(),
    )


@auth.public
def error(status: int) -> str:
    """An error page as a reader meets it."""
    abort(status if status in samples.STATUSES else 404)


def _case() -> dict[str, Any]:
    return {
        "paths": samples.paths(),
        "requirements": samples.requirements(),
        "cited_ones": samples.cited(),
        "offers": samples.offers(),
        "entries": samples.entries(),
        "files": samples.files(),
        "states": samples.states(),
    }


def _charts() -> dict[str, Any]:
    return {
        "figures": [
            bar_chart("Candidates by step", samples.FUNNEL),
            line_chart("Certificates a month", samples.MONTHS),
            bar_chart("Satisfaction", [("Classroom", 88.0), ("Visits", 73.5)], "%", most=100),
            bar_chart("Nothing yet", []),
        ]
    }
