"""A page as a reader finds it: links by their words, forms by their button, fields by their labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urlsplit
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


@dataclass
class Page:
    """One answer of the server; `form` and `link` fail when the page does not show what is asked for."""

    path: str
    status: int
    html: str = field(repr=False)

    @cached_property
    def top(self) -> Element:
        """The document."""
        reader = _Reader()
        reader.feed(self.html)
        return reader.top

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

    def rows(self, caption: str) -> list["Row"]:
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

    def form(self, button: str) -> "Form":
        """The form that this button sends."""
        for form in self.top.iter("form"):
            sending = [b for b in form.iter("button") if words(b) == button and b.get("disabled") is None]
            if sending:
                return Form(self, form, sending[0])
        offered = [words(b) for b in self.top.iter("button")]
        raise AssertionError(f"{self.path} has no form with the button “{button}”, but {offered}")


class Row(str):
    """What one line of a table says, with the addresses that it leads to."""

    links: list[str]

    @classmethod
    def of(cls, line: Element) -> "Row":
        made = cls(words(line))
        made.links = [a.get("href", "") for a in line.iter("a")]
        return made


@dataclass
class Form:
    """A form as the browser holds it: what the page filled in, what was changed, what will be sent."""

    page: Page
    element: Element
    button: Element

    def __post_init__(self) -> None:
        self.sent: dict[str, list[str]] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.labels = {
            label.get("for", ""): words(label).removesuffix("(optional)").strip()
            for label in self.element.iter("label")
        }
        for control in self._controls():
            for value in _first(control):
                self.sent.setdefault(control.get("name", ""), []).append(value)
        if self.button.get("name"):
            self.sent[self.button.get("name", "")] = [self.button.get("value", "")]

    @property
    def action(self) -> str:
        """Where it is sent: to the page itself unless the form says otherwise."""
        return self.element.get("action") or self.page.path

    def fill(self, label: str, value: str | bool | Iterable[str], *, within: str = "") -> "Form":
        """Fill in the field with this label: a text, an entry of a list, a tick, or several ticks."""
        scope = self._group(within) if within else self.element
        control = self._labelled(label, scope)
        if control is not None and isinstance(value, str):
            self.sent[control.get("name", "")] = [self._typed(control, value)]
        elif value is True:
            tick = next((c for c in self._controls(scope) if self._said(c) == label), None)
            assert tick is not None, f"{self.page.path} has no box “{label}” to tick, but {self.offered}"
            self.sent[tick.get("name", "")] = [tick.get("value", "y")]
        else:
            assert not isinstance(value, bool), label
            self._tick(self._group(label), [value] if isinstance(value, str) else list(value))
        return self

    def attach(self, label: str, content: bytes, name: str) -> "Form":
        """Choose a file."""
        control = next((c for c in self._controls() if self._said(c) == label), None)
        assert control is not None, f"{self.page.path} has no field “{label}”, but {self.offered}"
        assert control.get("type") == "file"
        assert self.element.get("enctype") == "multipart/form-data"
        self.files[control.get("name", "")] = (content, name)
        return self

    def score(self, score: int, *, but: Iterable[tuple[str, int]] = ()) -> "Form":
        """Give every item of a checklist the same score, `but` the items whose text holds these words."""
        groups = [g for g in self.element.iter("fieldset") if any(c.get("type") == "radio" for c in g)]
        items = [
            g
            for g in self.element.iter("fieldset")
            if str(score) in {self._said(c) for c in self._controls(g)} and not list(g.iter("fieldset"))[1:]
        ]
        assert items or groups, f"{self.page.path} has nothing to score"
        for item in items:
            other = [given for text, given in but if text in _legend(item)]
            self._tick(item, [str(other[0] if other else score)])
        return self

    @property
    def offered(self) -> list[str]:
        """The labels of what can be filled in."""
        return [self._said(c) for c in self._controls()]

    def options(self, label: str) -> list[str]:
        """The entries of a list that opens."""
        control = next(c for c in self._controls() if self._said(c) == label and c.tag == "select")
        return [words(option) for option in control.iter("option")]

    def _tick(self, group: Element, wanted: list[str]) -> None:
        boxes = {self._said(c): c for c in self._controls(group) if _is_tick(c)}
        missing = [each for each in wanted if each not in boxes]
        assert not missing, f"“{_legend(group)}” on {self.page.path} offers {list(boxes)}, not {missing}"
        for each in boxes.values():
            self.sent.pop(each.get("name", ""), None)
        for each in wanted:
            self.sent.setdefault(boxes[each].get("name", ""), []).append(boxes[each].get("value", "y"))

    def _typed(self, control: Element, value: str) -> str:
        if control.tag != "select":
            return value
        entries = {words(option): option.get("value", "") for option in control.iter("option")}
        # An entry may go on with what is worth knowing of it, such as a person's relations.
        found = [entry for entry in entries if entry == value] or [
            entry for entry in entries if entry.startswith((f"{value} ", f"{value}:"))
        ]
        assert len(found) == 1, f"“{self._said(control)}” offers {list(entries)}, not “{value}”"
        return entries[found[0]]

    def _labelled(self, label: str, scope: Element) -> Element | None:
        """The one field with this label, or whose label begins so: a hint such as “0–100” may follow."""
        fields = [c for c in self._controls(scope) if not _is_tick(c)]
        exact = [c for c in fields if self._said(c) == label]
        found = exact or [c for c in fields if self._said(c).startswith(f"{label},")]
        assert len(found) < 2, f"{self.page.path} has {len(found)} fields “{label}”"
        return found[0] if found else None

    def _group(self, name: str) -> Element:
        for group in self.element.iter():
            if name in (group.get("aria-label"), _legend(group).removesuffix("(optional)").strip()):
                return group
        raise AssertionError(f"{self.page.path} has no group “{name}”, but {self.offered}")

    def _said(self, control: Element) -> str:
        return self.labels.get(control.get("id", "")) or control.get("aria-label", "")

    def _controls(self, scope: Element | None = None) -> Iterator[Element]:
        for element in (self.element if scope is None else scope).iter():
            if element.tag in ("input", "select", "textarea") and element.get("name"):
                yield element


def _first(control: Element) -> list[str]:
    """What a browser would send for an untouched control."""
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [o.get("value", words(o)) for o in chosen]
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if _is_tick(control):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [] if control.get("type") == "file" else [control.get("value", "")]


def _is_tick(control: Element) -> bool:
    return control.get("type") in ("radio", "checkbox")


def _legend(group: Element) -> str:
    legend = group.find("legend")
    return words(legend) if legend is not None else ""
