"""A form as a browser holds it: fields are found by their labels, entries and ticks by their words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tests.journeys.tree import words


@dataclass
class Form:
    """A form as the browser holds it: what the page filled in, what was changed, what will be sent."""

    path: str
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
        """Where it is sent: to the page itself unless the form, or the button pressed, says otherwise.

        A place on the page (“#reasons”) is on the page itself; a browser does not send it along.
        """
        said = self.button.get("formaction") or self.element.get("action") or ""
        return said.partition("#")[0] or self.path

    def fill(self, label: str, value: str | bool | Iterable[str], *, within: str = "") -> "Form":
        """Fill in the field with this label: a text, an entry of a list, a tick, or several ticks."""
        scope = self._group(within) if within else self.element
        control = self._labelled(label, scope)
        if control is not None and isinstance(value, str):
            self.sent[control.get("name", "")] = [self._typed(control, value)]
        elif value is True:
            tick = next((c for c in self._controls(scope) if self._said(c) == label), None)
            assert tick is not None, f"{self.path} has no box “{label}” to tick, but {self.offered}"
            self.sent[tick.get("name", "")] = [tick.get("value", "y")]
        else:
            assert not isinstance(value, bool), label
            self._tick(self._group(label), [value] if isinstance(value, str) else list(value))
        return self

    def attach(self, label: str, content: bytes, name: str) -> "Form":
        """Choose a file."""
        control = next((c for c in self._controls() if self._said(c) == label), None)
        assert control is not None, f"{self.path} has no field “{label}”, but {self.offered}"
        assert control.get("type") == "file"
        assert "multipart/form-data" in (self.element.get("enctype"), self.button.get("formenctype"))
        self.files[control.get("name", "")] = (content, name)
        return self

    def score(self, score: int) -> "Form":
        """Give every item of a checklist the same score."""
        items = [
            group
            for group in self.element.iter("fieldset")
            if str(score) in {self._said(c) for c in self._controls(group)}
            and len(list(group.iter("fieldset"))) == 1  # the item itself, not what holds all of them
        ]
        assert items, f"{self.path} has nothing to score"
        for item in items:
            self._tick(item, [str(score)])
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
        assert not missing, f"“{_legend(group)}” on {self.path} offers {list(boxes)}, not {missing}"
        for box in boxes.values():
            self.sent.pop(box.get("name", ""), None)
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
        assert len(found) < 2, f"{self.path} has {len(found)} fields “{label}”"
        return found[0] if found else None

    def _group(self, name: str) -> Element:
        for group in self.element.iter():
            if name in (group.get("aria-label"), _legend(group).removesuffix("(optional)").strip()):
                return group
        raise AssertionError(f"{self.path} has no group “{name}”, but {self.offered}")

    def _said(self, control: Element) -> str:
        return self.labels.get(control.get("id", ""), "") or control.get("aria-label", "")

    def _controls(self, scope: Element | None = None) -> Iterator[Element]:
        for element in (self.element if scope is None else scope).iter():
            named = element.tag in ("input", "select", "textarea") and element.get("name")
            if named and element.get("disabled") is None:
                yield element


def _first(control: Element) -> list[str]:
    """What a browser would send for an untouched control."""
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [str(o.get("value", words(o))) for o in chosen]
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
