"""HTML as a tree of elements, what an element says, and the lines of a table."""

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

VOID = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"])
INLINE = frozenset(["a", "b", "code", "em", "span", "strong"])


class _Reader(HTMLParser):
    """Builds the tree. The strict client has already shown that the page is well formed."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Element("document")
        self.open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, text: str) -> None:
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text


def words(element: Element) -> str:
    """What an element says, with every gap as one space."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        gap = "" if inner.tag in INLINE else " "
        yield gap
        yield from _texts(inner)
        yield gap + (inner.tail or "")


def document(html: str) -> Element:
    """The elements of a page below one root."""
    reader = _Reader()
    reader.feed(html)
    return reader.top


class Row(str):
    """What one line of a table says, with the addresses that it leads to."""

    links: list[str]

    @classmethod
    def of(cls, line: Element) -> "Row":
        made = cls(words(line))
        made.links = [a.get("href", "") for a in line.iter("a")]
        return made
