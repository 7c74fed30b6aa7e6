"""Where a reader is in a list: how it is narrowed and sorted, at which page, and the addresses around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from certify.queries.paging import Page
from certify.queries.sorting import Sorting

Heading = Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """A list as the address asks for it."""

    sorting: Sorting
    endpoint: str
    given: Mapping[str, Any]  # what narrows it, as parts of the address
    sort: str
    cursor: str | None

    def by(self, name: str, label: str) -> Heading:
        """A heading that sorts, as the table macro takes it: the first click, or the other way round."""
        turned = self.sorting.following(name, self.sort)
        return {"label": label, "url": self._at(turned), "sorted": self._sorted(name)}

    def next_url(self, page: Page[Any]) -> str | None:
        """The page after this one; None behind the last."""
        return page.next and self._at(self.sort, cursor=page.next)

    @property
    def first_url(self) -> str:
        """The way back; nothing on the first page."""
        return self._at(self.sort) if self.cursor else ""

    @property
    def kept(self) -> str:
        """The sort that a filter keeps; nothing where the list is sorted as it is unless told."""
        return "" if self.sort == self.sorting.default else self.sort

    def _at(self, sort: str, **more: Any) -> str:
        told = {} if sort == self.sorting.default else {"sort": sort}
        return url_for(self.endpoint, **{**self.given, **told, **more})

    def _sorted(self, name: str) -> str:
        if self.sort.removeprefix("-") != name:
            return ""
        return "descending" if self.sort.startswith("-") else "ascending"


def listing(sorting: Sorting, endpoint: str, given: Mapping[str, Any]) -> Listing:
    """What the present address asks of a list; what does not narrow is left out of the next address."""
    sort, cursor = sorting.chosen(request.args.get("sort")), request.args.get("cursor")
    narrowed = {name: value for name, value in given.items() if value}
    return Listing(sorting, endpoint, narrowed, sort, cursor)
