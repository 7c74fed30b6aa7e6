"""Strict reading of a page: what a browser forgives and a screen reader does not is an error here."""

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

CONTROLS = ("input", "select", "textarea")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNLABELLED = ("hidden", "submit", "button", "reset", "image")
MADE_UP = re.compile(r"\b[0-9a-f]{20}\b")  # row ids
# What cannot break a page: any sign but those of tags and entities, controls and what is no character.
_SIGN = r"[^<>&\"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
WORDS = re.compile(rf">(?=\s*[^\s<]){_SIGN}+<")
SAID = re.compile(rf'\b(value|aria-label|title|content|alt|datetime|data-[\w-]+)="(?=\s*[^\s"]){_SIGN}+"')
PLACES = re.compile(rf'\b(href|action)="/{_SIGN}*"')
OPTIONS = re.compile(r'(?:<option (?:selected )?value="w?"(?: selected)?>w</option>\s*)+')
ENTITIES = re.compile("&(?:amp|lt|gt|quot|#3[49]);")
_good: set[str] = set()
_kept: list[Path] = []  # where the workers of a run tell each other what is good
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for")


def parse(html: str) -> Element:
    """The document as elements without namespaces. Raises AssertionError on any parse error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        document: Element = parser.parse(html)
    except ParseError as error:
        line, column = parser.errors[-1][0] if parser.errors else (0, 0)
        where = html.splitlines()[line - 1].strip() if 0 < line <= len(html.splitlines()) else ""
        raise AssertionError(
            f"broken HTML in line {line}, column {column}: {error} near {where!r}"
        ) from error
    return document


def check_page(html: str) -> None:
    """Raise AssertionError with everything that is wrong with a whole page.

    A page that differs from a good one in nothing but its ids and words is as good.
    """
    shape = blake2b(_shape(html).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    if shape in _good or any((folder / shape).exists() for folder in _kept):
        _good.add(shape)
        return
    document = parse(html)
    found = [fault for check in CHECKS for fault in check(document)]
    assert not found, "\n".join(found)
    _good.add(shape)
    for folder in _kept:
        (folder / shape).touch()


def keep_good_in(folder: Path) -> None:
    """Share what was found good with the other workers of the run, and with no later run."""
    folder.mkdir(parents=True, exist_ok=True)
    _kept[:] = [folder]


def _shape(html: str) -> str:
    """The page without its words; each id renamed by the order in which they come."""
    names: dict[str, str] = {}
    wordless = SAID.sub(r'\1="w"', WORDS.sub(">w<", ENTITIES.sub("+", html)))
    wordless = OPTIONS.sub("<option>w</option>", PLACES.sub(r'\1="/"', wordless))
    return MADE_UP.sub(lambda found: names.setdefault(found.group(), f"{len(names)}"), wordless)


def _has_language_and_title(document: Element) -> Iterator[str]:
    if not document.get("lang"):
        yield "<html> has no lang"
    title = document.find("head/title")
    if title is None or not _text(title):
        yield "the page has no title"


def _has_one_h1(document: Element) -> Iterator[str]:
    n = len(list(document.iter("h1")))
    if n != 1:
        yield f"the page has {n} h1"


def _skips_no_heading(document: Element) -> Iterator[str]:
    level = 0
    for element in document.iter():
        if element.tag not in HEADINGS:
            continue
        now = int(element.tag[1])
        if now > level + 1:
            yield f"h{now} “{_text(element)}” follows h{level}"
        if not _text(element):
            yield f"an empty h{now}"
        level = now


def _labels_every_control(document: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in document.iter("label") if _text(label)}
    wrapped = {id(inner) for label in document.iter("label") if _text(label) for inner in label.iter()}
    for control in _elements(document, *CONTROLS):
        if control.get("type") in UNLABELLED:
            continue
        if control.get("id") in labelled and control.get("id"):
            continue
        if id(control) in wrapped or control.get("aria-label") or control.get("aria-labelledby"):
            continue
        yield f"<{control.tag} name={control.get('name')!r}> has no label"
    for fieldset in document.iter("fieldset"):
        legend = fieldset.find("legend")
        if legend is None or not _text(legend):
            yield f"<fieldset id={fieldset.get('id')!r}> has no legend"


def _names_every_id_once(document: Element) -> Iterator[str]:
    counted = Counter(element.get("id") for element in document.iter() if element.get("id") is not None)
    for name, n in counted.items():
        if n > 1:
            yield f"the id {name!r} stands {n} times"
        if not name or any(character.isspace() for character in name):
            yield f"the id {name!r} is empty or holds a space"


def _refers_to_what_exists(document: Element) -> Iterator[str]:
    ids = {element.get("id") for element in document.iter()}
    for element in document.iter():
        for attribute in REFERENCES:
            named = element.get(attribute)
            if named is None:
                continue
            missing = [name for name in named.split() if name not in ids]
            if missing or not named.split():
                yield f"<{element.tag} {attribute}={named!r}> points at nothing"
        target = element.get("href", "") if element.tag == "a" else ""
        if target.startswith("#") and target[1:] not in ids:
            yield f"the link {target!r} leads nowhere on the page"


def _keeps_style_and_script_out(document: Element) -> Iterator[str]:
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"an inline <{element.tag}>"
        for attribute in element.attrib:
            if attribute == "style" or attribute.startswith("on"):
                yield f"<{element.tag}> has an inline {attribute}"
        if element.get("href", "").strip().lower().startswith("javascript:"):
            yield "a javascript: link"


def _names_every_button_and_link(document: Element) -> Iterator[str]:
    for element in _elements(document, "button", "a"):
        if element.tag == "a" and element.get("href") is None:
            continue
        if not (
            _text(element) or element.get("aria-label") or any(i.get("alt") for i in element.iter("img"))
        ):
            yield f"<{element.tag} href={element.get('href')!r}> has no text"
    for image in document.iter("img"):
        if image.get("alt") is None:
            yield f"<img src={image.get('src')!r}> has no alt"


def _posts_with_a_token(document: Element) -> Iterator[str]:
    for form in document.iter("form"):
        names = {control.get("name", "").rpartition("-")[2] for control in form.iter("input")}
        if form.get("data-keeps-nothing") is not None:
            continue  # a check of the public: it changes nothing, and its page has no session to tie it to
        if form.get("method", "get").lower() == "post" and "csrf_token" not in names:
            yield f"<form action={form.get('action')!r}> posts without a CSRF token"


CHECKS = (
    _has_language_and_title,
    _has_one_h1,
    _skips_no_heading,
    _labels_every_control,
    _names_every_id_once,
    _refers_to_what_exists,
    _keeps_style_and_script_out,
    _names_every_button_and_link,
    _posts_with_a_token,
)


def _elements(document: Element, *tags: str) -> Iterator[Element]:
    return (element for element in document.iter() if element.tag in tags)


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
