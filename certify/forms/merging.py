"""Two windows on one thing: what each typed is kept, and only one input typed in both is a conflict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Clash:
    """One input that this page and another window both changed, each to something else."""

    name: str
    here: str
    there: str


@dataclass(frozen=True)
class Merged:
    """What to keep of each input, which of it came from the other window, and where they clash."""

    texts: Texts
    taken: Texts
    clashes: tuple[Clash, ...]


def mark_of(text: str) -> str:
    """A short mark of a text, to notice that it changed; however the browser ends its lines."""
    return sha256("\n".join(text.split("\r\n")).strip().encode()).hexdigest()[:10]


def marks_of(texts: Texts) -> str:
    """What a page showed, as a page can carry it: a mark for each input that was not empty."""
    return " ".join(f"{name}={mark_of(text)}" for name, text in texts.items() if text)


def merge(seen: str, *, stored: Texts, typed: Texts) -> Merged:
    """Take each input from whoever changed it since the page was made; a clash keeps what is stored."""
    shown = _read(seen)
    texts, taken, clashes = dict(stored), dict[str, str](), []
    for name, here in typed.items():
        there, base = stored.get(name, ""), shown.get(name, mark_of(""))
        if mark_of(here) == mark_of(there):
            continue
        if mark_of(here) == base:
            taken[name] = there
        elif mark_of(there) == base:
            texts[name] = here
        else:
            clashes.append(Clash(name, here, there))
    return Merged(texts, taken, tuple(clashes))


def _read(seen: str) -> dict[str, str]:
    return dict(_pairs(seen.split()))


def _pairs(words: Iterable[str]) -> Iterable[tuple[str, str]]:
    for word in words:
        name, _, mark = word.rpartition("=")
        yield name, mark
