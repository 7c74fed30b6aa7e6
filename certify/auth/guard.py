"""Who is asking, and may they: the only door between a request and the policy table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from certify import policy
from certify.auth.marks import Mark, is_sessionless, is_static, mark_of
from certify.auth.tokens import bearer, is_program, require_scope
from certify.extensions import clock
from certify.models import (
    Activity,
    Assessment,
    Certification,
    Cohort,
    Enterprise,
    ExpertLicence,
    IssuingBody,
    NameChange,
    Organisation,
    Person,
    Renewal,
    Review,
    RoleGrant,
    StoredFile,
    db,
)
from certify.models.base import Base
from certify.models.rows import find as find_row
from certify.policy import Actor
from certify.presentation.problems import problem
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.workflows.engine import Forbidden as NotAllowed
from certify.workflows.engine import NotVisible, Question, check_rights, workflow_of
from certify.workflows.people import acting, actor_of

Row = TypeVar("Row", bound=Base)

_MOVE = "move "  # before the name of a move among the rights that a request took
NOBODY = Actor(id="", name="")
SEES: Mapping[type[Any], str] = {
    Certification: "certification.see",
    ExpertLicence: "certification.see",
    Review: "certification.see",
    Activity: "activity.see",
    Assessment: "assessment.see",
    Cohort: "cohort.see",
    Enterprise: "enterprise.see",
    Renewal: "renewal.see",
    NameChange: "name_change.see",
    StoredFile: "file.see",
    Person: "person.see",
    RoleGrant: "role.list",
    Organisation: "organisation.see",
    IssuingBody: "issuer.see",
}


class NeverAsked(Exception):
    """A page marked with an action was shown without asking the policy for it: a bug in the view."""


def current_actor() -> Actor:
    """Whoever asks, with the rights of this moment; an actor without id and grants when signed out."""
    if "actor" not in g:
        g.actor = _read_actor()
    found: Actor = g.actor
    return found


def current_person() -> Person | None:
    """The signed-in person's row in the request's session; None when signed out."""
    person_id = _who_asks()
    if person_id is None:
        return None
    known: Person | None = g.get("person")
    if known is None or known.id != person_id:
        known = g.person = db.session.get(Person, person_id)
    return known


def may(action: str, thing: Any = None) -> bool:
    """Whether whoever asks may do this, today; pages show or leave out a link by it."""
    return policy.may(current_actor(), action, thing, day_of(thing))


def require(action: str, thing: Any = None) -> None:
    """Go on only if the action is allowed: 404 for a thing that may not be seen, 403 without the role."""
    _asked().add(action)
    if may(action, thing):
        _note_right(action, thing)
        return
    if thing is not None and not _sees(action, thing):
        raise NotFound
    raise Forbidden


def find(row: type[Row], thing_id: str, action: str) -> Row:
    """The thing by id, if the action is allowed on it: 404 unknown or unseen, 403 without the role."""
    _asked().add(action)
    thing = find_row(db.session(), row, thing_id)
    if thing is None:
        raise NotFound
    require(action, thing)
    return thing


def rights_taken() -> list[list[str]]:
    """What this request asked for and was allowed: each action, with the kind and id of its thing if any."""
    if "rights" not in g:
        g.rights = []
    found: list[list[str]] = g.rights
    return found


def note_made(table: str, thing_id: str) -> None:
    """Of what a request made: whoever sees it has to see it still, to be told of it again."""
    row = next(row for row in SEES if row.__tablename__ == table)
    _note_right(SEES[row], db.session.get_one(row, thing_id))


def note_move(thing: Any, move: str) -> None:
    """Of a move: whoever made it has to fit its *who* still, to be told of it again."""
    rights_taken().append([f"{_MOVE}{move}", type(thing).__name__, thing.id])


def rights_left() -> list[list[str]]:
    """Of what this request took, what its actor has still now that it is done: a move may end its own right.

    Whoever has the ToT repeated is no facilitator of the case then, and is told again what they were told.
    """
    return [right for right in list(rights_taken()) if _has_still(right)]


def _has_still(right: Sequence[str]) -> bool:
    try:
        require_again([right])
    except (NotFound, Forbidden, NotAllowed, NotVisible):
        return False
    return True


def require_again(rights: Iterable[Sequence[str]]) -> None:
    """Ask once more for what an earlier request was allowed; it is refused as it would be today."""
    rows = {row.__name__: row for row in SEES}
    for action, *thing in rights:
        if not thing:
            require(action)
        elif action.startswith(_MOVE):
            _require_move(rows[thing[0]], thing[1], action.removeprefix(_MOVE))
        else:
            find(rows[thing[0]], thing[1], action)


def _require_move(row: type[Any], thing_id: str, name: str) -> None:
    thing, at = find(row, thing_id, SEES[row]), clock().now()
    workflow = workflow_of(thing)
    move, on = workflow.move(name), workflow.day(thing, at)
    check_rights(Question(thing, None, move, current_actor(), at, on, {}, db.session()))


def day_of(thing: Any) -> date:
    """The thing's own day: where it lives, as its workflow or its country says; else today in UTC."""
    at = clock().now()
    try:
        workflow = workflow_of(thing)
    except KeyError:
        return day_in(at, zone_of(getattr(thing, "country", None) or ""))
    return workflow.day(thing, at)


