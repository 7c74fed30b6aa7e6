"""One browser window that changes its reader by changing the cookie, and what can be seen in it."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.browser.server import AXE_PATH

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
SHARED = ("bootstrap", "theme.css", "print.css", "search.js")  # kept by the browser after the first page

# Contrast takes axe ten times as long as all its other rules, and what is styled alike has it alike: it is
# asked of the elements whose tags, classes and attributes up to the root were on no page before.
LOOKS = """where => {
  const free = ["id", "href", "name", "value", "for", "title", "action", "datetime", "content", "src", "d"];
  const memo = new Map();
  const look = element => {
    if (!element) return 7;
    if (memo.has(element)) return memo.get(element);
    let hash = look(element.parentElement);
    const own = [...element.attributes].filter(one => !free.includes(one.name));
    const text = element.tagName + own.map(one => `${one.name}=${one.value}`).sort().join(";");
    for (const sign of text) hash = (Math.imul(hash, 31) + sign.codePointAt(0)) | 0;
    memo.set(element, hash);
    return hash;
  };
  const fields = ["INPUT", "SELECT", "TEXTAREA"];
  window.looks = new Map();
  for (const element of document.querySelectorAll(`${where} *`)) {
    const says = [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    if (says || fields.includes(element.tagName)) window.looks.set(look(element), element);
  }
  return [...window.looks.keys()];
}"""
AXE = f"""async ([where, fresh]) => {{
  if (!window.axe) await new Promise((done, fail) => {{
    const script = document.createElement("script");
    Object.assign(script, {{src: "{AXE_PATH}", onload: done, onerror: fail}});
    document.head.append(script);
    script.remove();
  }});
  const answer = found => found.violations.map(
    one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 120))]);
  const most = {{resultTypes: ["violations"], rules: {{"color-contrast": {{enabled: false}}}}}};
  const found = answer(await axe.run(where, most));
  if (!fresh.length) return found;
  for (const one of fresh) window.looks.get(one).setAttribute("data-look", "");
  const contrast = {{resultTypes: ["violations"], runOnly: ["color-contrast"]}};
  return [...found, ...answer(await axe.run("[data-look]", contrast))];
}}"""
LINKS = "all => all.map(a => a.getAttribute('href'))"
OWN_FILES = (
    "() => [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map(e => e.href || e.src)"
)
# An honest mistake of each kind at once: everything left empty, in a page that was open too long.
SEND_EMPTY = """form => {
  for (const one of form.elements) {
    if (one.name === "csrf_token") one.value = "stale";
    else if (["text", "search", "date", "email", "password"].includes(one.type)) one.value = "";
    else if (one.tagName === "TEXTAREA") one.value = "";
    else if (["checkbox", "radio"].includes(one.type)) one.checked = false;
  }
  form.submit();
}"""


class Window:
    """A page of one browser context, and who is signed in there."""

    def __init__(self, context: BrowserContext, address: str, cookies: dict[str, str]) -> None:
        self.context, self.address, self.cookies = context, address, cookies
        self.page = context.new_page()
        self.said: list[str] = []  # errors on the console
        self.looks: set[int] = set()  # whose contrast was looked at
        self.page.on("console", self._heard)

    @classmethod
    @contextmanager
    def opened(
        cls, browser: Browser, address: str, cookies: dict[str, str], **options: Any
    ) -> Iterator["Window"]:
        """A window of its own; one for all roles, so that stylesheets and fonts stay in its cache."""
        context = browser.new_context(base_url=address, **options)
        yield cls(context, address, cookies)
        context.close()

    def become(self, role: str) -> None:
        """Sign out whoever is there, and sign the role in; `visitor` is nobody."""
        self.context.clear_cookies()
        if role != "visitor":
            self.context.add_cookies([{"name": "certify", "value": self.cookies[role], "url": self.address}])

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.said.append(f"{message.text} {message.location.get('url')}")

    def open(self, path: str) -> Response:
        """Go to a page."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    def faults(self, within: str = "html") -> list[Any]:
        """What axe finds wrong there: (rule, first places); every page has the same frame."""
        fresh = set(self.page.evaluate(LOOKS, within)) - self.looks
        found: list[Any] = self.page.evaluate(AXE, [within, sorted(fresh)])
        if not found:
            self.looks |= fresh
        return found

    def too_wide(self, *sizes: dict[str, int]) -> list[tuple[int, int]]:
        """Where the page is wider than the phone: (width of the phone, width of the page)."""
        found = []
        for size in sizes or (PHONE, NARROWEST):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            width = int(self.page.evaluate("document.documentElement.scrollWidth"))
            if width > size["width"]:
                found.append((size["width"], width))
        return found

    def weight(self, answer: Response) -> int:
        """Bytes of the page and of its own files, compressed, without what every page shares."""
        files = [url for url in self.page.evaluate(OWN_FILES) if not any(name in url for name in SHARED)]
        bodies = [answer.body(), *(self.context.request.get(url).body() for url in files)]
        return sum(len(gzip.compress(body)) for body in bodies)

    def links(self) -> list[str]:
        """The paths that the page leads to."""
        found = self.page.eval_on_selector_all("a[href^='/']", LINKS)
        return list(dict.fromkeys(urldefrag(link)[0] for link in found))

    def send_empty(self) -> bool:
        """Send the page's form with everything left out; False when it has none."""
        form = self.page.query_selector("main form.form[method=post]")
        if form is None:
            return False
        with self.page.expect_navigation():
            form.evaluate(SEND_EMPTY)
        return True


def walk(
    window: Window, routes: MapAdapter, start: tuple[str, ...], seen: set[str]
) -> Iterator[tuple[str, Response]]:
    """Open one page of each route that the start leads to, the nearest first, but none that was `seen`."""
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(routes, path)
        if endpoint in seen and path not in start:
            continue
        seen.add(endpoint)
        answer = window.open(path)
        if answer.status >= 400 or "html" not in answer.headers.get("content-type", ""):
            continue  # the strict client reports what does not open; the rest is for programs
        waiting += [link for link in window.links() if endpoint_of(routes, link) not in seen]
        yield path, answer


def endpoint_of(routes: MapAdapter, path: str) -> str:
    """The name of the route; files to download are no pages."""
    if "." in path.rpartition("/")[2]:
        return "nowhere"
    try:
        return str(routes.match(urlsplit(path).path, method="GET")[0])
    except HTTPException:
        return "nowhere"
