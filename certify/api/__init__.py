"""The interface for programs, under /api/v1: every module here that has a `bp` is registered.

How a resource is added:
1. its shapes (marshmallow, `schemas.Shape` and `Body`) and one `…_as_json(session, thing, actor, at)`,
   in `THING_shape.py`; what it reads, in `certify/queries/` (no query here);
2. `THINGS.py` with `bp = Resource("things", __name__, description=…)` (document.py);
3. a GET: `@bp.get(rule)`, `@takes(Query, location="query")` for a list, `@bp.response(200, Shape)`, one
   mark (`@auth.action(…)`), and the view ends in `answer(Answer(body, version=…))`; lists.py for pages;
4. a POST or PATCH: the same with `@takes(body_of(name, facts))`, innermost `@command`: the view gets
   `(session, given, **path)` inside the one transaction, finds its thing with `auth.find`, locks it with
   `lock_unchanged(session, thing)` (If-Match), calls the workflow and returns an `Answer`; a file:
   `@upload_command` (certifications.py shows it);
5. moves: one `@bp.unlisted(".../<id>/moves/<move>", methods=["POST"])` calling `moves.make_move`, and
   `bp.describe_moves(".../<id>/moves", WORKFLOW, Shape)`, which tells each move with its facts;
6. errors are raised, never returned: what the workflows raise becomes a problem document;
7. `flask docs build` writes docs/openapi.json anew; tests/api/client.py checks every answer against it,
   test_schema.py asks every operation, and the examples of docs/api.md are run by test_examples.py.
"""

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from certify.api import problems
from certify.api.document import PREFIX, make_api


def init_app(app: Flask) -> None:
    """Register every part of the interface, with its description."""
    api = make_api(app)
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "bp"):
            api.register_blueprint(module.bp, url_prefix=PREFIX)
    problems.init_app(app)