def let_in() -> AnyResponse | None:
    """Before each request: a marked route sends the signed out to sign-in; programs get 401."""
    if is_static(request.endpoint):
        return None
    mark = _mark()
    if mark is not None and mark.kind == "public" and is_sessionless(request.path):
        return None
    if is_program(request.path):
        return _let_program_in() if mark is not None else None
    # Loaded now, for a touch needs its own transaction and may not happen inside a command.
    known = current_user.is_authenticated
    if mark is None or mark.kind == "public" or known:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("entrance.sign_in", next=request.full_path.removesuffix("?")), 303)
    return redirect(url_for("entrance.sign_in", next=_page_of_form(), unsaved=1), 303)


def check_asked(response: Response) -> Response:
    """After each page: one that is marked with an action must have asked for it."""
    mark = _mark()
    shown = request.method in ("GET", "HEAD") and response.status_code < 400
    if shown and mark is not None and mark.action is not None and mark.action not in _asked():
        signed_out = response.status_code == 303 and _who_asks() is None
        if not signed_out:
            raise NeverAsked(f"{request.endpoint} shows a page without asking for {mark.action}")
    return response


def _page_of_form() -> str | None:
    """The path that a form was sent to, if a page with the form can be asked for there."""
    has_page = current_app.create_url_adapter(request)
    return request.path if has_page and has_page.test(request.path, method="GET") else None


def safe_next(target: str | None) -> str | None:
    """A path of this site to go on to after signing in; None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(character < " " or character in "\\\x7f" for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def _read_actor() -> Actor:
    person_id = _who_asks()
    if person_id is None:
        return NOBODY
    session, on = db.session(), clock().now().date()
    if is_program(request.path):
        return actor_of(session, person_id, on) or NOBODY
    person = current_person()  # every page asks for their language and zone anyway
    return (acting(session, person, on) if person else None) or NOBODY


def _who_asks() -> str | None:
    """The person's id: a program's by its token alone, whatever cookies it sends; a page's by its session."""
    if is_program(request.path):
        found = bearer()
        return found.person_id if found else None
    return current_user.person_id if current_user.is_authenticated else None


def _note_right(action: str, thing: Any) -> None:
    if thing is not None and type(thing) not in SEES:
        return
    right = [action] if thing is None else [action, type(thing).__name__, thing.id]
    if right not in rights_taken():
        rights_taken().append(right)


def _sees(action: str, thing: Any) -> bool:
    """Whether somebody who may not do the action knows of the thing; what knowing it takes is the thing's."""
    see = SEES.get(type(thing))
    return see is not None and see != action and may(see, thing)


def _mark() -> Mark | None:
    return mark_of(current_app.view_functions.get(request.endpoint or ""))


def _asked() -> set[str]:
    if "asked" not in g:
        g.asked = set()
    found: set[str] = g.asked
    return found


def _let_program_in() -> AnyResponse | None:
    """401 without a token in force; ScopeTooSmall where it does not reach as far as the method."""
    if bearer() is None:
        refused = problem(401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="Certify"'
        return refused
    require_scope("read" if request.method in ("GET", "HEAD", "OPTIONS") else "write")
    return None
