"""Every route carries exactly one mark: public, signed in, or an action of the policy table."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from flask.sansio.app import App

from certify.policy import ACTIONS, PREDICATES

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mark:
    """Who may reach a route: `public`, `signed_in`, or whoever the policy lets do `action`."""

    kind: str
    action: str | None = None


class MarkMissing(Exception):
    """Routes, marks and policy table do not fit together: the application refuses to start."""


PROGRAMS = "/api/"
SESSIONLESS_PATHS = (
    "/verify",
    "/credentials/",
    "/issuers/",
    "/achievements/",
    "/calendar/feed/",
    PROGRAMS,
    "/healthz",
    "/readyz",
)
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


def asks(*actions: str) -> Callable[[View], View]:
    """Further actions that the view asks for, beside its mark: for a part of the page, or a link on it."""

    def decorate(view: View) -> View:
        view.certify_asks = actions  # type: ignore[attr-defined]
        return view

    return decorate


def mark_of(view: Callable[..., Any] | None) -> Mark | None:
    """The mark that a view carries."""
    return getattr(view, "certify_mark", None)


def actions_of(view: Callable[..., Any] | None) -> tuple[str, ...]:
    """Every action that a view says it asks for: its mark's first."""
    mark = mark_of(view)
    marked = (mark.action,) if mark is not None and mark.action is not None else ()
    return (*marked, *getattr(view, "certify_asks", ()))


def check_marks(app: Flask, *, whole: bool = False) -> None:
    """Refuse to start while a route carries no mark, or one that names no action. Raises MarkMissing.

    Of the `whole` application, in every mode, also refused: a marked view that no route leads to, unless
    its module is left out, and an action that no route asks for; the table would then promise a right that
    nobody can use. Static files are excepted.
    """
    faults = [*_faults_of_routes(app), *_faults_of_table()]
    if whole:
        faults += [*_left_over_views(app), *_left_over_actions(app)]
    if faults:
        raise MarkMissing("\n".join(faults))


def leave_out(app: App, module: str) -> None:
    """A module whose pages do not exist in this mode: its marked views need no route, and may have none."""
    _left_out(app).add(module)


def _left_out(app: App) -> set[str]:
    modules: set[str] = app.extensions.setdefault("certify.left_out", set())
    return modules


def is_static(endpoint: str | None) -> bool:
    """Whether an endpoint serves the vendored files, which belong to nobody."""
    return endpoint is not None and endpoint.rpartition(".")[2] == "static"


def is_sessionless(path: str) -> bool:
    """Whether a request is answered without asking whose browser it is: no cookie, no session table."""
    return path.startswith(SESSIONLESS_PATHS)


def _faults_of_routes(app: Flask) -> Iterator[str]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if is_static(rule.endpoint):
            continue
        view = app.view_functions.get(rule.endpoint)
        if mark_of(view) is None:
            yield (
                f"{rule.endpoint} ({rule.rule}) carries no mark: put auth.public, auth.signed_in or "
                "auth.action(…) on its view."
            )
        for name in actions_of(view):
            if name not in ACTIONS:
                yield (
                    f"{rule.endpoint} ({rule.rule}) asks for {name}, which is no action: "
                    "add it to certify/policy/actions.py, or mend the name."
                )


def _faults_of_table() -> Iterator[str]:
    for name, predicates in ACTIONS.items():
        for unknown in sorted(set(predicates) - set(PREDICATES)):
            yield f"{name} is opened by {unknown}, which is no predicate of certify/policy/table.py."


def _left_over_views(app: Flask) -> Iterator[str]:
    """A wrapped view keeps its name, and so is found again behind the function that a route leads to."""
    led_to = {(view.__module__, view.__qualname__) for view in app.view_functions.values()}
    left_out = _left_out(app)
    for led in sorted(left_out & {where for where, _ in led_to}):
        yield f"{led} is left out in this mode, and a route leads to it."
    for name, module in sorted(sys.modules.items()):
        if not name.startswith(f"{app.import_name}.") or name in left_out:
            continue
        for view in vars(module).values():
            if not callable(view) or getattr(view, "__module__", "") != name or mark_of(view) is None:
                continue
            if (name, view.__qualname__) not in led_to:
                yield (
                    f"{name}.{view.__qualname__} carries a mark, and no route leads to it: "
                    "register it, or take the view away."
                )


def _left_over_actions(app: Flask) -> Iterator[str]:
    used = {name for view in app.view_functions.values() for name in actions_of(view)}
    for name in ACTIONS:
        if name not in used:
            yield (
                f"{name} of certify/policy/actions.py is asked for by no route: mark a view with "
                "auth.action or auth.asks, or take the action away."
            )


def _mark(view: View, mark: Mark) -> View:
    if mark_of(view) is not None:
        raise MarkMissing(f"{view.__name__} carries two marks.")
    view.certify_mark = mark  # type: ignore[attr-defined]
    return view
