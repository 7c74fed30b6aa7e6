"""A page as a reader finds it: its links and tables by their words, its forms by their button."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from tests.journeys.filling import Form
from tests.journeys.tree import Row, document, words


@dataclass
class Page:
    """One answer of the server; `form` and `link` fail when the page does not show what is asked for."""

    path: str
    status: int
    html: str = field(repr=False)

    @cached_property
    def top(self) -> Element:
        """The document."""
        return document(self.html)

    @property
    def text(self) -> str:
        """All words of the page's main part."""
        return words(next(self.top.iter("main"), self.top))

    @property
    def problem(self) -> str:
        """What stands above a form that was not taken, and beside its move."""
        return " ".join(words(e) for e in self.top.iter("div") if e.get("class") == "error-summary")

    @property
    def heading(self) -> str:
        """The h1."""
        return words(next(self.top.iter("h1")))

    @property
    def state(self) -> str:
        """The status that stands beside the h1."""
        head = next(e for e in self.top.iter("div") if e.get("class") == "page-header")
        return next(words(e) for e in head.iter("span") if "pill" in e.get("class", "").split())

    @property
    def id(self) -> str:
        """The last part of the address: the id of the thing that was shown."""
        return urlsplit(self.path).path.rstrip("/").rpartition("/")[2]

    def link(self, said: str) -> str:
        """Where the link with these words leads."""
        return self.links(said)[0]

    def links(self, said: str) -> list[str]:
        """Where the links with these words lead; at least one."""
        found = [a.get("href", "") for a in self.top.iter("a") if words(a) == said]
        assert found, (
            f"{self.path} has no link “{said}”, but {sorted({words(a) for a in self.top.iter('a')})}"
        )
        return found

    def card(self, title: str) -> str:
        """What the card with this title says."""
        for card in self.top.iter("section"):
            head = next((h for h in card.iter() if h.tag in ("h2", "h3")), None)
            if head is not None and words(head) == title:
                return words(card).removeprefix(title).strip()
        raise AssertionError(f"{self.path} has no card “{title}”")

    def rows(self, caption: str) -> list[Row]:
        """The lines of the table with this caption."""
        for table in self.top.iter("table"):
            said = table.find("caption")
            if said is not None and words(said) == caption:
                body = table.find("tbody")
                return [Row.of(line) for line in body.iter("tr")] if body is not None else []
        raise AssertionError(f"{self.path} has no table “{caption}”")

    def requirement(self, id: str) -> str:
        """Whether a requirement is shown as met."""
        block = next(e for e in self.top.iter("div") if e.get("id") == f"requirement-{id}")
        return next(words(e) for e in block.iter("span") if "pill" in e.get("class", ""))

    @property
    def refusals(self) -> list[str]:
        """The requirements that the explained no names, in its order."""
        box = next(e for e in self.top.iter("div") if e.get("class") == "error-summary")
        return [words(code) for code in box.iter("code")]

    @property
    def buttons(self) -> list[str]:
        """What can be pressed."""
        return [words(b) for b in self.top.iter("button") if b.get("disabled") is None]

    @property
    def number(self) -> str:
        """The number of the certificate that the page links to."""
        hrefs = (a.get("href", "") for a in self.top.iter("a"))
        return next(href.removeprefix("/verify/") for href in hrefs if href.startswith("/verify/"))

    def form(self, button: str) -> Form:
        """The form that this button sends."""
        for form in self.top.iter("form"):
            sending = [b for b in form.iter("button") if words(b) == button and b.get("disabled") is None]
            if sending:
                return Form(self.path, form, sending[0])
        offered = [words(b) for b in self.top.iter("button")]
        raise AssertionError(f"{self.path} has no form with the button “{button}”, but {offered}")
