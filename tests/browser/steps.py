"""The steps of a written tour, and the hands that take them: with a mouse, or with a keyboard alone."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MARKS = re.compile(r"\*\*(?P<press>.+?)\*\*|\*(?P<field>.+?)\*|`(?P<write>.+?)`|“(?P<see>.+?)”", re.DOTALL)
STEP = re.compile(r"^\d+\. (.*?)(?=^\d+\. |^$)", re.DOTALL | re.MULTILINE)
# What the focus is on: what it is called, what of it is chosen, and the outline that shows it.
FOCUS = """() => {
  const one = document.activeElement, own = getComputedStyle(one);
  const named = one.labels?.length ? one.labels[0] : one;
  const group = one.type === "radio" ? one.closest("fieldset")?.querySelector("legend") : null;
  const text = (each) => (each?.innerText || "").replace(/\\s+/g, " ").trim();
  return {
    name: text(named), group: text(group), chosen: one.matches("select") ? text(one.selectedOptions[0]) : "",
    shown: own.outlineStyle !== "none" && parseFloat(own.outlineWidth) >= 2,
  };
}"""
MOST_KEYS = 150


@dataclass(frozen=True)
class Action:
    """One thing that a step tells to do (`press`, `choose`, `write`) or to `see`."""

    do: str
    text: str
    field: str = ""


def steps_in(text: str) -> list[list[Action]]:
    """The numbered steps of a tour, each with what it tells in its order."""
    return [list(_actions(" ".join(step.split()))) for step in STEP.findall(text)]


def _actions(step: str) -> Iterator[Action]:
    field = ""
    for found in MARKS.finditer(step):
        (kind, text), *_ = ((kind, text) for kind, text in found.groupdict().items() if text)
        if kind == "field":
            field = text
            continue
        yield Action("choose" if kind == "press" and field else kind, text, field if kind != "see" else "")
        field = field if kind == "see" else ""


def pattern(name: str) -> re.Pattern[str]:
    """The whole name; one that ends in “…” is the beginning of it."""
    return re.compile(f"^{re.escape(name.removesuffix('…'))}" + ("" if name.endswith("…") else "$"))


class Mouse:
    """Somebody who points, or taps; what the main part of the page offers goes before its frame."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        """A link, a button or a box to tick."""
        for within in (self.page.get_by_role("main"), self.page.locator("body")):
            for role in ("button", "link", "checkbox"):
                found = within.get_by_role(role, name=pattern(name))  # type: ignore[arg-type]
                if found.count():
                    with self.page.expect_navigation() if role != "checkbox" else nullcontext():
                        found.first.click()
                    return
        raise AssertionError(f"nothing called {name!r} is on {self.page.url}")

    def choose(self, name: str, field: str) -> None:
        """One of a list or of a group of buttons."""
        group = self.page.get_by_role("group", name=pattern(field))
        if group.count():
            group.get_by_label(pattern(name)).check()
        else:
            self._field(field).select_option(label=name)

    def write(self, text: str, field: str) -> None:
        """Into a field."""
        self._field(field).fill(text)

    def _field(self, name: str) -> Locator:
        return self.page.get_by_label(name, exact=True).first


class Keyboard:
    """Somebody without a mouse, who must always see where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        """Go on to a control and press it."""
        self._until("Tab", "name", name)
        if self.page.evaluate("document.activeElement.type") == "checkbox":
            self.page.keyboard.press("Space")
            return
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name: str, field: str) -> None:
        """Go on to a list or a group and along it."""
        here = self._until("Tab", "group", "name", field)
        if here["group"]:
            self.page.keyboard.press("Space")
            self._until("ArrowDown", "name", name)
        else:
            self._until("ArrowDown", "chosen", name)

    def write(self, text: str, field: str) -> None:
        """Go on to a field and type."""
        self._until("Tab", "name", field)
        self.page.keyboard.type(text)

    def _until(self, key: str, *where: str) -> dict[str, str]:
        """Press a key until the focus is on what has that name there; it must be seen."""
        *where, name = where  # type: ignore[assignment]
        for _ in range(MOST_KEYS):
            here: dict[str, str] = self.page.evaluate(FOCUS)
            if any(pattern(name).match(here[one]) for one in where):
                assert here["shown"], f"the focus on {name!r} cannot be seen on {self.page.url}"
                return here
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {name!r} on {self.page.url}")


def see(page: Page, text: str) -> None:
    """What stands there for a reader."""
    expect(page.get_by_text(text).filter(visible=True).first).to_be_visible()
