"""A seeded fuzzer: it walks the rules and the real forms of the pages, and mixes hostile with valid."""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.routing import Rule

from certify.scheme.words import ActivityKind
from certify.workflows import load
from certify.workflows.engine import workflows
from tests.security import hostile

load()
TALKATIVE = ("/forgot", "/register", "/sign-in", "/invitation", "/reset")  # each costs a hash or a mail


@dataclass(frozen=True)
class Sent:
    """One request, whole enough to be sent again."""

    role: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    mimetype: str = ""

    def __str__(self) -> str:
        shown = self.body if len(self.body) < 2000 else self.body[:2000] + b"..."
        return (
            f"{self.role}: {self.method} {self.path[:2000]} {self.headers!r:.2000} {self.mimetype} {shown!r}"
        )


@dataclass
class Control:
    """One control of a form: what it holds, and what else it offers."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)


class Forms(HTMLParser):
    """Every form of a page with its controls."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._list: Control | None = None
        self._area: Control | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").upper())
            self.found.append(self._form)
        elif tag == "option" and self._list:
            self._list.offered.append(given.get("value", ""))
            if "selected" in given:
                self._list.values = [given.get("value", "")]
        elif self._form is not None and given.get("name") and tag in ("input", "select", "textarea"):
            self._control(tag, given)

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        assert self._form is not None
        kind = given.get("type", tag)
        control = self._form.controls.setdefault(given["name"], Control(given["name"], kind))
        self._list = control if tag == "select" else None
        self._area = control if tag == "textarea" else None
        if tag == "input":
            control.offered.append(given.get("value", ""))
            if kind not in ("checkbox", "radio") or "checked" in given:
                control.values.append(given.get("value", ""))

    def handle_data(self, text: str) -> None:
        if self._area is not None:
            self._area.values = [text.strip()]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in ("select", "textarea"):
            self._list = self._area = None


class Fuzzer:
    """Makes one request after the other; what pages answered feeds the next ones."""

    def __init__(
        self,
        seed: int,
        rules: Iterable[Rule],
        *,
        pools: Mapping[str, Sequence[str]],
        roles: Sequence[str],
    ) -> None:
        self.dice = random.Random(seed)
        self.pools, self.roles = pools, roles
        self.ids = [id for ids in pools.values() for id in ids]
        self.rules = sorted(rules, key=lambda rule: (rule.rule, rule.endpoint))
        self.forms: dict[tuple[str, str, str], tuple[str, Form]] = {}  # by role, page and address sent to

    def learn(self, sent: Sent, page: str) -> None:
        """Keep the forms of a page that was answered; the oldest go."""
        path = sent.path.partition("?")[0]
        for form in Forms(page).found:
            is_command = form.method == "POST" and form.action != "/sign-out"
            if is_command or self.dice.random() < 0.02:
                key = (sent.role, path, form.action)
                self.forms.pop(key, None)
                self.forms[key] = (path, form)
        for key in list(self.forms)[:-KEPT_FORMS]:
            del self.forms[key]

    def requests(self, count: int) -> Iterator[Sent]:
        """So many of them: pages, filled forms, JSON, raw bodies and strange methods."""
        turns: tuple[Callable[[], Sent], ...] = (
            *[self._page] * 6,
            *[self._form] * 8,
            *[self._json] * 5,
            *[self._raw] * 2,
            self._method,
        )
        for _ in range(count):
            yield self._with_headers(self.dice.choice(turns)())

    def _page(self) -> Sent:
        return Sent(self._role(), "GET", self._path(self._rule("GET")) + self._query())

    def _method(self) -> Sent:
        method = self.dice.choice(hostile.METHODS)
        return Sent(self._role(), method, self._path(self.dice.choice(self.rules)) + self._query())

    def _form(self) -> Sent:
        if not self.forms:
            return self._page()
        (role, *_), (path, form) = self.dice.choice(list(self.forms.items()))
        role = self._role() if self.dice.random() < 0.05 else role
        pairs = self._pairs(form)
        target = form.action or path
        if form.method != "POST":
            return Sent(role, "GET", target.partition("?")[0] + "?" + _encoded(pairs))
        if any(control.kind == "file" for control in form.controls.values()):
            return Sent(role, "POST", target, (), *_multipart(pairs, self.dice.choice(FILES)))
        return Sent(role, "POST", target, (), _encoded(pairs).encode(), "application/x-www-form-urlencoded")

    def _json(self) -> Sent:
        rule = self._rule("POST", "PATCH", within="/api/")
        method = self.dice.choice(sorted((rule.methods or set()) & {"POST", "PATCH"}) or ["POST"])
        names = self.dice.sample(FACTS, self.dice.randint(0, 4))
        body = {name: self._value() for name in names}
        content = json.dumps(body).encode("utf-8", "surrogatepass")
        return Sent(self._role(), method, self._path(rule), (), content, "application/json")

    def _raw(self) -> Sent:
        mimetype, body = self.dice.choice(list(hostile.BODIES.values()))
        rule = self._rule("POST", "PATCH")
        method = self.dice.choice(sorted((rule.methods or set()) & {"POST", "PATCH"}) or ["POST"])
        return Sent(self._role(), method, self._path(rule), (), body, mimetype)

    def _with_headers(self, sent: Sent) -> Sent:
        if self.dice.random() > 0.1:
            return sent
        header = self.dice.choice(list(hostile.HEADERS.values()))
        return Sent(sent.role, sent.method, sent.path, (header,), sent.body, sent.mimetype)

    def _pairs(self, form: Form) -> list[tuple[str, str]]:
        """What the form would send, with nothing, one thing or a few things hostile."""
        pairs = [(each.name, value) for each in form.controls.values() for value in self._filled(each)]
        open_ones = [each for each in form.controls.values() if each.name != "csrf_token"]
        for _ in range(self.dice.choice((0, 1, 1, 1, 2, 4))):
            if not open_ones:
                break
            control = self.dice.choice(open_ones)
            others = [pair for pair in pairs if pair[0] != control.name]
            pairs = self.dice.choice((
                [*others, (control.name, self._typed())],
                [*others, (control.name, self._typed())],
                others,
                [*pairs, (control.name, self._typed())],
                [*others, (control.name + self.dice.choice(("-0", "-99999", "[]", "\0")), self._typed())],
            ))  # fmt: skip
        return pairs

    def _filled(self, control: Control) -> list[str]:
        """A value that an honest sender might give."""
        if control.kind == "hidden" or (control.values and any(control.values) and self.dice.random() < 0.7):
            return control.values
        if control.offered and control.kind != "text":
            return [self.dice.choice(control.offered)]
        if control.kind == "date":
            return [self.dice.choice(("2026-03-02", "2026-06-01", "2026-06-02", "2027-01-31"))]
        return [self.dice.choice(("3", "4", "Seen and discussed.", "WPC", *self.ids[:3]))]

    def _typed(self) -> str:
        return self.dice.choice((*hostile.TYPED.values(), self._id()))

    def _value(self) -> Any:
        return self.dice.choice((*hostile.JSON.values(), *hostile.TYPED.values(), self._id(), [self._id()]))

    def _query(self) -> str:
        if self.dice.random() < 0.5:
            return ""
        names = ("cursor", "limit", "q", "sort", "state", "module", "country", "on", "next", "number", "page",
                 "kind", "actor", "case", "from", "until", "role", "numbers", "version", "undo")  # fmt: skip
        pairs = []
        for _ in range(self.dice.randint(1, 3)):
            name = self.dice.choice(names)
            values = hostile.CURSORS if name == "cursor" else hostile.TYPED
            pairs.append((name, self.dice.choice(list(values.values()))))
        return "?" + _encoded(pairs)[:30_000]

    def _rule(self, *methods: str, within: str = "/") -> Rule:
        fits = [
            rule
            for rule in self.rules
            if (rule.methods or set()) & set(methods) and rule.rule.startswith(within)
        ]
        fits = fits or self.rules
        chosen = self.dice.choice(fits)
        # The doors that hash a password are tried less often: each try takes a tenth of a second.
        return self.dice.choice(fits) if chosen.rule.startswith(TALKATIVE) else chosen

    def _path(self, rule: Rule) -> str:
        table = POOLS.get(rule.rule.split("/")[1].removeprefix("api"), "")
        if rule.rule.startswith("/api/v1/"):
            table = POOLS.get(rule.rule.split("/")[3], "")
        return PART.sub(lambda found: self._part(found[1], table), rule.rule)

    def _part(self, name: str, table: str) -> str:
        if self.dice.random() < 0.12:
            return self.dice.choice(list(hostile.IDS.values()))
        if name in WORDS:
            return quote(self.dice.choice(WORDS[name]))
        own = self.pools.get(TABLES.get(name, table)) if self.dice.random() < 0.9 else None
        return quote(self.dice.choice(own or self.ids))

    def _id(self) -> str:
        return self.dice.choice(self.ids)

    def _role(self) -> str:
        return self.dice.choice(self.roles)


