"""Every route carries exactly one mark: public, signed in, or an action of the policy table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mark:
    """Who may reach a route: `public`, `signed_in`, or whoever the policy lets do `action`."""

    kind: str
    action: str | None = None


class MarkMissing(Exception):
    """A route without a mark, or with two: the application refuses to start."""


SESSIONLESS_PATHS = ("/verify", "/api/", "/healthz", "/readyz")
PUBLIC = Mark("public")
SIGNED_IN = Mark("signed_in")


def public(view: View) -> View:
    """Anyone may ask this route, signed in or not."""
    return _mark(view, PUBLIC)


def signed_in(view: View) -> View:
    """Anyone who is signed in may ask this route; it shows or changes only their own things."""
    return _mark(view, SIGNED_IN)


def action(name: str) -> Callable[[View], View]:
    """Whoever may do this action of the policy table; the view asks `find` or `require` for its thing."""

    def decorate(view: View) -> View:
        return _mark(view, Mark("action", name))

    return decorate


def mark_of(view: Callable[..., Any] | None) -> Mark | None:
    """The mark that a view carries."""
    return getattr(view, "certify_mark", None)


def check_marks(app: Flask) -> None:
    """Refuse to start while a route carries no mark. Raises MarkMissing; static files are excepted."""
    unmarked = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if not is_static(rule.endpoint) and mark_of(app.view_functions.get(rule.endpoint)) is None
    )
    if unmarked:
        raise MarkMissing(f"No mark on {', '.join(unmarked)}: say public, signed_in or action(…).")


def is_static(endpoint: str | None) -> bool:
    """Whether an endpoint serves the vendored files, which belong to nobody."""
    return endpoint is not None and endpoint.rpartition(".")[2] == "static"


def is_sessionless(path: str) -> bool:
    """Whether a request is answered without asking whose browser it is: no cookie, no session table."""
    return path.startswith(SESSIONLESS_PATHS)


def _mark(view: View, mark: Mark) -> View:
    if mark_of(view) is not None:
        raise MarkMissing(f"{view.__name__} carries two marks.")
    view.certify_mark = mark  # type: ignore[attr-defined]
    return view
