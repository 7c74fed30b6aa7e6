"""Lists by cursor: `{items, next}`, with `?cursor=` and `?limit=`, and every parameter checked."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from flask import request

from certify.api.commands import Answer
from certify.queries.paging import PAGE, Page
from certify.scheme.sentences import say
from certify.workflows.facts import InvalidFacts

MOST = 100
Item = TypeVar("Item")
PAGING = ("cursor", "limit")


def only_parameters(*names: str) -> None:
    """Refuse a parameter that the list does not know, or gets twice. Raises InvalidFacts."""
    errors: dict[str, list[str]] = {
        name: [say("This list takes no such parameter.")]
        for name in request.args
        if name not in (*names, *PAGING)
    }
    errors |= {name: [say("Give it once.")] for name in request.args if len(request.args.getlist(name)) > 1}
    if errors:
        raise InvalidFacts(errors)


def limit() -> int:
    """How many items a page shall hold. Raises InvalidFacts."""
    given = request.args.get("limit", str(PAGE))
    found = int(given) if given.isascii() and given.isdecimal() and len(given) <= 3 else 0
    if not 1 <= found <= MOST:
        raise InvalidFacts({"limit": [say("Give a whole number between 1 and {most}.", most=MOST)]})
    return found


def cursor() -> str | None:
    """Where the page starts."""
    return request.args.get("cursor")


def one_of(name: str, choices: Collection[str]) -> str:
    """A parameter that is one of some words, or absent. Raises InvalidFacts."""
    given = request.args.get(name, "")
    if given and given not in choices:
        raise InvalidFacts({name: [say("Choose one of the options.")]})
    return given


def text(name: str, *, longest: int) -> str:
    """A parameter of some length at most, or nothing. Raises InvalidFacts."""
    given = request.args.get(name, "")
    if len(given) > longest:
        raise InvalidFacts({name: [say("At most {n} characters.", n=longest)]})
    return given


def listed(page: Page[Item], shown: Callable[[Item], Any]) -> Answer:
    """A page as programs get it. Raises InvalidFacts for a cursor that no page gave."""
    refuse_strange(page)
    return items(map(shown, page.items), page.next)


def refuse_strange(page: Page[Any]) -> None:
    """A cursor that nobody made would start anew, and a program go round in circles. Raises InvalidFacts."""
    if page.misread:
        raise InvalidFacts({"cursor": [say("No page of this list gave this cursor.")]})


def items(found: Iterable[Any], following: str | None) -> Answer:
    """Items that are ready."""
    return Answer({"items": list(found), "next": following})