KEPT_FORMS = 80
PART = re.compile(r"<(?:\w+:)?(\w+)>")
# Which rows the ids of an address are of: by its first part, or by the name of the part itself.
POOLS = {
    "account": "api_token",
    "activities": "activity",
    "assessments": "assessment",
    "certifications": "certification",
    "cohorts": "cohort",
    "enterprises": "enterprise",
    "files": "stored_file",
    "issuing-bodies": "issuing_body",
    "my-path": "message",
    "organisations": "organisation",
    "people": "person",
    "roles": "role_grant",
}
TABLES = {
    "affiliation_id": "affiliation",
    "delegation_id": "delegation",
    "file_id": "stored_file",
    "person_id": "person",
    "sign_in_id": "sign_in",
}
WORDS: dict[str, Sequence[str]] = {
    "answer": ("confirmed", "returned", "x"),
    "code": ("WPC", "OSH", "wpc", "ZZZ"),
    "filename": ("theme.css", "nothing.css", "../config.py", "fonts"),
    "kind": [kind.value for kind in ActivityKind],
    "move": sorted({move for workflow in workflows() for move in workflow.moves}),
    "name": ("score-2026", "score-1999"),
    "number": ("TC-7F3K-Q2MX-9B4D-R", "tc 7f3k", "0", "a/b/c"),
    "part": ("forms", "colours", "nothing"),
    "status": ("404", "500", "999", "99999999999999999999"),
    "step": ("about", "practice", "person", "experience", "nothing"),
}
FACTS = sorted(
    {fact.name for workflow in workflows() for move in workflow.moves.values() for fact in move.facts}
)
FILES: tuple[tuple[str, bytes], ...] = (
    ("cv.pdf", b""),
    ("cv.pdf", b"%PDF-1.7\n%%EOF"),
    ("a\0.png", b"\x89PNG\r\n\x1a\n"),
    ("x" * 5000 + ".docx", b"PK\x03\x04"),
    ('a";\r\nX: y.jpg', b"\xff\xd8\xff"),
)


def _encoded(pairs: Sequence[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


def _multipart(pairs: Sequence[tuple[str, str]], file: tuple[str, bytes]) -> tuple[bytes, str]:
    parts = [
        b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass"))
        for name, value in pairs
        if name != "file"
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % file[0].encode()
    return b"".join(parts) + head + file[1] + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"
